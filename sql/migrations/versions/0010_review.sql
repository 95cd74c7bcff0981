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

-- Officials about whom a user of the pages does not decide: themself; kin, as declared by either (by number, or where none was given
-- by a name and an employer that names the unit), by a relative whom both declare, or of one household; and who holds a post in a
-- unit in which they hold one. Always by what is known now, whatever day the caller asks for.
create function core.too_near(of_user text) returns table (cadre_no text)
language sql stable security definer set search_path = pg_catalog, pg_temp set cadre.as_of = '' set cadre.valid_on = '' as $$
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
select k.cadre_b from core.household_kin k join me on k.cadre_a = me.cadre_no
union
select k.cadre_a from core.household_kin k join me on k.cadre_b = me.cadre_no
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

-- State once more what was stated, but for what has changed; gives the number of the new statement.
create function core.restate(stood core.link, changed jsonb) returns bigint language plpgsql as $$
declare
    stated core.link := jsonb_populate_record(stood, changed);
begin
    stated.link_no := nextval(pg_get_serial_sequence('core.link', 'link_no'));
    update core.link set known_to = stated.known_from
    where (resource, source_key, mention_no, cadre_no) = (stated.resource, stated.source_key, stated.mention_no, stated.cadre_no)
      and known_to is null;
    insert into core.link overriding system value select (stated).*;
    return stated.link_no;
end $$;

-- Take a decision about a pair that waits or is decided: `same`, `different` or `unsure`. `same` withdraws what the machine says of the
-- other officials in question; when that becomes `different`, it is put back as the machine had it. `unsure` ends nothing. False where
-- a person has decided so already, and nothing is written; an exception says why it is refused.
create function core.decide(
    of_resource text, of_key text, of_mention integer, of_cadre text, said text, of_user text, because text, acted timestamptz
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    pair core.link;
    other core.link;
    before core.link;
    moment timestamptz := case when pg_has_role(core.asks(), 'cadre_loader', 'member') then acted else now() end;
    stating jsonb;
    wrote bigint [] := '{}';
begin
    perform core.refuse_decider(of_user, of_cadre, null); -- before anything is told of what there is
    perform pg_advisory_xact_lock(hashtext('cadre load'), hashtext(of_resource));
    pair := core.pair_of(of_resource, of_key, of_mention, of_cadre);
    perform core.refuse_decider(of_user, of_cadre, (
        select array_agg(l.cadre_no) from core.link as l
        where (l.resource, l.source_key, l.mention_no) = (pair.resource, pair.source_key, pair.mention_no)
          and l.known_to is null and (l.verdict <> 'withdrawn' or l.decided_by <> 'machine')
    ));
    if said = 'unsure' then
        return core.note_unsure(pair, of_user, because, moment);
    elsif pair.decided_by <> 'machine' and pair.verdict = said then
        return false;
    end if;
    stating := jsonb_build_object(
        'decided_by', of_user, 'reason', because, 'delivery_id', null, 'known_to', null, 'known_from', core.not_before(pair, moment)
    );
    if said = 'different' then
        wrote := wrote || core.restate(pair, stating || '{"verdict": "different"}');
    end if;
    -- A relative of one official may be another's, too: that is decided for itself.
    for other in
        select * from core.link as l
        where (l.resource, l.source_key, l.mention_no) = (pair.resource, pair.source_key, pair.mention_no)
          and l.known_to is null and l.link_no <> pair.link_no and l.family_no is null
        order by l.link_no
    loop
        if said = 'same' and other.verdict = 'same' and other.decided_by <> 'machine' then
            raise exception 'somebody has decided that this is another official; that has to be decided `different` first';
        elsif said = 'same' and other.decided_by = 'machine' and other.verdict <> 'withdrawn' then
            wrote := wrote || core.restate(other, stating || '{"verdict": "withdrawn"}');
        elsif said = 'different' and pair.verdict = 'same' and other.decided_by <> 'machine' and other.verdict = 'withdrawn' then
            select * into before from core.link as l
            where (l.resource, l.source_key, l.mention_no, l.cadre_no)
                = (other.resource, other.source_key, other.mention_no, other.cadre_no) and l.decided_by = 'machine'
            order by l.link_no desc limit 1;
            other := coalesce(before, other);
            wrote := wrote || core.restate(other, jsonb_build_object('known_from', stating -> 'known_from', 'known_to', null));
        end if;
    end loop;
    if said = 'same' then
        wrote := wrote || core.restate(pair, stating || '{"verdict": "same"}');
    end if;
    insert into core.link_decision (about, verdict, who, why, at, wrote)
    values (pair.link_no, said, of_user, because, moment, wrote);
    return true;
end $$;

-- The statement that a decision is about, in a transaction that holds the resource's lock; an exception where there is none or more
-- than one.
create function core.pair_of(of_resource text, of_key text, of_mention integer, of_cadre text) returns core.link
language plpgsql as $$
declare
    found core.link [] := array(
        select l from core.link as l
        where (l.resource, l.source_key, l.cadre_no) = (of_resource, of_key, of_cadre) and l.known_to is null
          and coalesce(l.mention_no = of_mention, of_mention is null)
          and (l.verdict <> 'withdrawn' or l.decided_by <> 'machine')
    );
begin
    if cardinality(found) = 1 then
        return found[1];
    elsif cardinality(found) > 1 then
        raise exception 'the record names several persons who may be this official; mention_no has to say which';
    elsif not exists (
        select from core.record as r where (r.resource, r.source_key) = (of_resource, of_key) and r.known_to is null
    ) then
        raise exception 'there is no record with this source_key';
    elsif not exists (select from core.cadre as c where c.cadre_no = of_cadre and c.known_to is null) then
        raise exception 'there is no official with this cadre_no';
    end if;
    raise exception 'this official is not in question for this record: nothing waits, and nothing is linked';
end $$;

-- A moment, or where something stands of the mention since later, that: nothing is ended before it began.
create function core.not_before(pair core.link, moment timestamptz) returns timestamptz language sql stable
return greatest(moment, (
    select max(l.known_from) from core.link as l
    where (l.resource, l.source_key, l.mention_no) = (pair.resource, pair.source_key, pair.mention_no) and l.known_to is null
));

-- It goes on waiting, and comes later in the queue; said once by each.
create function core.note_unsure(pair core.link, of_user text, because text, moment timestamptz) returns boolean
language plpgsql as $$
begin
    if pair.verdict <> 'undecided' then
        raise exception 'this does not wait: it is decided';
    elsif exists (
        select from core.link_decision as d
        where d.about = pair.link_no and d.who = of_user and d.verdict = 'unsure'
          and not exists (select from core.link_decision as u where u.undoes = d.decision_no)
    ) then
        return false;
    end if;
    insert into core.link_decision (about, verdict, who, why, at) values (pair.link_no, 'unsure', of_user, because, moment);
    return true;
end $$;

-- The newest that a person decided and has not taken back: what was decided in one go is one.
create function core.newest_decision(of_user text) returns setof core.link_decision language sql stable
begin atomic
    select d.* from core.link_decision as d
    where d.who = of_user and d.verdict <> 'undone'
      and (d.verdict = 'unsure' or d.wrote <> '{}')
      and not exists (select from core.link_decision as u where u.undoes = d.decision_no)
      and d.at = (
          select max(n.at) from core.link_decision as n
          where n.who = of_user and n.verdict <> 'undone' and (n.verdict = 'unsure' or n.wrote <> '{}')
            and not exists (select from core.link_decision as u where u.undoes = n.decision_no)
      );
end;

-- Whether anything was stated of the mention since, but for what was taken back itself.
create function core.is_overtaken(decision core.link_decision, pair core.link) returns boolean language sql stable
begin atomic
    select exists (
        select from core.link as l
        where (l.resource, l.source_key, l.mention_no) = (pair.resource, pair.source_key, pair.mention_no)
          and l.link_no > (select max(w) from unnest(decision.wrote) as w)
          and not exists (
              select from core.link as a
              join core.link_decision as d on d.about = a.link_no
              where (a.resource, a.source_key, a.mention_no) = (pair.resource, pair.source_key, pair.mention_no)
                and l.link_no = any(d.wrote)
                and (d.verdict = 'undone' or exists (select from core.link_decision as u where u.undoes = d.decision_no))
          )
    );
end;

-- Take back the newest that a person decided: what stood before stands again, by whoever had said it. Gives the statements that it was
-- about; none where nothing is left to be taken back. An exception where something happened to any of it since.
create function core.undo_decision(of_user text, acted timestamptz) returns setof core.link
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    decision core.link_decision;
    pair core.link;
    written core.link;
    before core.link;
    moment timestamptz := case when pg_has_role(core.asks(), 'cadre_loader', 'member') then acted else now() end;
    wrote bigint [];
begin
    perform pg_advisory_xact_lock(hashtext('cadre load'), hashtext(r.resource)) from (
        select distinct l.resource from core.newest_decision(of_user) as d join core.link as l on l.link_no = d.about
        order by l.resource
    ) as r;
    for decision in select * from core.newest_decision(of_user) as d order by d.decision_no desc loop
        select * into pair from core.link as l where l.link_no = decision.about;
        perform core.refuse_decider(of_user, pair.cadre_no, '{}');
        if core.is_overtaken(decision, pair) then
            raise exception 'somebody has decided otherwise since, or the record has changed: decide it anew';
        end if;
        wrote := '{}';
        for written in select * from core.link as l where l.link_no = any(decision.wrote) order by l.link_no desc loop
            select * into before from core.link as l
            where (l.resource, l.source_key, l.mention_no, l.cadre_no)
                = (written.resource, written.source_key, written.mention_no, written.cadre_no) and l.link_no < written.link_no
            order by l.link_no desc limit 1;
            wrote := wrote || core.restate(before, jsonb_build_object('known_from', core.not_before(pair, moment), 'known_to', null));
        end loop;
        insert into core.link_decision (about, verdict, who, why, at, wrote, undoes)
        values (decision.about, 'undone', of_user, 'taken back', moment, wrote, decision.decision_no);
        return next pair;
    end loop;
end $$;

-- What was said of a mention that waits, newest first, as far as it is about officials whom the asker answers for.
create function core.link_history(of_resource text, of_key text, of_mention integer)
returns table (at timestamptz, who text, cadre_no text, verdict text, why text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
with theirs as (
    select l.link_no, l.cadre_no, l.verdict, l.decided_by, l.reason, l.known_from
    from core.link as l
    left join core.cadre_now as n using (cadre_no)
    where (l.resource, l.source_key, l.mention_no) = (of_resource, of_key, of_mention) and l.resource <> 'population'
      and exists (
          select from core.account as a where a.role_name = core.asks() and core.answers_for(a.region_prefix, n.managed_by)
      )
)
select t.known_from, 'machine', t.cadre_no, t.verdict, t.reason from theirs as t where t.decided_by = 'machine'
union all
select d.at, d.who, t.cadre_no, d.verdict, d.why from core.link_decision as d join theirs as t on t.link_no = d.about
order by 1 desc
$$;

-- Answer an objection that waits, by a person: `upheld` or `dismissed`.
create function core.answer_objection(of_objection bigint, said text, of_user text, because text, acted timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    objection core.objection;
begin
    select * into objection from core.objection as o where o.objection_no = of_objection;
    perform core.refuse_decider(of_user, objection.cadre_no, '{}');
    insert into core.objection_answer (objection_no, verdict, who, why, at)
    values (of_objection, said, of_user, because, greatest(acted, objection.at));
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
