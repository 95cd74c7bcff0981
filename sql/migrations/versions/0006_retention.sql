-- What goes when its time is over, and the proof of it. The pipe's own login deletes none of this by itself: two functions of the
-- owner's do, which look for themselves at what is due and write the proof in the same transaction.

-- What was deleted, when, under which period and how much of it; nothing of what it said. An official is a keyed hash, by which it
-- can be answered whether somebody who gives the number was deleted, and when.
create table ledger.removal (
    removal_no bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    day date not null,
    kind text not null check (kind in ('landed', 'index', 'leftover', 'official', 'unfounded')),
    resource text,
    things integer not null check (things > 0),
    by_table jsonb not null default '{}',
    kept_days integer not null check (kept_days >= 0),
    official bytea,
    check ((resource is null) = (kind in ('official', 'unfounded'))),
    check ((official is not null) = (kind = 'official'))
);
create trigger append_only before update or delete on ledger.removal for each row execute function core.refuse_change();
create trigger no_truncate before truncate on ledger.removal for each statement execute function core.refuse_change();

-- Alerts that were found unfounded and are deleted since: on the same evidence none is raised again. Nobody can be read from it.
create table core.cleared (digest bytea primary key);

create function core.alert_digest(rule text, cadre_no text, matter text, evidence jsonb) returns bytea language sql immutable
return sha256(convert_to(concat_ws('|', rule, cadre_no, matter, evidence), 'UTF8'));

-- Whether this is one of the functions below: the owner's rights, and somebody else's login. No setting says so, and an owner who
-- is logged in is refused like everybody.
create function core.is_removal() returns boolean language sql stable
return session_user <> current_user
and current_user = (select pg_get_userbyid(c.relowner) from pg_class as c where c.oid = 'core.link'::regclass);

drop trigger append_only on core.link;
create trigger append_only before update on core.link for each row execute function core.refuse_rewriting();
create trigger not_deleted before delete on core.link
for each row when (not core.is_removal()) execute function core.refuse_change();

drop trigger append_only on core.alert_event;
create trigger append_only before update on core.alert_event for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.alert_event
for each row when (not core.is_removal()) execute function core.refuse_change();

drop trigger append_only on core.form_decision;
create trigger append_only before update on core.form_decision for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.form_decision
for each row when (not core.is_removal()) execute function core.refuse_change();

-- Who left the roster, when, and until when something lasts that they left with: an alert that stands, for as long as it says, else
-- until it ends; one that ended has lasted until then. What should not have stood has no effect.
create view core.leaver with (security_invoker) as
select c.cadre_no, c.left_on, greatest(c.left_on, max(e.ended_on)) as effects_until
from core.cadre as c
left join core.alert as a on a.cadre_no = c.cadre_no and a.state not in ('retracted', 'unfounded')
left join lateral (
    select coalesce(
        a.effective_until,
        case when a.state in ('expired', 'closed') then (max(v.at) at time zone 'Asia/Shanghai')::date else 'infinity' end
    ) as ended_on
    from core.alert_event as v where v.alert_no = a.alert_no
) as e on a.alert_no is not null
where c.known_to is null and c.left_on is not null
group by c.cadre_no, c.left_on;

-- Delete all that is kept about an official who left, if it is due on a day: nothing where it is not. A record goes with its mentions,
-- unless it is or was held to be, or may be, about somebody else; then only the place in it that names this one. Who
-- looked at the number (core.shown) stays on record. Returns how many rows went.
create function core.remove_official(leaver text, day date, kept_days integer, official bytea) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
with due as (
    select l.cadre_no from core.leaver l
    where l.cadre_no = leaver and kept_days >= 0 and l.effects_until <> 'infinity' and l.effects_until + kept_days <= day
),
place as (
    select distinct l.resource, l.source_key, l.mention_no from core.link l join due using (cadre_no)
),
others as (
    select distinct l.resource, l.source_key, l.mention_no from core.link l join place p using (resource, source_key)
    where l.cadre_no <> leaver and l.verdict in ('same', 'undecided')
),
alone as (
    select distinct resource, source_key from place
    except
    select resource, source_key from others
),
own_form as (select r.form_no from core.form_reading r join due using (cadre_no) where r.known_to is null),
record as (delete from core.record r using alone a where (r.resource, r.source_key) = (a.resource, a.source_key) returning 1),
mention as (
    delete from core.mention m
    where (m.resource, m.source_key) in (select resource, source_key from alone)
       or (m.resource, m.source_key, m.mention_no) in (select resource, source_key, mention_no from place
                                                       except select resource, source_key, mention_no from others)
    returning 1
),
link as (
    delete from core.link l
    where l.cadre_no in (select cadre_no from due) or (l.resource, l.source_key) in (select resource, source_key from alone)
    returning 1
),
alert as (delete from core.alert a using due where a.cadre_no = due.cadre_no returning a.alert_no),
alert_event as (delete from core.alert_event e using alert a where e.alert_no = a.alert_no returning e.event_no),
alert_told as (delete from mail.alert_told t using alert_event e where t.event_no = e.event_no returning 1),
form as (delete from core.form f using own_form o where f.form_no = o.form_no returning 1),
form_reading as (
    delete from core.form_reading r
    where r.form_no in (select form_no from own_form) or r.cadre_no in (select cadre_no from due)
    returning 1
),
form_decision as (
    delete from core.form_decision d
    where d.form_no in (select form_no from own_form) or d.cadre_no in (select cadre_no from due)
    returning 1
),
candidate as (
    update core.form_reading r set candidates = array_remove(r.candidates, due.cadre_no) from due
    where due.cadre_no = any(r.candidates) and r.cadre_no is distinct from due.cadre_no
      and r.form_no not in (select form_no from own_form)
    returning 1
),
cadre as (delete from core.cadre x using due where x.cadre_no = due.cadre_no returning 1),
cadre_now as (delete from core.cadre_now x using due where x.cadre_no = due.cadre_no returning 1),
appointment as (delete from core.appointment x using due where x.cadre_no = due.cadre_no returning 1),
education as (delete from core.education x using due where x.cadre_no = due.cadre_no returning 1),
family as (delete from core.family x using due where x.cadre_no = due.cadre_no returning 1),
spell as (delete from core.spell x using due where x.cadre_no = due.cadre_no returning 1),
assessment as (delete from core.assessment x using due where x.cadre_no = due.cadre_no returning 1),
training as (delete from core.training x using due where x.cadre_no = due.cadre_no returning 1),
archive as (delete from core.archive x using due where x.cadre_no = due.cadre_no returning 1),
objective as (delete from core.objective x using due where x.cadre_no = due.cadre_no returning 1),
declaration as (delete from core.declaration x using due where x.cadre_no = due.cadre_no returning 1),
gone (name, number) as (
    select 'record', count(*) from record union all
    select 'mention', count(*) from mention union all
    select 'link', count(*) from link union all
    select 'alert', count(*) from alert union all
    select 'alert_event', count(*) from alert_event union all
    select 'alert_told', count(*) from alert_told union all
    select 'form', count(*) from form union all
    select 'form_reading', count(*) from form_reading union all
    select 'form_decision', count(*) from form_decision union all
    select 'cadre', count(*) from cadre union all
    select 'cadre_now', count(*) from cadre_now union all
    select 'appointment', count(*) from appointment union all
    select 'education', count(*) from education union all
    select 'family', count(*) from family union all
    select 'spell', count(*) from spell union all
    select 'assessment', count(*) from assessment union all
    select 'training', count(*) from training union all
    select 'archive', count(*) from archive union all
    select 'objective', count(*) from objective union all
    select 'declaration', count(*) from declaration
),
proof as (
    insert into ledger.removal (day, kind, things, by_table, kept_days, official)
    select remove_official.day, 'official', 1, (select jsonb_object_agg(name, number) from gone where number > 0),
           remove_official.kept_days, remove_official.official
    from due
)
select coalesce(sum(number), 0)::bigint from gone
$$;
revoke all on function core.remove_official(text, date, integer, bytea) from public;

-- Delete the alerts that were found unfounded so many days before. Returns how many went.
create function core.remove_unfounded(day date, kept_days integer) returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
with due as (
    select a.alert_no from core.alert a
    where a.state = 'unfounded' and kept_days >= 0 and kept_days + (
        select max(e.at) at time zone 'Asia/Shanghai' from core.alert_event e
        where e.alert_no = a.alert_no and e.to_state = 'unfounded' and e.from_state is distinct from 'unfounded'
    )::date <= day
),
alert as (
    delete from core.alert a using due where a.alert_no = due.alert_no
    returning core.alert_digest(a.rule, a.cadre_no, a.matter, a.evidence) as digest
),
alert_event as (delete from core.alert_event e using due where e.alert_no = due.alert_no returning e.event_no),
alert_told as (delete from mail.alert_told t using alert_event e where t.event_no = e.event_no returning 1),
known as (insert into core.cleared select digest from alert on conflict do nothing),
proof as (
    insert into ledger.removal (day, kind, things, by_table, kept_days)
    select remove_unfounded.day, 'unfounded', count(*), jsonb_build_object(
               'alert', count(*), 'alert_event', (select count(*) from alert_event), 'alert_told', (select count(*) from alert_told)
           ), remove_unfounded.kept_days
    from alert having count(*) > 0
)
select count(*)::integer from alert
$$;
revoke all on function core.remove_unfounded(date, integer) from public;
