create view mart.decision with (security_invoker) as
select at, who, object, about, cadre_no, decision, why
from (
    select d.at, d.who, 'link' as object, l.resource as about, l.cadre_no, d.verdict as decision, d.why
    from core.link_decision as d join core.link as l on l.link_no = d.about
    union all
    select at, who, 'form', 'approval_form', cadre_no, verdict, why from core.form_decision
    union all
    select known_from, who, 'merge', duplicate_no, cadre_no, verdict, why from core.merge
    union all
    select e.at, e.by, 'alert', a.rule, a.cadre_no, e.to_state, e.why
    from core.alert_event as e join core.alert as a using (alert_no) where e.by <> 'machine'
    union all
    select a.at, a.who, 'delivery', d.resource, null, a.kind, a.why from ledger.act as a join ledger.delivery as d using (delivery_id)
) as d
where core.as_of() is null or at <= core.as_of();

comment on view mart.decision is 'Who decided what, when and why: what people did, and nothing of what a record or a file says; for the auditor';
comment on column mart.decision.at is 'When';
comment on column mart.decision.who is 'Who';
comment on column mart.decision.object is
'link (whether a record is an official''s), form (whose an approval form is), merge (whether two entries of the roster are one), alert, delivery (and its refused rows)';
comment on column mart.decision.about is 'The resource, an alert''s rule, or the cadre_no that went into another';
comment on column mart.decision.cadre_no is 'The official, where it was about one';
comment on column mart.decision.decision is 'What was decided or done: a verdict (of a link same, different, unsure, or undone where it was taken back), an alert''s new state, released, accepted, rejected or shown';
comment on column mart.decision.why is 'The reason that was given';
