-- The roster on each day, by what is known now, so that who asks for a day waits no longer than who asks for the present. What it says
-- is what core.cadre_then says on that day: that view looks each official up, and too slowly for a reader of many.
create table core.cadre_day (
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
    first_on date not null,
    last_on date not null default 'infinity',
    known_from timestamptz not null,
    managed_by text,
    primary key (cadre_no, first_on)
);
-- As of core.cadre_now; nor does a plan tell of whom there are many rows, and thus whom there is.
alter table core.cadre_day alter column id_masked set statistics 0, alter column cadre_no set statistics 0;
alter table core.cadre_version alter column cadre_no set statistics 0;
do $$
begin
    if to_regproc('pg_clear_attribute_stats') is not null then -- since PostgreSQL 18
        perform pg_clear_attribute_stats('core', 'cadre_version', 'cadre_no', false);
    end if;
end $$;
create index on core.cadre_day (managed_by, first_on, last_on);
create index on core.cadre_day (known_from);
create index on core.cadre_day (unit_code);
comment on table core.cadre_day is 'What core.cadre_then says, from each day to the last before it says otherwise of an official; known_from is when that was written, managed_by is whose the official is now, as in core.cadre_now';

create or replace function core.pass_on() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update core.cadre_version set managed_by = new.managed_by where cadre_no = new.cadre_no;
    update core.cadre_day set managed_by = new.managed_by where cadre_no = new.cadre_no;
    return null;
end $$;

-- Of whom the roster on some day may be otherwise, as something that it rests on was told or ended at a moment or after; and who was
-- written then, as what was told since may be told no more.
create function core.touched(since timestamptz) returns setof text language sql stable
set search_path = pg_catalog, pg_temp set enable_seqscan = on set enable_bitmapscan = on set enable_nestloop = on
begin atomic
    with told as (
        select c.cadre_no from core.cadre as c where c.known_from >= since or c.known_to >= since
        union
        select a.cadre_no from core.appointment as a where a.known_from >= since or a.known_to >= since
        union
        select e.cadre_no from core.education as e where e.known_from >= since or e.known_to >= since
        union
        select d.cadre_no from core.cadre_day as d where d.known_from >= since
        union
        select d.cadre_no from core.cadre_day as d
        where d.unit_code = any(array(select u.unit_code from core.unit as u where u.known_from >= since or u.known_to >= since))
        union
        select n.cadre_no from core.merge as m
        cross join lateral (values (m.cadre_no), (m.duplicate_no)) as n (cadre_no)
        where m.known_from >= since or m.known_to >= since
    )
    select t.cadre_no from told as t
    union
    select m.cadre_no from core.merged_now as m inner join told as t on t.cadre_no = m.duplicate_no;
end;

-- The days from which on the roster may say otherwise of some officials: on which something that it rests on began, was over or left.
create function core.turns(officials text []) returns table (cadre_no text, day date) language sql stable
set search_path = pg_catalog, pg_temp set enable_seqscan = on set enable_bitmapscan = on set enable_nestloop = on
begin atomic
    with entry (filed_no, cadre_no) as (
        select o.cadre_no, o.cadre_no from unnest(officials) as o (cadre_no)
        union all
        select m.duplicate_no, m.cadre_no from core.merged_now as m where m.cadre_no = any(officials)
    )
    select n.cadre_no, '-infinity'::date from core.cadre_now as n where n.cadre_no = any(officials)
    union
    select e.cadre_no, d.day from entry as e
    inner join core.cadre as c on c.cadre_no = e.filed_no
    cross join lateral (values (c.valid_from), (c.left_on)) as d (day) where d.day > '-infinity'
    union
    select e.cadre_no, d.day from entry as e
    inner join core.appointment as a on a.cadre_no = e.filed_no and a.known_to is null
    cross join lateral (values (a.started_on), (a.ended_on), (a.ended_on + 1), (a.left_on)) as d (day) where d.day > '-infinity'
    union
    select e.cadre_no, d.day from entry as e
    inner join core.education as s on s.cadre_no = e.filed_no and s.known_to is null
    cross join lateral (values (s.valid_from), (s.left_on)) as d (day) where d.day > '-infinity';
end;

-- Write anew what the roster says on each day of those of whom it may be otherwise since the first of some moments, one day on which
-- it may turn after the other. The last of the moments is the present. Planned once, for a table that may be empty by then: so
-- nothing is joined by loops in loops, by isfinite() no index but that of the officials serves, and it is read one by one: a bitmap
-- that outgrew its memory compares each row with each of a day's officials.
create function core.keep_days(moments timestamptz []) returns void language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_nestloop = off as $$
declare
    officials constant text [] := array(select core.touched(moments[1]));
    theirs text [];
    turn date;
begin
    delete from core.cadre_day as d where d.cadre_no = any(officials);
    for turn, theirs in
        select t.day, array_agg(t.cadre_no) from core.turns(officials) as t group by t.day order by t.day
    loop
        perform set_config('cadre.valid_on', turn::text, true);
        with said as materialized (
            select c.* from core.cadre_then as c where c.cadre_no = any(theirs)
        ),
        same as (
            select s.cadre_no
            from said as s
            inner join core.cadre_day as d on d.cadre_no = s.cadre_no and d.cadre_no = any(theirs) and not isfinite(d.last_on)
            where (
                    s.name, s.sex, s.born_on, s.ethnic_group, s.native_place, s.party, s.work_started_on, s.duty_level,
                    s.unit_code, s.unit_name, s.region_code, s.post_title, s.status, s.id_masked, s.education, s.degree,
                    s.level_since, s.post_since
                ) is not distinct from (
                    d.name, d.sex, d.born_on, d.ethnic_group, d.native_place, d.party, d.work_started_on, d.duty_level,
                    d.unit_code, d.unit_name, d.region_code, d.post_title, d.status, d.id_masked, d.education, d.degree,
                    d.level_since, d.post_since
                )
        ),
        ended as (
            update core.cadre_day as d set last_on = turn - 1
            where d.cadre_no = any(theirs) and not isfinite(d.last_on) and not exists (select from same where same.cadre_no = d.cadre_no)
        )
        insert into core.cadre_day
        select s.*, turn, 'infinity', moments[cardinality(moments)], n.managed_by
        from said as s
        inner join core.cadre_now as n on n.cadre_no = s.cadre_no and n.cadre_no = any(theirs)
        where not exists (select from same where same.cadre_no = s.cadre_no);
    end loop;
    perform set_config('cadre.valid_on', '', true);
end $$;
revoke all on function core.touched, core.turns, core.keep_days from public;

select core.keep_days(array_agg(core.known_at(day) order by day))
from (select distinct day from ledger.settlement where outcome is not null) as told
having count(*) > 0;

-- The present out of the narrow table, what was known out of its versions, and a day out of the roster's days; a day as of then is
-- looked up. Whose number went into another since the last publication is nobody on any day.
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
from core.cadre_day
where core.as_of() is null and core.valid_on() is not null
  and first_on <= (select core.valid_on()) and last_on >= (select core.valid_on())
  and cadre_no <> all((select core.duplicates())::text [])
union all
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_then
where core.as_of() is not null and core.valid_on() is not null;

-- What goes with an official: the function of 0010, and the roster's days, so that the proof counts them.
do $$
declare
    body text := pg_get_functiondef('core.remove_official'::regproc);
    line text;
begin
    foreach line in array array [
        'cadre_version as (delete from core.cadre_version x using due where x.cadre_no = due.cadre_no returning 1),',
        'select ''cadre_version'', count(*) from cadre_version union all'
    ] loop
        assert position(line in body) > 0;
        body := replace(body, line, line || E'\n    ' || replace(line, 'cadre_version', 'cadre_day'));
    end loop;
    execute body;
end $$;
