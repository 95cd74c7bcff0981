-- These three run with the rights of their owner, so that an analyst needs none to what they count; each looks for itself whom the
-- account of whoever asks answers for.

create view mart.cadre_statistic with (security_barrier) as
with own as (
    select n.* from core.cadre_now as n
    where exists (select from core.account as a where a.role_name = current_user and core.answers_for(a.region_prefix, n.managed_by))
),
held as (
    select region_code, sex, born_on, ethnic_group, party, work_started_on, education, degree, duty_level, status
    from own
    where core.as_of() is null
    union all
    select u.region_code, c.sex, c.born_on, c.ethnic_group, c.party, c.work_started_on, s.education, s.degree, c.duty_level, c.status
    from own
    join core.cadre as c using (cadre_no)
    left join core.unit as u
        on u.unit_code = c.unit_code and u.known_from <= core.as_of() and (u.known_to is null or u.known_to > core.as_of())
    cross join lateral (
        select min(e.level) as education, min(e.degree) as degree
        from core.education as e
        where e.cadre_no = c.cadre_no and e.left_on is null
            and e.known_from <= core.as_of() and (e.known_to is null or e.known_to > core.as_of())
    ) as s
    where c.left_on is null and c.known_from <= core.as_of() and (c.known_to is null or c.known_to > core.as_of())
)
select region_code,
       sex,
       left(born_on, 4)::integer as born_in,
       ethnic_group,
       party,
       extract(year from work_started_on)::integer as work_started_in,
       education,
       degree,
       duty_level,
       status
from held;

comment on view mart.cadre_statistic is 'The roster to be counted: a row an official of the own regions, without what says who it is, and without a key to anything else';
comment on column mart.cadre_statistic.region_code is 'The region of the unit';
comment on column mart.cadre_statistic.sex is 'male or female';
comment on column mart.cadre_statistic.born_in is 'Year of birth';
comment on column mart.cadre_statistic.ethnic_group is 'As in mart.cadre';
comment on column mart.cadre_statistic.party is 'As in mart.cadre';
comment on column mart.cadre_statistic.work_started_in is 'Year in which work began; null where a form does not say';
comment on column mart.cadre_statistic.education is 'The highest level of education, codes as in mart.education';
comment on column mart.cadre_statistic.degree is 'The highest degree, codes as in mart.education';
comment on column mart.cadre_statistic.duty_level is 'As in mart.cadre';
comment on column mart.cadre_statistic.status is 'As in mart.cadre';

create view mart.alert_statistic with (security_barrier) as
select n.region_code, a.rule, e.severity, e.to_state as state, case when count(distinct a.cadre_no) >= 3 then count(*) end as alerts
from core.cadre_now as n
join core.alert as a using (cadre_no)
join lateral (
    select v.to_state, v.alert ->> 'severity' as severity from core.alert_event as v
    where v.alert_no = a.alert_no and (core.as_of() is null or v.at <= core.as_of())
    order by v.event_no desc limit 1
) as e on true
where a.state <> 'unfounded' and e.to_state <> 'unfounded'
  and exists (select from core.account as c where c.role_name = current_user and core.answers_for(c.region_prefix, n.managed_by))
group by n.region_code, a.rule, e.severity, e.to_state;

comment on view mart.alert_statistic is 'How many alerts there are about officials of the own regions. Fewer than three officials are not counted: of so few, one is easily known';
comment on column mart.alert_statistic.region_code is 'The region of the official''s unit, at the last publication';
comment on column mart.alert_statistic.rule is 'The rule that raised them';
comment on column mart.alert_statistic.severity is 'As in mart.alert';
comment on column mart.alert_statistic.state is 'As in mart.alert';
comment on column mart.alert_statistic.alerts is 'How many; null where they are about fewer than three officials';

create view mart.record_statistic with (security_barrier) as
select n.region_code,
       r.resource,
       extract(year from r.occurred_on)::integer as year,
       r.status,
       case when count(distinct n.cadre_no) >= 3 then count(*) end as records
from core.cadre_now as n
join core.link as l using (cadre_no)
join core.record as r using (resource, source_key)
where l.verdict = 'same'
  and r.resource <> 'population'
  and case when core.as_of() is null then l.known_to is null and r.known_to is null
           else l.known_from <= core.as_of() and (l.known_to is null or l.known_to > core.as_of())
               and r.known_from <= core.as_of() and (r.known_to is null or r.known_to > core.as_of()) end
  and exists (select from core.account as c where c.role_name = current_user and core.answers_for(c.region_prefix, n.managed_by))
group by n.region_code, r.resource, extract(year from r.occurred_on), r.status;

comment on view mart.record_statistic is 'How many records departments have about officials of the own regions, one counted for each official. Fewer than three officials are not counted';
comment on column mart.record_statistic.region_code is 'The region of the official''s unit, at the last publication';
comment on column mart.record_statistic.resource is 'Which feed they came from';
comment on column mart.record_statistic.year is 'The year that they are about; null where they have no date';
comment on column mart.record_statistic.status is 'The department''s own status code, where it has one';
comment on column mart.record_statistic.records is 'How many; null where they are about fewer than three officials';
