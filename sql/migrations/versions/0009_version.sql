-- The roster as it was known at each moment, so that who asks as of then waits no longer than who asks for the present. What it says
-- is what core.described_cadre says as of then: that view answers for all officials, and too slowly for a reader.
create table core.cadre_version (
    cadre_no text not null references core.cadre_now on delete cascade,
    name text not null,
    sex text,
    born_on text,
    ethnic_group text,
    native_place text,
    party text,
    work_started_on date,
    duty_level text,
    unit_code text,
    unit_name text,
    region_code text,
    post_title text,
    status text,
    id_masked text,
    education text,
    degree text,
    level_since date,
    post_since date,
    known_from timestamptz not null,
    known_to timestamptz not null default 'infinity',
    managed_by text,
    primary key (cadre_no, known_from)
);
alter table core.cadre_version alter column id_masked set statistics 0; -- as of core.cadre_now
create index on core.cadre_version (managed_by, known_from, known_to);
comment on table core.cadre_version is 'What core.cadre_now said, from each publication to the next that said otherwise of an official; managed_by is whose the official is now, as there';

create function core.pass_on() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update core.cadre_version set managed_by = new.managed_by where cadre_no = new.cadre_no;
    return null;
end $$;
create trigger passes_on after update on core.cadre_now
for each row when (old.managed_by is distinct from new.managed_by) execute function core.pass_on();

-- Write again what was known at some moments, oldest first, and what came after the first of them: the last is the present, which is
-- at hand; those before it are of deliveries that came late, or whose rows changed. Without loops in loops, as the planner thinks that
-- a table which was just filled is empty.
create function core.keep_versions(moments timestamptz []) returns void language plpgsql
set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
declare
    present constant timestamptz := moments[cardinality(moments)];
    moment timestamptz;
begin
    delete from core.cadre_version as v where v.known_from >= moments[1];
    update core.cadre_version as v set known_to = 'infinity' where v.known_to >= moments[1] and v.known_to < 'infinity';
    foreach moment in array moments loop
        perform set_config('cadre.as_of', case when moment < present then moment::text else '' end, true);
        with said as materialized (
            select d.*
            from core.described_cadre as d
            where moment < present
            union all
            select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
                   region_code, post_title, status, id_masked, education, degree, level_since, post_since
            from core.cadre_now
            where moment = present and not gone
        ),
        same as (
            select s.cadre_no
            from said as s
            inner join core.cadre_version as v on v.cadre_no = s.cadre_no and v.known_to = 'infinity'
            where (
                    s.name, s.sex, s.born_on, s.ethnic_group, s.native_place, s.party, s.work_started_on, s.duty_level,
                    s.unit_code, s.unit_name, s.region_code, s.post_title, s.status, s.id_masked, s.education, s.degree,
                    s.level_since, s.post_since
                ) is not distinct from (
                    v.name, v.sex, v.born_on, v.ethnic_group, v.native_place, v.party, v.work_started_on, v.duty_level,
                    v.unit_code, v.unit_name, v.region_code, v.post_title, v.status, v.id_masked, v.education, v.degree,
                    v.level_since, v.post_since
                )
        ),
        ended as (
            update core.cadre_version as v set known_to = moment
            where v.known_to = 'infinity' and not exists (select from same where same.cadre_no = v.cadre_no)
        )
        insert into core.cadre_version
        select s.*, moment, 'infinity', n.managed_by
        from said as s
        inner join core.cadre_now as n on n.cadre_no = s.cadre_no
        where not exists (select from same where same.cadre_no = s.cadre_no);
    end loop;
    perform set_config('cadre.as_of', '', true);
end $$;
revoke all on function core.keep_versions from public;

select core.keep_versions(array_agg(core.known_at(day) order by day))
from (select distinct day from ledger.settlement where outcome is not null) as told
having count(*) > 0;

-- The present out of the narrow table, what was known out of its versions, and a day out of what was known and what appointments say.
create or replace view core.held_cadre with (security_invoker) as
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_now
where core.as_of() is null and core.valid_on() is null and not gone
union all
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_version
where core.as_of() is not null and core.valid_on() is null
  and known_from <= (select core.known_by()) and known_to > (select core.known_by())
union all
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_then
where core.valid_on() is not null;
