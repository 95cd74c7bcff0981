create view mart.alert with (security_invoker) as
select alert_no, rule, rule_version, cadre_no, severity, state, title, title_en, explanation, explanation_en, basis, effective_from,
       effective_until, raised_at, evidence
from core.alert
where core.as_of() is null and core.valid_on() is null and state <> 'unfounded'
union all
select a.alert_no, a.rule, (e.alert ->> 'rule_version')::integer, a.cadre_no, e.alert ->> 'severity', e.to_state,
       e.alert ->> 'title', e.alert ->> 'title_en', e.alert ->> 'explanation', e.alert ->> 'explanation_en', e.alert ->> 'basis',
       (e.alert ->> 'effective_from')::date, (e.alert ->> 'effective_until')::date,
       (e.alert ->> 'raised_at')::timestamptz, e.alert -> 'evidence'
from core.alert a
join lateral (
    select to_state, at, alert from core.alert_event where alert_no = a.alert_no and at <= coalesce(core.as_of(), 'infinity')
    order by event_no desc limit 1
) e on true
where (core.as_of() is not null or core.valid_on() is not null) and a.state <> 'unfounded' and e.to_state <> 'unfounded'
  -- What should not have stood was true on no day; what ended without saying when, until it did.
  and (core.valid_on() is null or e.to_state <> 'retracted')
  and core.true_on((e.alert ->> 'effective_from')::date, coalesce(
      (e.alert ->> 'effective_until')::date,
      case when e.to_state in ('expired', 'closed') then (e.at at time zone 'Asia/Shanghai')::date end
  ) - 1);

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
