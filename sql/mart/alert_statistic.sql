-- A function with the rights of its owner, so that an analyst needs none to what it counts, and no plan tells what it read; it looks
-- for itself whom the account of whoever asks answers for.
drop function if exists core.alert_statistic();
create function core.alert_statistic() returns table (
    region_code text, rule text, severity text, state text, alerts bigint
) language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select n.region_code, a.rule, e.severity, e.to_state as state, case when count(distinct a.cadre_no) >= 3 then count(*) end as alerts
    from core.cadre_now as n
    join core.alert as a using (cadre_no)
    join lateral (
        select v.to_state, v.at, v.alert ->> 'severity' as severity, (v.alert ->> 'effective_from')::date as effective_from,
               (v.alert ->> 'effective_until')::date as effective_until
        from core.alert_event as v
        where v.alert_no = a.alert_no and (core.as_of() is null or v.at <= core.as_of())
        order by v.event_no desc limit 1
    ) as e on true
    where a.state <> 'unfounded' and e.to_state <> 'unfounded'
      and case when a.merged then a.cadre_no in (select m.cadre_no from core.merged as m)
               else a.cadre_no not in (select o.filed_no from core.entry as o) end
      and (core.valid_on() is null or e.to_state <> 'retracted')  -- as in mart.alert
      and core.true_on(e.effective_from, coalesce(
          e.effective_until, case when e.to_state in ('expired', 'closed') then (e.at at time zone 'Asia/Shanghai')::date end
      ) - 1)
      and exists (select from core.account as c where c.role_name = core.asks() and core.answers_for(c.region_prefix, n.managed_by))
    group by n.region_code, a.rule, e.severity, e.to_state;
end;

create view mart.alert_statistic with (security_invoker) as
select region_code, rule, severity, state, alerts
from core.alert_statistic();

comment on view mart.alert_statistic is 'How many alerts there are about officials of the own regions. Fewer than three officials are not counted: of so few, one is easily known';
comment on column mart.alert_statistic.region_code is 'The region of the official''s unit, at the last publication';
comment on column mart.alert_statistic.rule is 'The rule that raised them';
comment on column mart.alert_statistic.severity is 'As in mart.alert';
comment on column mart.alert_statistic.state is 'As in mart.alert';
comment on column mart.alert_statistic.alerts is 'How many; null where they are about fewer than three officials';
