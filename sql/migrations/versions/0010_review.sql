-- What people decide about links, and who may: through these functions alone, for whoever calls them. The pipe's own login has no
-- right to state anything of a link but in the machine's name (sql/security/grants.sql).

-- Which official a user of the pages is, where they are one: nobody decides about themself, a relative or the own unit.
alter table core.page_user add column cadre_no text references core.cadre_now on delete set null;
create index on core.page_user (cadre_no);
drop function if exists core.admit(text, text);
drop function if exists core.admit_engineer(text, text);
drop function if exists core.admit_to(name, text, text);

-- Everything that a person said of a statement: that it is so or is not, that they are unsure, or that they take back what they said.
-- Only the first two make statements of their own (`wrote`), of this official and of the others who were in question.
create table core.link_decision (
    decision_no bigint generated always as identity primary key,
    about bigint not null references core.link on delete cascade,
    verdict text not null check (verdict in ('same', 'different', 'unsure', 'undone')),
    who text not null,
    why text not null,
    at timestamptz not null,
    noted_at timestamptz not null default clock_timestamp(),
    wrote bigint [] not null default '{}',
    undoes bigint unique references core.link_decision on delete cascade,
    check ((verdict = 'undone') = (undoes is not null)),
    constraint named check (btrim(who) <> '' and lower(btrim(who)) <> 'machine'),
    constraint reasoned check (btrim(why) <> '' and who || ' ' || why !~ '\d{15}')
);
create index on core.link_decision (about);
create index on core.link_decision (who, at);
create index on core.link_decision (about) where verdict = 'unsure';
create trigger append_only before update on core.link_decision for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.link_decision
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.link_decision for each statement execute function core.refuse_change();

-- What people decided until now; what it wrote of others was not noted, so none of it can be taken back but by deciding otherwise.
insert into core.link_decision (about, verdict, who, why, at)
select link_no, verdict, decided_by, coalesce(reason, '—'), known_from from core.link
where decided_by <> 'machine' and verdict in ('same', 'different') and coalesce(reason, '') !~ '\d{15}'
order by link_no;

create index on core.record ((detail ->> 'household_no')) where resource = 'population' and known_to is null;

-- Officials about whom a user of the pages does not decide: themself; kin, as declared by either (by number, or where none was given
-- by a name and an employer that names the unit), by a relative whom both declare, or of one household; and who holds a post in a
-- unit in which they hold one. Whoever shares a household counts, as what they may be to each other (core.household_kin) is not asked. Read
-- out of the tables themselves, so that it is what is known now, whatever day a caller asks for.
create function core.too_near(of_user text) returns table (cadre_no text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
with me as (
    select c.cadre_no, c.id_lookup, c.name, n.unit_code, n.unit_name
    from core.page_user p
    join core.cadre_now n using (cadre_no)
    left join core.cadre c on c.cadre_no = p.cadre_no and c.known_to is null
    where p.user_name = of_user
),
declared as (select f.* from core.family f where f.known_to is null),
mine as (select f.* from declared f join me using (cadre_no)),
post as (
    select cadre_no, unit_code from core.cadre_now where not gone
    union
    select cadre_no, unit_code from core.appointment where known_to is null and left_on is null and ended_on is null
)
select p.cadre_no from core.page_user p where p.user_name = of_user and p.cadre_no is not null
union
select p.cadre_no from post p where p.unit_code in (select o.unit_code from post o join me using (cadre_no))
union
select l.cadre_no
from core.link l
join core.record r using (resource, source_key)
where l.resource = 'population' and l.verdict = 'same' and l.known_to is null and r.known_to is null and r.left_on is null
  and r.detail ->> 'household_no' in (
      select o.detail ->> 'household_no'
      from me
      join core.link k on k.cadre_no = me.cadre_no and k.resource = 'population' and k.verdict = 'same' and k.known_to is null
      join core.record o on (o.resource, o.source_key) = (k.resource, k.source_key) and o.known_to is null and o.left_on is null
  )
union
select c.cadre_no from mine f join core.cadre c on c.id_lookup = f.id_lookup and c.known_to is null
union
select f.cadre_no from declared f join me on f.id_lookup = me.id_lookup
union
select f.cadre_no from declared f join mine on mine.id_lookup = f.id_lookup
union
select n.cadre_no from mine f join core.cadre_now n on n.name = f.name
where f.id_lookup is null and strpos(f.employer, n.unit_name) > 0
union
select f.cadre_no from declared f join me on me.name = f.name
where f.id_lookup is null and strpos(f.employer, me.unit_name) > 0
$$;

-- What waits and is not a user's to decide: as somebody may be meant to whom they are too near (`near`), or for now, as they have said
-- that they are unsure (`unsure`). To be asked by a role of theirs alone.
create function core.not_to_decide(of_user text) returns table (resource text, source_key text, mention_no integer, why text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
select distinct l.resource, l.source_key, l.mention_no, 'near'
from core.too_near(of_user) as t
join core.link as l using (cadre_no)
where l.known_to is null and (l.verdict <> 'withdrawn' or l.decided_by <> 'machine')
  and exists (select from core.page_user as p where p.user_name = of_user and p.role_name = core.asks())
union
select l.resource, l.source_key, l.mention_no, 'unsure'
from core.link_decision as d
join core.link as l on l.link_no = d.about
where d.who = of_user and d.verdict = 'unsure' and l.known_to is null
  and not exists (select from core.link_decision as u where u.undoes = d.decision_no)
  and exists (select from core.page_user as p where p.user_name = of_user and p.role_name = core.asks())
$$;

-- Refuse a user who may not decide about an official, or (where it is said who may be meant) is too near to one of them. Whoever asks by a role of
-- the pages' can only be who reads by it.
create function core.refuse_decider(of_user text, about text, meant text [])
returns void language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    reads_as name := (select p.role_name from core.page_user as p where p.user_name = of_user);
begin
    if not pg_has_role(core.asks(), 'cadre_loader', 'member') and reads_as is distinct from core.asks() then
        raise exception 'nobody decides in the name of another';
    end if;
    if reads_as is null or not pg_has_role(reads_as, 'cadre_reviewer', 'member') or not exists (
        select from core.account as a
        left join core.cadre_now as n on n.cadre_no = about
        where a.role_name = reads_as and core.answers_for(a.region_prefix, n.managed_by)
    ) then
        raise exception 'who decides has to be a reviewer (core.admit_to) for the region of the official';
    end if;
    if meant is not null and exists (select from core.too_near(of_user) as t where t.cadre_no = any(meant || about)) then
        raise exception 'nobody decides where they themselves, a relative or somebody of their unit may be meant';
    end if;
end $$;

-- What hangs on what waits: the gravest alert that there would be beside those that there are, if the likeliest who may be meant were
-- (cadre_cloud.alerts.stakes), and how much the resource matters at all, as its contract has it.
create table core.stake (
    resource text not null,
    source_key text not null,
    severity text not null check (severity in ('context', 'notice', 'attention', 'serious')),
    primary key (resource, source_key)
);
alter table ledger.feed add column impact text check (impact in ('high', 'middle', 'low'));
