-- Two entries of the roster that are one person. Nothing that was filed under a number is written anew for it: what is held about an
-- official (core.held_*, core.known_*) is looked up under the numbers that are theirs, and names the one that survives. So an
-- unmerge leaves nothing behind, and who asks as of a moment within the merge sees it.

-- Judgements of people on pairs of roster entries: the same person, who goes by the first number from then on, or two. Append-only: one
-- is ended by another. A number that went into another is nobody's survivor, so that none has to be followed twice.
create table core.merge (
    merge_no bigint generated always as identity primary key,
    cadre_no text not null references core.cadre_now on delete cascade,
    duplicate_no text not null references core.cadre_now on delete cascade,
    verdict text not null check (verdict in ('same', 'different')),
    who text not null,
    why text not null,
    known_from timestamptz not null,
    known_to timestamptz,
    check (known_to >= known_from),
    check (cadre_no <> duplicate_no)
);
create unique index on core.merge (least(cadre_no, duplicate_no), greatest(cadre_no, duplicate_no)) where known_to is null;
create index on core.merge (cadre_no);
create index on core.merge (duplicate_no);
create trigger append_only before update on core.merge for each row execute function core.refuse_rewriting();
create trigger not_deleted before delete on core.merge
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.merge for each statement execute function core.refuse_change();

-- The merges that stand, narrow, and what core.cadre_now said of the number that went: its row is the survivor's meanwhile, for the
-- row policies go by it.
create table core.merged_now (
    duplicate_no text primary key references core.cadre_now on delete cascade,
    cadre_no text not null references core.cadre_now on delete cascade,
    gone boolean not null,
    duty_level text,
    region_code text
);
create index on core.merged_now (cadre_no);

-- Whether every entry is asked about by itself, as if none were merged: so alerts are kept up that stand again after an unmerge.
create function core.apart() returns boolean language sql stable
return coalesce(nullif(current_setting('cadre.apart', true), '')::boolean, false);

-- The merges that stand now or stood then, of officials for whom whoever asks answers. What everything about anybody looks at is planned
-- once a session and has no policies to be planned anew in each place.
create function core.merges() returns table (duplicate_no text, cadre_no text)
language plpgsql stable security definer rows 10 set search_path = pg_catalog, pg_temp as $$
declare
    reads_all constant boolean := pg_has_role(core.asks(), 'cadre_loader', 'member');
    regions constant text [] := array(select a.region_prefix from core.account as a where a.role_name = core.asks());
begin
    if core.apart() then
        return;
    elsif core.as_of() is null then
        return query
        select m.duplicate_no, m.cadre_no from core.merged_now as m
        join core.cadre_now as n on n.cadre_no = m.cadre_no
        where reads_all or exists (select from unnest(regions) as r where core.answers_for(r, n.managed_by));
    else
        return query
        select m.duplicate_no, m.cadre_no from core.merge as m
        join core.cadre_now as n on n.cadre_no = m.cadre_no
        where m.verdict = 'same' and m.known_from <= core.as_of() and coalesce(m.known_to > core.as_of(), true)
          and (reads_all or exists (select from unnest(regions) as r where core.answers_for(r, n.managed_by)));
    end if;
end $$;

revoke all on function core.merges() from public;

create function core.duplicates() returns text [] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return array(select m.duplicate_no from core.merges() as m);
end $$;

-- All numbers of the officials who have several.
create function core.entries() returns text [] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return array(select m.duplicate_no from core.merges() as m union all select m.cadre_no from core.merges() as m);
end $$;

create view core.merged with (security_invoker) as
select duplicate_no, cadre_no from core.merges();

-- These numbers, and which of them is the one.
create view core.entry with (security_invoker) as
select duplicate_no as filed_no, cadre_no from core.merges()
union
select cadre_no as filed_no, cadre_no from core.merges();

-- What is filed under each number stays to be seen as core.filed_*; core.held_* has it under the number that survives. The numbers that
-- went are looked up one by one: a join would read all that is filed.
do $$
declare
    part text;
    names text;
    of_survivor text;
begin
    foreach part in array '{held_appointment, held_education, held_family, held_assessment, held_training, held_archive,
                            held_objective, held_declaration, known_form, known_file}'::text [] loop
        execute format('create view core.%I with (security_invoker) as %s', regexp_replace(part, '^\w+?_', 'filed_'),
                       pg_get_viewdef(format('core.%I', part)::regclass));
        select string_agg(format('f.%I', attname), ', ' order by attnum),
               string_agg(case attname when 'cadre_no' then 'm.cadre_no' else format('f.%I', attname) end, ', ' order by attnum)
        into names, of_survivor
        from pg_attribute where attrelid = format('core.%I', part)::regclass and attnum > 0;
        execute format(
            'create or replace view core.%1$I with (security_invoker) as
             select %3$s from core.%2$I as f where (f.cadre_no = any((select core.duplicates())::text [])) is not true
             union all
             select %4$s from core.merges() as m
             cross join lateral (select * from core.%2$I as l where l.cadre_no = m.duplicate_no offset 0) as f',
            part, regexp_replace(part, '^\w+?_', 'filed_'), names, of_survivor
        );
    end loop;
end $$;

-- What an entry says of the official itself, and the résumé, the surviving one says.
do $$
declare
    part text;
begin
    foreach part in array '{held_spell, held_official, described_cadre, cadre_then}'::text [] loop
        execute format(
            'create or replace view core.%1$I with (security_invoker) as
             select * from (%2$s) as f where f.cadre_no <> all((select core.duplicates())::text [])',
            part, rtrim(pg_get_viewdef(format('core.%I', part)::regclass), ';')
        );
    end loop;
end $$;

-- The last filled in of all their forms counts, under whichever number it came to be theirs.
create or replace view core.held_form with (security_invoker) as
select form_no, cadre_no, method, candidates,
       is_latest and not exists (
           select from core.entry as e
           inner join core.entry as o on o.cadre_no = e.cadre_no
           inner join core.filed_form as l on l.cadre_no = o.filed_no and l.is_latest
           where e.cadre_no = f.cadre_no and (coalesce(l.filled_on, '-infinity'), l.form_no) > (coalesce(f.filled_on, '-infinity'), f.form_no)
       ) as is_latest,
       filled_on, name, sex, born_on, ethnic_group, party, work_started_on, education, degree, unit_code, post_title, unread, known_from
from core.known_form as f
where core.valid_on() is null
union all
select form_no, cadre_no, method, candidates,
       cadre_no is not null
       and row_number() over (partition by cadre_no order by filled_on desc nulls last, is_latest desc, form_no) = 1 as is_latest,
       filled_on, name, sex, born_on, ethnic_group, party, work_started_on, education, degree, unit_code, post_title, unread,
       known_from
from core.known_form
where core.valid_on() is not null and core.true_on(filled_on, null);

do $$
begin
    execute format('create view core.filed_link with (security_invoker) as %s', pg_get_viewdef('core.held_link'::regclass));
end $$;

-- What a statement on one of several numbers of an official comes to. A person's no for one number binds the machine for all of them.
-- Where several were meant outright and are one, that one is. Of whom somebody does not read about nothing is told.
create function core.merged_verdict(
    of_resource text, of_key text, of_mention integer, filed_no text, verdict text, method text, decided_by text
) returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
with said as (
    select l.verdict, l.decided_by, coalesce(e.cadre_no, l.cadre_no) = coalesce(
        (select o.cadre_no from core.entry as o where o.filed_no = merged_verdict.filed_no), merged_verdict.filed_no
    ) as is_theirs
    from core.filed_link as l
    left join core.entry as e on e.filed_no = l.cadre_no
    where l.resource = of_resource and l.source_key = of_key and l.mention_no = of_mention
)
select case
    when filed_no <> all(core.entries()) then merged_verdict.verdict
    when merged_verdict.decided_by = 'machine'
        and exists (select from said as s where s.is_theirs and s.verdict = 'different' and s.decided_by <> 'machine') then 'different'
    when merged_verdict.verdict = 'undecided' and merged_verdict.method = 'several'
        and not exists (select from said as s where s.verdict = 'undecided' and not s.is_theirs) then 'same'
    else merged_verdict.verdict
end
$$;
revoke all on function core.merged_verdict from public;

-- Statements on officials with several numbers: of a mention one for each, the surest.
create view core.merged_link with (security_invoker) as
select distinct on (l.resource, l.source_key, l.mention_no, e.cadre_no, l.family_no)
    l.resource, l.source_key, l.mention_no, l.subject, e.cadre_no, v.verdict,
    case when v.verdict = 'same' and l.verdict <> 'same' then 'merged' else l.method end as method,
    l.probability, l.decided_by, l.known_from, case when v.verdict <> 'same' then l.rank end as rank, l.evidence, l.family_no, l.weights,
    l.cadre_no as filed_no
from core.entry as e
cross join lateral (select * from core.filed_link as f where f.cadre_no = e.filed_no offset 0) as l
cross join lateral (
    select core.merged_verdict(l.resource, l.source_key, l.mention_no, l.cadre_no, l.verdict, l.method, l.decided_by) as verdict
) as v
order by l.resource, l.source_key, l.mention_no, e.cadre_no, l.family_no,
         v.verdict <> 'same', v.verdict <> 'undecided', l.rank nulls first, l.cadre_no;

create or replace view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no, weights
from core.filed_link as f
where f.cadre_no <> all((select core.entries())::text [])
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no, weights
from core.merged_link;

do $$
begin
    execute format(
        'create or replace view core.known_record with (security_invoker) as
         select * from (%s) as f where f.cadre_no <> all((select core.entries())::text [])
         union all
         select r.record_no, r.resource, r.source_key, r.occurred_on, r.status, r.summary, r.detail, r.disputed, r.delivery_id,
                r.valid_from, r.valid_to, r.left_on, r.known_from, l.cadre_no, l.subject, l.method as link_method,
                l.probability as link_probability, l.family_no
         from core.merged_link as l
         cross join lateral (
             select * from core.held_record as h where h.resource = l.resource and h.source_key = l.source_key offset 0
         ) as r
         where l.verdict = ''same''',
        rtrim(pg_get_viewdef('core.known_record'::regclass), ';')
    );
end $$;

-- Under which of an official's numbers a statement is filed that is served under the surviving one; the number itself of all others.
create function core.filed_as(of_resource text, of_key text, of_mention integer, of_cadre text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
select coalesce((
    select l.filed_no from core.merged_link as l
    where l.resource = of_resource and l.source_key = of_key and l.cadre_no = of_cadre
      and coalesce(l.mention_no = of_mention, of_mention is null)
    order by l.verdict <> 'same', l.verdict <> 'undecided', l.mention_no limit 1
), of_cadre)
$$;
revoke all on function core.filed_as(text, text, integer, text) from public;

-- Alerts are kept up for each entry by itself, and beside that for those who have several as one: which of them are told depends on
-- what is merged, and no unmerge has to mend any.
alter table core.alert add column merged boolean not null default false;
alter table core.alert drop constraint alert_rule_cadre_no_matter_key;
alter table core.alert add unique (rule, cadre_no, matter, merged);

-- Who has several numbers has left once they all have, and until when something lasts is told by the alerts of the one, beside those of
-- each number that have ended; nobody is under a number that went.
create or replace view core.leaver with (security_invoker) as
select n.cadre_no, max(n.left_on) as left_on, greatest(max(n.left_on), max(e.ended_on)) as effects_until
from (
    select c.cadre_no as filed_no, c.left_on, coalesce(m.cadre_no, c.cadre_no) as cadre_no,
           c.cadre_no = any((select core.entries())::text []) as has_several
    from core.cadre as c
    left join core.merged as m on m.duplicate_no = c.cadre_no
    where c.known_to is null
) as n
left join core.alert as a
    on a.cadre_no = n.filed_no and a.state not in ('retracted', 'unfounded')
    and (a.merged = n.has_several or a.state in ('expired', 'closed'))
left join lateral (
    select coalesce(
        a.effective_until,
        case when a.state in ('expired', 'closed') then (max(v.at) at time zone 'Asia/Shanghai')::date else 'infinity' end
    ) as ended_on
    from core.alert_event as v where v.alert_no = a.alert_no
) as e on a.alert_no is not null
group by n.cadre_no
having bool_and(n.left_on is not null);

-- Under which number an entry that was merged at any time, or into which one was, is served, and when.
create view core.span with (security_invoker) as
with judged as (
    select duplicate_no, cadre_no, known_from, known_to,
           coalesce(lag(known_to) over (partition by duplicate_no order by known_from), '-infinity') as ended_before,
           lead(known_from) over (partition by duplicate_no order by known_from) is null as is_last
    from core.merge where verdict = 'same'
)
select duplicate_no as filed_no, cadre_no, known_from, known_to from judged
union all
select duplicate_no, duplicate_no, ended_before, known_from from judged
union all
select duplicate_no, duplicate_no, known_to, null from judged where is_last and known_to is not null
union
select j.cadre_no, j.cadre_no, '-infinity', null
from judged as j
where not exists (select from judged as d where d.duplicate_no = j.cadre_no);

-- Every version of what is served, under the number by which it is: changes are told of a merge and of an unmerge as of any other.
-- A résumé is the survivor's alone, and so is an entry itself.
do $$
begin
    execute format('create view core.filed_version with (security_invoker) as %s', pg_get_viewdef('core.version'::regclass));
end $$;

create view core.spell_version with (security_invoker) as
select cadre_no, known_from, known_to
from core.spell as f
where not exists (select from core.span as s where s.filed_no = f.cadre_no)
union all
select f.cadre_no, greatest(f.known_from, s.known_from), least(f.known_to, s.known_to)
from core.span as s
inner join core.spell as f on f.cadre_no = s.filed_no and s.cadre_no = s.filed_no
where f.known_from < coalesce(s.known_to, 'infinity') and (f.known_from >= s.known_from or coalesce(f.known_to > s.known_from, true));

create view core.link_version with (security_invoker) as
select resource, source_key, cadre_no, known_from, known_to
from core.link as f
where verdict = 'same' and not exists (select from core.span as s where s.filed_no = f.cadre_no);

-- Records of those who were merged at any time, by what core.merged_verdict says at each moment: what is said of any of their numbers,
-- without what a machine says though a person said no, and with what is settled as several who were meant are one.
create function core.merged_record_version() returns table (
    key text, cadre_no text, left_on date, known_from timestamptz, known_to timestamptz
) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
with stated as (
    select l.resource, l.source_key, l.mention_no, coalesce(s.cadre_no, l.cadre_no) as cadre_no, s.filed_no is not null as is_theirs,
           l.verdict, l.method, l.decided_by = 'machine' as by_machine,
           tstzrange(l.known_from, l.known_to) * coalesce(tstzrange(s.known_from, s.known_to), '(,)') as held
    from core.link l
    left join core.span s on s.filed_no = l.cadre_no
    where l.resource <> 'population' and (l.resource, l.source_key, l.mention_no) in (
        select t.resource, t.source_key, t.mention_no from core.span x join core.link t on t.cadre_no = x.filed_no
    )
),
merged as (
    select m.cadre_no, range_agg(tstzrange(m.known_from, m.known_to)) as held from core.merge m where m.verdict = 'same' group by m.cadre_no
),
said as (
    select s.resource, s.source_key, s.mention_no, s.cadre_no,
           coalesce(range_agg(s.held) filter (where s.verdict = 'same' and s.by_machine), '{}') as machine_s,
           coalesce(range_agg(s.held) filter (where s.verdict = 'same' and not s.by_machine), '{}') as person_s,
           coalesce(range_agg(s.held) filter (where s.verdict = 'different' and not s.by_machine), '{}') as refused,
           coalesce(range_agg(s.held) filter (where s.verdict = 'undecided' and s.method = 'several'), '{}') as several,
           (select coalesce(range_agg(o.held), '{}') from stated o
            where (o.resource, o.source_key, o.mention_no) = (s.resource, s.source_key, s.mention_no)
              and o.cadre_no <> s.cadre_no and o.verdict = 'undecided') as others
    from stated s
    where s.is_theirs
    group by s.resource, s.source_key, s.mention_no, s.cadre_no
),
linked as (
    select d.resource, d.source_key, d.cadre_no,
           (d.machine_s + (d.several * coalesce(m.held, '{}') - d.others)) - d.refused * coalesce(m.held, '{}') + d.person_s as held
    from said d
    left join merged m using (cadre_no)
)
select r.resource || '|' || r.source_key, l.cadre_no, r.left_on, lower(h.held), upper(h.held)
from linked l
join core.record r using (resource, source_key)
cross join lateral unnest(l.held * tstzmultirange(tstzrange(r.known_from, r.known_to))) as h (held)
join core.cadre_now n on n.cadre_no = l.cadre_no
where pg_has_role(core.asks(), 'cadre_loader', 'member') or exists (
    select from core.account a where a.role_name = core.asks() and core.answers_for(a.region_prefix, n.managed_by)
)
$$;
revoke all on function core.merged_record_version() from public;

create or replace view core.version with (security_invoker) as
select object, key, cadre_no, left_on, known_from, known_to
from core.filed_version as f
where not exists (select from core.span as s where s.filed_no = f.cadre_no)
union all
select f.object, f.key, s.cadre_no, f.left_on, greatest(f.known_from, s.known_from), least(f.known_to, s.known_to)
from core.span as s
inner join core.filed_version as f on f.cadre_no = s.filed_no
where f.known_from < coalesce(s.known_to, 'infinity') and (f.known_from >= s.known_from or coalesce(f.known_to > s.known_from, true))
  and (f.object <> 'cadre' or s.cadre_no = s.filed_no)
union all
select 'record', v.key, v.cadre_no, v.left_on, v.known_from, v.known_to
from core.merged_record_version() as v;

-- Not of empty ones: a table that is known to be empty is read from end to end for each row that goes into it, as the plan is made
-- before the first.
create or replace function core.take_statistics() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    filled regclass;
begin
    for filled in
        select c.oid::regclass from pg_catalog.unnest(array[
            'unit', 'cadre', 'appointment', 'education', 'family', 'spell', 'record', 'mention', 'link', 'assessment', 'training',
            'archive', 'objective', 'declaration', 'merge', 'merged_now']) as t (name)
        inner join pg_catalog.pg_class as c on c.oid = ('core.' || t.name)::regclass
        where pg_relation_size(c.oid) > 0
    loop
        execute format('analyze %s', filled);
    end loop;
end $$;
