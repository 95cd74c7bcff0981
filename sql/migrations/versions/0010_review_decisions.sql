-- How a decision is taken and taken back, and what is told of it; who may is looked at in 0010_review.sql.

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
        where (l.resource, l.source_key) = (of_resource, of_key) and l.known_to is null
          and l.cadre_no = core.filed_as(of_resource, of_key, of_mention, of_cadre)
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

-- When whom a day's records mean was judged again, without any having come.
alter table ledger.settlement add column judged_at timestamptz;

-- Whether anything was stated of the mention since, but for what was taken back itself; or its feed came, was loaded or judged again since:
-- what the machine says then of a pair that a person decided is not kept, so that what it said before may not be true any more.
create function core.is_overtaken(decision core.link_decision, pair core.link) returns boolean language sql stable
begin atomic
    select count(*) > 0 from (
        select from ledger.settlement as s
        where s.resource = pair.resource and greatest(s.extracted_at, s.loaded_at, s.judged_at) > decision.noted_at and decision.wrote <> '{}'
        union all
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
        limit 1
    ) as later;
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
