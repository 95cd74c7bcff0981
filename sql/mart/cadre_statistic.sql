-- A function with the rights of its owner, so that an analyst needs none to what it counts, and no plan tells what it read; it looks
-- for itself whom the account of whoever asks answers for.
drop function if exists core.cadre_statistic();
create function core.cadre_statistic() returns table (
    region_code text, sex text, born_in integer, ethnic_group text, party text, work_started_in integer, education text, degree text,
    duty_level text, status text
) language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    with held as (
        select region_code, sex, born_on, ethnic_group, party, work_started_on, education, degree, duty_level, status, managed_by
        from core.cadre_now
        where core.as_of() is null and core.valid_on() is null and not gone
        union all
        select region_code, sex, born_on, ethnic_group, party, work_started_on, education, degree, duty_level, status, managed_by
        from core.cadre_version
        where core.as_of() is not null and core.valid_on() is null and known_from <= core.as_of() and known_to > core.as_of()
        union all
        select c.region_code, c.sex, c.born_on, c.ethnic_group, c.party, c.work_started_on, c.education, c.degree, c.duty_level, c.status,
               n.managed_by
        from core.held_cadre as c
        inner join core.cadre_now as n using (cadre_no)
        where core.valid_on() is not null
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
    from held
    where exists (select from core.account as a where a.role_name = core.asks() and core.answers_for(a.region_prefix, held.managed_by));
end;

create view mart.cadre_statistic with (security_invoker) as
select region_code, sex, born_in, ethnic_group, party, work_started_in, education, degree, duty_level, status
from core.cadre_statistic();

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
