-- What goes with an official: the function of 0009, with everything of the entries that went into theirs, what people decided and were
-- asked by lot about the links, and what was judged of their entries.

drop function core.remove_official(text, date, integer, bytea);

-- All numbers of an official: this one, and those that went into it.
create function core.numbers_of(official text) returns text [] language sql stable
return array[official] || array(select m.duplicate_no from core.merged_now as m where m.cadre_no = official order by m.duplicate_no);

-- Delete all that is kept about an official who left, if it is due on a day: nothing where it is not. A record goes with its mentions,
-- unless it is or was held to be, or may be, about somebody else; then only the place in it that names this one. That somebody
-- looked stays on record, and not at whom. `numbers` are the official's and then all that went into it, else nothing goes; `officials` the
-- keyed hash of each, by which it can be answered whether it was deleted. Returns how many rows went.
create function core.remove_official(numbers text [], day date, kept_days integer, officials bytea []) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
with due as (
    select unnest(numbers) as cadre_no from core.leaver l
    where l.cadre_no = numbers[1] and kept_days >= 0 and l.effects_until <> 'infinity' and l.effects_until + kept_days <= day
      and numbers = core.numbers_of(l.cadre_no) and cardinality(officials) = cardinality(numbers)
),
place as (
    select distinct l.resource, l.source_key, l.mention_no from core.link l join due using (cadre_no)
),
others as (
    select distinct l.resource, l.source_key, l.mention_no from core.link l join place p using (resource, source_key)
    where l.cadre_no <> all(numbers) and l.verdict in ('same', 'undecided')
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
    returning l.link_no
),
link_decision as (delete from core.link_decision d using link l where d.about = l.link_no returning 1),
link_sample as (delete from core.link_sample s using link l where s.about = l.link_no returning s.sample_no),
link_label as (delete from core.link_label x using link_sample s where x.sample_no = s.sample_no returning 1),
merge as (
    delete from core.merge m
    where m.cadre_no in (select cadre_no from due) or m.duplicate_no in (select cadre_no from due)
    returning 1
),
merged_now as (delete from core.merged_now m using due where m.duplicate_no = due.cadre_no returning 1),
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
objection as (delete from core.objection o using due where o.cadre_no = due.cadre_no returning o.objection_no),
objection_answer as (
    delete from core.objection_answer a using objection o where a.objection_no = o.objection_no returning 1
),
look as (update core.look l set cadre_no = null, salt = null from due where l.cadre_no = due.cadre_no returning 1),
cadre as (delete from core.cadre x using due where x.cadre_no = due.cadre_no returning 1),
cadre_version as (delete from core.cadre_version x using due where x.cadre_no = due.cadre_no returning 1),
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
    select 'link_decision', count(*) from link_decision union all
    select 'link_sample', count(*) from link_sample union all
    select 'link_label', count(*) from link_label union all
    select 'merge', count(*) from merge union all
    select 'merged_now', count(*) from merged_now union all
    select 'alert', count(*) from alert union all
    select 'alert_event', count(*) from alert_event union all
    select 'alert_told', count(*) from alert_told union all
    select 'form', count(*) from form union all
    select 'form_reading', count(*) from form_reading union all
    select 'form_decision', count(*) from form_decision union all
    select 'objection', count(*) from objection union all
    select 'objection_answer', count(*) from objection_answer union all
    select 'cadre', count(*) from cadre union all
    select 'cadre_version', count(*) from cadre_version union all
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
    select remove_official.day, 'official', 1,
           case when o.place = 1 then (select jsonb_object_agg(name, number) from gone where number > 0) else '{}' end,
           remove_official.kept_days, o.official
    from unnest(officials) with ordinality as o (official, place)
    where exists (select from due)
)
select coalesce(sum(number), 0)::bigint from gone
$$;
revoke all on function core.remove_official(text [], date, integer, bytea []) from public;
