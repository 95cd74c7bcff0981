create view mart.alert with (security_invoker) as
select a.alert_no, a.rule, t.rule_version, a.cadre_no, t.severity, t.state, t.title, t.title_en, t.explanation, t.explanation_en, t.basis,
       t.effective_from, t.effective_until, t.raised_at, t.evidence, t.disputed
from core.alert a
-- Of each alert what it says now, or said then: beside it, so that who asks about somebody has only theirs read.
cross join lateral (
    select a.rule_version, a.severity, a.state, a.title, a.title_en, a.explanation, a.explanation_en, a.basis, a.effective_from,
           a.effective_until, a.raised_at, a.evidence, a.disputed
    where core.as_of() is null and core.valid_on() is null
    union all
    select (e.alert ->> 'rule_version')::integer, e.alert ->> 'severity', e.to_state, e.alert ->> 'title', e.alert ->> 'title_en',
           e.alert ->> 'explanation', e.alert ->> 'explanation_en', e.alert ->> 'basis', (e.alert ->> 'effective_from')::date,
           (e.alert ->> 'effective_until')::date, (e.alert ->> 'raised_at')::timestamptz, e.alert -> 'evidence',
           coalesce((e.alert ->> 'disputed')::boolean, false)
    from (
        select to_state, at, alert from core.alert_event
        where (core.as_of() is not null or core.valid_on() is not null) and alert_no = a.alert_no
          and at <= coalesce(core.as_of(), 'infinity')
        order by event_no desc limit 1
    ) as e
    -- What should not have stood was true on no day; what ended without saying when, until it did.
    where (core.valid_on() is null or e.to_state <> 'retracted')
      and core.true_on((e.alert ->> 'effective_from')::date, coalesce(
          (e.alert ->> 'effective_until')::date,
          case when e.to_state in ('expired', 'closed') then (e.at at time zone 'Asia/Shanghai')::date end
      ) - 1)
) as t
where a.state <> 'unfounded' and t.state <> 'unfounded'
  -- Of an official with several numbers what was found of all of them together.
  and case when a.merged then a.cadre_no = any((select core.entries())::text []) and a.cadre_no <> all((select core.duplicates())::text [])
           else a.cadre_no <> all((select core.entries())::text []) end;

comment on view mart.alert is 'What wants checking and why; never a verdict, and nothing happens to anybody because of one. What was found unfounded is not here, nor as of then';
comment on column mart.alert.alert_no is 'Made from rule, official and matter; stable';
comment on column mart.alert.rule is 'The rule that raised it';
comment on column mart.alert.rule_version is 'The version of the rule that was in force on the day of the evidence';
comment on column mart.alert.cadre_no is 'The official';
comment on column mart.alert.severity is 'context, notice, attention or serious (rests on a decision in force)';
comment on column mart.alert.state is 'new, …, closed; expired where it no longer applies, retracted where it should not have stood';
comment on column mart.alert.title is 'What it is, in Chinese';
comment on column mart.alert.title_en is 'The same in English';
comment on column mart.alert.explanation is 'One sentence in Chinese that says why';
comment on column mart.alert.explanation_en is 'The same in English';
comment on column mart.alert.basis is 'The article that it rests on, as delivered';
comment on column mart.alert.effective_from is 'From when it stands';
comment on column mart.alert.effective_until is 'The first day on which it no longer stands; null while that is open';
comment on column mart.alert.raised_at is 'When it was raised, or raised again';
comment on column mart.alert.evidence is 'The records that it rests on: an array of resource and source_key';
comment on column mart.alert.disputed is 'Whether somebody objects to a record that it rests on, and is not answered yet; see mart.objection';
