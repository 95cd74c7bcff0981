-- Who may do what. Carried out after every upgrade, in the same transaction; read it as the whole truth.

-- The pipe's own login writes what it knows and may not change a table's form.
grant usage on schema core, ledger, mail, mart to cadre_loader;
grant select, insert, update on all tables in schema core, ledger, mail to cadre_loader;
grant delete on core.cadre_now, core.region, mail.recipient, ledger.quarantine, ledger.quality, ledger.feed to cadre_loader;
grant usage, select on all sequences in schema core, ledger, mail to cadre_loader;
grant select on all tables in schema mart to cadre_loader;
grant delete on core.form, core.form_reading to cadre_loader; -- of whom a person said that it is no official
grant execute on function core.take_statistics() to cadre_loader;
-- What is due goes by these alone, with its proof.
grant execute on function core.remove_official(text, date, integer, bytea), core.remove_unfounded(date, integer) to cadre_loader;

-- Readers see schema mart. Its views run with the reader's own rights, so these are what they need below it:
-- columns by name, never an encrypted number nor its look-up.
grant usage on schema mart, core, ledger to cadre_reader;
grant select on all tables in schema mart to cadre_reader;
grant execute on function core.as_of(), core.known_at(date), core.known_by(), core.valid_on(), core.true_on(date, date), core.is_told(date)
to cadre_reader;
revoke execute on all functions in schema mart from public;
grant execute on function mart.change(timestamptz) to cadre_reader, cadre_loader;
grant select on core.version, core.unfounded to cadre_reader;
grant select on core.held_unit, core.held_family, core.held_spell, core.known_form, core.held_form, core.cadre_then to cadre_reader;
grant select on core.account, core.region, core.unit, core.cadre_now, core.held_record, core.held_link, core.known_record, core.link, core.alert to cadre_reader;
grant select on core.alert_event to cadre_reader;
grant select (record_no, resource, source_key, occurred_on, status, summary, detail, disputed, valid_from, valid_to, left_on,
              known_from, known_to, delivery_id) on core.record to cadre_reader;
grant select (version_no, cadre_no, name, former_name, id_masked, sex, born_on, ethnic_group, native_place, party,
              work_started_on, duty_level, unit_code, post_title, status, valid_from, valid_to, left_on, known_from, known_to)
on core.cadre to cadre_reader;
grant select (appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
              valid_from, valid_to, left_on, known_from, known_to) on core.appointment to cadre_reader;
grant select (education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, left_on,
              known_from, known_to) on core.education to cadre_reader;
grant select (family_no, cadre_no, relation, name, employer, valid_from, valid_to, left_on, known_from, known_to)
on core.family to cadre_reader;
grant select (cadre_no, spell_no, kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from, known_to)
on core.spell to cadre_reader;
grant select (form_no, cadre_no, method, candidates, is_latest, filled_on, name, sex, born_on, ethnic_group, party, party_joined_on,
              work_started_on, education, degree, unit_code, post_title, unread, known_from, known_to)
on core.form_reading to cadre_reader;
grant select (version_no, source_key, cadre_no, year, grade, valid_from, valid_to, left_on, known_from, known_to)
on core.assessment to cadre_reader;
grant select (version_no, source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, valid_from, valid_to,
              left_on, known_from, known_to) on core.training to cadre_reader;
grant select (version_no, archive_no, cadre_no, volumes, missing, born_month, work_month, party_month, audit_result, valid_from, valid_to,
              left_on, known_from, known_to) on core.archive to cadre_reader;
grant select (version_no, source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual, schedule_percent,
              valid_from, valid_to, left_on, known_from, known_to) on core.objective to cadre_reader;
grant select on core.held_assessment, core.held_training, core.held_archive, core.held_objective to cadre_reader;
grant select on core.held_appointment, core.held_education, core.schooling, core.level_held, core.described_cadre, core.held_cadre
to cadre_reader;
grant select on ledger.delivery, ledger.settlement, ledger.quarantine, ledger.quality, ledger.publication, ledger.feed to cadre_reader;
-- What was deleted, not whom it was about.
grant select (at, day, kind, resource, things, by_table, kept_days) on ledger.removal to cadre_reader;
-- How often something failed or was done, not what or by whom.
grant select (resource, day) on ledger.failure to cadre_reader;
grant select (delivery_id, at) on ledger.act to cadre_reader;

-- Reviewers see beside it who waits for a decision. A link under review is proven by nothing, so nobody else does.
revoke select on mart.link_review, mart.form_proposed, mart.form_difference from cadre_reader;
grant select on mart.link_review, mart.form_proposed, mart.form_difference, core.held_mention to cadre_reviewer;
grant select (resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month,
              known_from, known_to)
on core.mention to cadre_reviewer;

-- The pages look up who is signed in, and then read as that user's role.
grant usage on schema core to cadre_web;
grant select on core.page_user to cadre_web;

-- Engineers ask for what is to become of a delivery, and see what was asked and done; only the pipe's own login carries it out.
grant select on ledger.wish, ledger.act to cadre_engineer;
grant insert (at, who, why, kind, delivery_id, field, reason) on ledger.wish to cadre_engineer;

-- Have a user of the pages be in a group, and read about the officials of the regions whose codes begin so; without, about none.
create or replace function core.admit_to(member_of name, user_name text, region_prefix text) returns name language plpgsql as $$
declare
    reader name := member_of || '_' || coalesce(nullif(region_prefix, ''), case when region_prefix is null then 'none' else 'all' end);
begin
    if region_prefix !~ '^\d{0,6}$' then
        raise exception 'a region prefix has up to six digits';
    end if;
    if not exists (select from pg_roles where rolname = reader) then
        execute format('create role %I nologin in role %I', reader, member_of);
    end if;
    execute format('grant %I to cadre_web', reader);
    insert into core.account select reader, region_prefix where region_prefix is not null on conflict do nothing;
    insert into core.page_user values (user_name, reader)
    on conflict on constraint page_user_pkey do update set role_name = excluded.role_name;
    return reader;
end $$;
revoke execute on function core.admit_to(name, text, text) from public;

-- Let a user of the pages read about the officials of the regions whose codes begin so; for an owner with CREATEROLE.
create or replace function core.admit(user_name text, region_prefix text) returns name language sql
return core.admit_to('cadre_reader', user_name, region_prefix);
revoke execute on function core.admit(text, text) from public;

-- The same, for whoever also sees to the feeds; with null for a region, an engineer who reads about nobody.
create or replace function core.admit_engineer(user_name text, region_prefix text) returns name language sql
return core.admit_to('cadre_engineer', user_name, region_prefix);
revoke execute on function core.admit_engineer(text, text) from public;

-- Rows: an official's region at the last publication decides who reads about them. On these tables the pipe's own login sees and
-- writes every row, and everybody else only what a policy below lets through. core.mention, which holds the numbers of people
-- under review, has no policy for readers: to them it is empty, and not even granted by column. Reviewers see of it, and of the
-- statements, what waits for a decision on officials whom they may read about.
do $$
declare
    bound text;
begin
    foreach bound in array array['account', 'cadre_now', 'cadre', 'appointment', 'education', 'family', 'spell', 'form', 'form_reading',
                               'form_decision', 'shown', 'link', 'record', 'mention', 'alert', 'alert_event', 'assessment', 'training',
                               'archive', 'objective', 'declaration', 'unfounded'] loop
        execute format('alter table core.%I enable row level security', bound);
        execute format('drop policy if exists loader on core.%I', bound);
        execute format('create policy loader on core.%I to cadre_loader using (true) with check (true)', bound);
        execute format('drop policy if exists readers on core.%I', bound);
        execute format('drop policy if exists reviewers on core.%I', bound);
    end loop;
end $$;

create policy readers on core.account for select to cadre_reader using (role_name = current_user);

create policy readers on core.cadre_now for select to cadre_reader using (
    region_code = any((
        select array_agg(r.region_code) from core.region as r
        join core.account as a on starts_with(r.region_code, a.region_prefix)
    )::text [])
    -- Whose unit is unknown is seen by whoever reads the whole city: four digits of a region code or fewer.
    or (region_code is null and exists (select from core.account as a where length(a.region_prefix) <= 4))
);

create policy readers on core.cadre for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.appointment for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.education for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.assessment for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.training for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.archive for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.objective for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.family for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.spell for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.form_reading for select to cadre_reader
using (cadre_no in (select n.cadre_no from core.cadre_now as n));

-- A proposed official is at a unit, or at none that is known: then as in core.cadre_now.
create policy reviewers on core.form_reading for select to cadre_reviewer using (
    cadre_no is null and exists (
        select from core.account as a
        where starts_with((select u.region_code from core.unit as u where u.unit_code = form_reading.unit_code and u.known_to is null), a.region_prefix)
            or length(a.region_prefix) <= 4
    )
);

create policy readers on core.link for select to cadre_reader
using (verdict = 'same' and cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy reviewers on core.link for select to cadre_reviewer
using (verdict = 'undecided' and cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy reviewers on core.mention for select to cadre_reviewer using (
    (resource, source_key, mention_no) in (
        select l.resource, l.source_key, l.mention_no from core.link as l where l.verdict = 'undecided'
    )
);

create policy readers on core.record for select to cadre_reader
using (exists (select from core.link as l where (l.resource, l.source_key) = (record.resource, record.source_key)));

-- What was found unfounded is nobody's to read any more.
create policy readers on core.alert for select to cadre_reader
using (state <> 'unfounded' and cadre_no in (select n.cadre_no from core.cadre_now as n));

create policy readers on core.alert_event for select to cadre_reader
using (alert_no in (select a.alert_no from core.alert as a));

create policy readers on core.unfounded for select to cadre_reader
using (exists (select from core.cadre_now as n where n.cadre_no = unfounded.cadre_no));
