-- A function with the rights of its owner, so that an analyst needs none to what it counts, and no plan tells what it read; it looks
-- for itself whom the account of whoever asks answers for.
drop function if exists core.record_statistic();
create function core.record_statistic() returns table (
    region_code text, resource text, year integer, status text, records bigint
) language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select n.region_code,
           r.resource,
           extract(year from r.occurred_on)::integer as year,
           r.status,
           case when count(distinct n.cadre_no) >= 3 then count(*) end as records
    from core.cadre_now as n
    join core.known_record as r using (cadre_no)
    where r.resource <> 'population'
      and core.true_on(r.valid_from, least(r.valid_to, r.left_on) - 1)
      and exists (select from core.account as c where c.role_name = core.asks() and core.answers_for(c.region_prefix, n.managed_by))
    group by n.region_code, r.resource, extract(year from r.occurred_on), r.status;
end;

create view mart.record_statistic with (security_invoker) as
select region_code, resource, year, status, records
from core.record_statistic();

comment on view mart.record_statistic is 'How many records departments have about officials of the own regions, one counted for each official. Fewer than three officials are not counted';
comment on column mart.record_statistic.region_code is 'The region of the official''s unit, at the last publication';
comment on column mart.record_statistic.resource is 'Which feed they came from';
comment on column mart.record_statistic.year is 'The year that they are about; null where they have no date';
comment on column mart.record_statistic.status is 'The department''s own status code, where it has one';
comment on column mart.record_statistic.records is 'How many; null where they are about fewer than three officials';
