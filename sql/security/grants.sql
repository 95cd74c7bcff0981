-- Who may do what. Carried out after every upgrade, in the same transaction; read it as the whole truth.

-- The pipe's own login writes what it knows and may not change a table's form.
grant usage on schema core, ledger, mail, mart to cadre_loader;
grant select, insert, update on all tables in schema core, ledger, mail to cadre_loader;
grant delete on core.cadre_now, core.cadre_version, core.cadre_day, core.merged_now, core.region, mail.recipient, ledger.quarantine, ledger.quality, ledger.feed to cadre_loader;
grant usage, select on all sequences in schema core, ledger, mail to cadre_loader;
grant select on all tables in schema mart to cadre_loader;
grant delete on core.stake to cadre_loader; -- reckoned anew each day
grant delete on ledger.linking, ledger.identity_outcome, ledger.identity_calibration, ledger.identity_sample to cadre_loader; -- noted anew, too
grant delete on core.form, core.form_reading to cadre_loader; -- of whom a person said that it is no official
revoke insert, update on core.account, core.page_user, ledger.alembic_version from cadre_loader; -- nor does it let anybody in
grant execute on function core.take_statistics(), core.keep_versions, core.keep_days, core.touched, core.turns to cadre_loader;
-- Who looked: nobody changes or deletes it; number, hour, digest and hashes are the database's own. The pages' login writes it, too.
revoke insert, update on core.look from cadre_loader, cadre_web;
grant insert (who, why, through, cadre_no, delivery_id, row_no) on core.look to cadre_loader, cadre_web;
grant select (look_no, hash) on core.look to cadre_web;
revoke execute on function core.chain_look() from public;
-- People's statements are made by these alone, which look for themselves who decides; the pipe's own are the machine's.
revoke insert, update on core.link_decision, core.link_label from cadre_loader;
revoke execute on function core.decide, core.undo_decision, core.answer_objection, core.too_near, core.refuse_decider, core.restate,
    core.pair_of, core.not_before, core.note_unsure, core.newest_decision, core.is_overtaken, core.not_to_decide, core.link_history from public;
grant execute on function core.decide, core.undo_decision, core.answer_objection, core.refuse_decider to cadre_loader;
grant execute on function core.sample_cases, core.label_sample to cadre_loader;
-- What is due goes by these alone, with its proof.
grant execute on function core.remove_official(text [], date, integer, bytea []), core.numbers_of(text), core.remove_unfounded(date, integer) to cadre_loader;

-- Readers see schema mart. Its views run with the reader's own rights, so these are what they need below it:
-- columns by name, never an encrypted number nor its look-up.
grant usage on schema mart, core, ledger to cadre_reader;
grant select on all tables in schema mart to cadre_reader;
grant execute on function core.as_of(), core.known_at(date), core.known_by(), core.valid_on(), core.true_on(date, date), core.is_told(date)
to cadre_reader;
revoke execute on all functions in schema mart from public;
grant execute on function mart.change(timestamptz) to cadre_reader, cadre_loader;
grant select on core.version, core.unfounded to cadre_reader;
-- Who several entries of the roster are, and what is held of them as one; not who found so, nor why.
grant select on core.merged_now, core.merged, core.entry, core.merged_link, core.filed_link, core.span, core.link_version, core.spell_version,
    core.filed_version, core.filed_appointment, core.filed_education, core.filed_family, core.filed_assessment, core.filed_training,
    core.filed_archive, core.filed_objective, core.filed_form to cadre_reader;
grant select (duplicate_no, cadre_no, verdict, known_from, known_to) on core.merge to cadre_reader;
grant execute on function core.filed_as(text, text, integer, text) to cadre_loader;
grant execute on function core.apart(), core.merges(), core.duplicates(), core.entries(), core.merged_verdict(text, text, integer, text, text, text, text), core.merged_record_version()
to cadre_reader, cadre_loader;
grant select on core.held_unit, core.held_family, core.held_spell, core.known_form, core.held_form, core.cadre_then to cadre_reader;
grant select on core.account, core.region, core.cadre_now, core.cadre_version, core.cadre_day, core.held_record, core.held_link, core.known_record, core.link,
    core.alert to cadre_reader;
grant select on core.alert_event to cadre_reader;
revoke select on core.unit from cadre_reader; -- all of it, until now
grant select (version_no, unit_code, name, short_name, uscc, region_code, parent_code, unit_level, unit_kind, seats, valid_from, valid_to,
              left_on, known_from, known_to) on core.unit to cadre_reader;
grant select on core.objection, core.objection_answer to cadre_reader;
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
grant select on ledger.linking, ledger.linking_stop, ledger.identity_outcome, ledger.identity_calibration, ledger.identity_sample to cadre_reader;
-- What was deleted, not whom it was about.
grant select (at, day, kind, resource, things, by_table, kept_days) on ledger.removal to cadre_reader;
-- How often something failed or was done, not what or by whom.
grant select (resource, day) on ledger.failure to cadre_reader;
grant select (delivery_id, at) on ledger.act to cadre_reader;

-- Reviewers see beside it who waits for a decision. A link under review is proven by nothing, so nobody else does.
revoke select on mart.link_review, mart.form_proposed, mart.form_difference, mart.decision, mart.admission, mart.look from cadre_reader;
grant select on mart.link_review, mart.form_proposed, mart.form_difference, mart.look, core.held_mention to cadre_reviewer;
grant select (look_no, at, who, why, through, cadre_no, delivery_id, row_no) on core.look to cadre_reviewer;
grant select (resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month,
              known_from, known_to)
on core.mention to cadre_reviewer;

grant execute on function core.decide, core.undo_decision, core.not_to_decide, core.link_history to cadre_reviewer;
grant select (decision_no, about, verdict, at, undoes) on core.link_decision to cadre_reviewer;
grant select on core.stake to cadre_reviewer;

-- The pages look up who is signed in, and then read as that user's role.
grant usage on schema core to cadre_web;
grant select (user_name, role_name) on core.page_user to cadre_web;

-- Engineers ask for what is to become of a delivery, and see what was asked and done; only the pipe's own login carries it out.
grant select on ledger.wish, ledger.act to cadre_engineer;
grant insert (who, why, kind, delivery_id, field, reason) on ledger.wish to cadre_engineer;

-- Analysts count, and the auditor sees who did what; both see how fresh it all is. What an analyst counts comes of functions that look
-- for themselves who asks (sql/mart/*_statistic.sql), and nothing below them is granted.
grant usage on schema mart, ledger to cadre_analyst, cadre_auditor;
grant select on mart.delivery, mart.quality, mart.freshness to cadre_analyst, cadre_auditor;
grant select on ledger.delivery, ledger.settlement, ledger.quality, ledger.publication, ledger.feed to cadre_analyst, cadre_auditor;
grant select on mart.cadre_statistic, mart.alert_statistic, mart.record_statistic to cadre_analyst;
revoke execute on function core.cadre_statistic(), core.alert_statistic(), core.record_statistic() from public;
grant execute on function core.cadre_statistic(), core.alert_statistic(), core.record_statistic()
to cadre_analyst, cadre_reader, cadre_loader;

-- The auditor sees officials by their numbers alone, and what was found unfounded too.
grant usage on schema core to cadre_auditor;
grant select on mart.decision, mart.admission, mart.removal, mart.look to cadre_auditor;
grant select (look_no, at, who, why, through, cadre_no, delivery_id, row_no) on core.look to cadre_auditor;
grant select on core.account, core.page_user, core.form_decision, core.link_decision, core.merge, ledger.act, ledger.wish, ledger.failure to cadre_auditor;
grant select (at, day, kind, resource, things, by_table, kept_days) on ledger.removal to cadre_auditor;
grant select (link_no, resource, cadre_no, subject, verdict, method, decided_by, reason, known_from, known_to)
on core.link to cadre_auditor;
grant select (alert_no, rule, rule_version, cadre_no, severity, state, raised_at) on core.alert to cadre_auditor;
grant select (event_no, alert_no, kind, from_state, to_state, at, by, why) on core.alert_event to cadre_auditor;

-- Have a user of the pages be in a group, and read about the officials of the regions whose codes begin so; without, about nobody.
-- For an owner with CREATEROLE, as all that lets somebody in.
-- Where that user is an official, `is_cadre` says which: nobody decides about themself, a relative or their own unit.
create or replace function core.admit_to(member_of name, user_name text, region_prefix text, is_cadre text default null)
returns name language plpgsql as $$
declare
    reader name := member_of || '_' || coalesce(nullif(region_prefix, ''), case when region_prefix is null then 'none' else 'all' end);
begin
    if member_of <> all('{cadre_reader, cadre_analyst, cadre_reviewer, cadre_engineer, cadre_auditor, cadre_steward}') then
        raise exception 'users of the pages are no %', member_of;
    end if;
    if not exists (select from pg_roles where rolname = reader) then
        execute format('create role %I nologin in role %I', reader, member_of);
    end if;
    execute format('grant %I to cadre_web', reader);
    insert into core.account select reader, region_prefix where region_prefix is not null on conflict do nothing;
    insert into core.page_user as u values (user_name, reader, is_cadre)
    on conflict on constraint page_user_pkey
    do update set role_name = excluded.role_name, cadre_no = coalesce(excluded.cadre_no, u.cadre_no);
    return reader;
end $$;
revoke execute on function core.admit_to from public;

-- Let a user of the pages read.
create or replace function core.admit(user_name text, region_prefix text) returns name language sql
return core.admit_to('cadre_reader', user_name, region_prefix);
revoke execute on function core.admit(text, text) from public;

-- The same, for whoever also sees to the feeds; with null for a region, an engineer who reads about nobody.
create or replace function core.admit_engineer(user_name text, region_prefix text) returns name language sql
return core.admit_to('cadre_engineer', user_name, region_prefix);
revoke execute on function core.admit_engineer(text, text) from public;

-- Have an application read by a login of its own, which cannot be used before it is given a password.
create or replace function core.admit_machine(login_name name, region_prefix text) returns name language plpgsql as $$
begin
    if not exists (select from pg_roles where rolname = login_name) then
        execute format('create role %I login in role cadre_machine', login_name);
    elsif not exists (
        select from pg_auth_members as m join pg_roles as r on r.oid = m.member
        where r.rolname = login_name and m.roleid = 'cadre_machine'::regrole
    ) then
        raise exception '% is somebody else', login_name;
    end if;
    insert into core.account values (login_name, region_prefix) on conflict do nothing;
    return login_name;
end $$;
revoke execute on function core.admit_machine(name, text) from public;

-- Rows: whose an official is at the last publication (core.cadre_now.managed_by) decides who reads about them: a county about its own
-- of 科级, and never about those above them; the city about all. On these tables the pipe's own login sees and writes every row, and
-- everybody else only what a policy below lets through. core.mention, which holds the numbers of people under review, has no policy
-- for readers: to them it is empty, and not even granted by column. Reviewers see of it, and of the statements, what waits for a
-- decision on officials whom they may read about.
do $$
declare
    bound text;
    theirs constant text [] := '{cadre, appointment, education, family, spell, form_reading, assessment, training, archive, objective}';
    audited constant text [] := '{account, page_user, link, link_decision, form_decision, merge, alert, alert_event, look}';
begin
    foreach bound in array theirs || audited || '{cadre_now, cadre_version, cadre_day, merged_now, form, record, mention, declaration, look, objection, stake, link_sample, link_label, '
        'objection_answer, unfounded}' loop
        execute format('alter table core.%I enable row level security', bound);
        execute format('drop policy if exists loader on core.%1$I; drop policy if exists readers on core.%1$I; '
                       'drop policy if exists reviewers on core.%1$I; drop policy if exists auditors on core.%1$I; '
                       'drop policy if exists merged on core.%1$I', bound);
        execute format('create policy loader on core.%I to cadre_loader using (true) with check (true)', bound);
        execute format('comment on policy loader on core.%I is %L', bound, 'all');
    end loop;
    -- A row asks for its own official (exists, not in): whoever asks for one person has one looked up, and not a region's officials
    -- hashed for each table.
    foreach bound in array theirs loop
        execute format('create policy readers on core.%1$I for select to cadre_reader '
                       'using (exists (select from core.cadre_now as n where n.cadre_no = %1$I.cadre_no))', bound);
        execute format('comment on policy readers on core.%I is %L', bound, 'of officials whom they read about');
    end loop;
    foreach bound in array audited loop
        execute format('create policy auditors on core.%I for select to cadre_auditor using (true)', bound);
        execute format('comment on policy auditors on core.%I is %L', bound, 'all');
    end loop;
    drop policy if exists pages on core.look;
    drop policy if exists pages on core.page_user;
    drop policy if exists loader_states on core.link;
    drop policy if exists loader_ends on core.link;
    drop policy if exists loader_answers on core.objection_answer;
end $$;

-- In a person's name the pipe's own login states nothing (core.decide does), and answers no objection (core.answer_objection).
drop policy loader on core.link;
create policy loader on core.link for select to cadre_loader using (true);
comment on policy loader on core.link is 'all';
create policy loader_states on core.link for insert to cadre_loader with check (decided_by = 'machine');
comment on policy loader_states on core.link is 'states as the machine alone';
create policy loader_ends on core.link for update to cadre_loader using (true) with check (true);
comment on policy loader_ends on core.link is 'ends what stands';
drop policy loader on core.objection_answer;
create policy loader on core.objection_answer for select to cadre_loader using (true);
comment on policy loader on core.objection_answer is 'all';
create policy loader_answers on core.objection_answer for insert to cadre_loader with check (verdict = 'delivered');
comment on policy loader_answers on core.objection_answer is 'that the department delivered, and nothing that a person decides';

create policy readers on core.account for select to cadre_reader using (role_name = current_user);
comment on policy readers on core.account is 'their own';

do $$
declare
    roster text;
begin
    foreach roster in array array ['cadre_now', 'cadre_version', 'cadre_day'] loop
        execute format('create policy readers on core.%I for select to cadre_reader using (
            managed_by = any((
                select array_agg(r.region_code) from core.region as r
                join core.account as a on core.answers_for(a.region_prefix, r.region_code)
            )::text [])
            or (managed_by is null and exists (select from core.account as a where core.answers_for(a.region_prefix, null)))
        )', roster);
        execute format('comment on policy readers on core.%I is %L', roster,
                       'officials whose managed_by begins with a region of the account: of 科级 (141, 142) it is the unit''s region; of 县处级 and above, or of unknown level, the city, whose code ends in 00. Of an unknown region: for the city''s accounts, or of four digits or fewer');
    end loop;
end $$;

-- No form says of which level who is proposed is: they are the city's, and while their unit is unknown any city's.
create policy reviewers on core.form_reading for select to cadre_reviewer using (
    cadre_no is null and exists (
        select from core.account as a
        where core.answers_for(a.region_prefix, (
            select left(u.region_code, 4) || '00' from core.unit as u where u.unit_code = form_reading.unit_code and u.known_to is null
        ))
    )
);
comment on policy reviewers on core.form_reading is 'proposed officials, whose level no form says: the city''s';

create policy reviewers on core.look for select to cadre_reviewer
using (exists (select from core.cadre_now as n where n.cadre_no = look.cadre_no));
comment on policy reviewers on core.look is 'looks at officials whom they read about';

create policy pages on core.page_user for select to cadre_web using (true);
comment on policy pages on core.page_user is 'all, to become the role of whoever is signed in';

create policy pages on core.look to cadre_web using (true) with check (true);
comment on policy pages on core.look is 'all, of which it notes its own and reads the last one''s number and hash';

-- Who lives in which household is nobody's to read: it only corroborates kinship. A record is seen by its links alone.
create policy readers on core.link for select to cadre_reader
using (verdict = 'same' and resource <> 'population' and exists (select from core.cadre_now as n where n.cadre_no = link.cadre_no));
comment on policy readers on core.link is 'proven statements about officials whom they read about; who lives in which household is nobody''s to read';

-- Of several who were meant outright and are one person, that one is: core.held_link tells it so.
create policy merged on core.link for select to cadre_reader
using (
    verdict = 'undecided' and method = 'several' and resource <> 'population'
    and exists (select from core.cadre_now as n where n.cadre_no = link.cadre_no)
    and core.merged_verdict(resource, source_key, mention_no, cadre_no, verdict, method, decided_by) = 'same'
);
comment on policy merged on core.link is 'statements on all who are one such official';

create policy readers on core.merge for select to cadre_reader
using (exists (select from core.cadre_now as n where n.cadre_no = merge.cadre_no));
comment on policy readers on core.merge is 'of officials whom they read about';

create policy readers on core.merged_now for select to cadre_reader
using (exists (select from core.cadre_now as n where n.cadre_no = merged_now.cadre_no));
comment on policy readers on core.merged_now is 'of officials whom they read about';

create policy reviewers on core.link for select to cadre_reviewer
using (verdict = 'undecided' and exists (select from core.cadre_now as n where n.cadre_no = link.cadre_no));
comment on policy reviewers on core.link is 'what waits for a decision, about officials whom they read about';

create policy reviewers on core.stake for select to cadre_reviewer using (
    exists (
        select from core.link as l
        where (l.resource, l.source_key) = (stake.resource, stake.source_key) and l.verdict = 'undecided' and l.known_to is null
    )
);
comment on policy reviewers on core.stake is 'of records of which such a statement waits';

create policy reviewers on core.link_decision for select to cadre_reviewer using (
    verdict in ('unsure', 'undone')
    and exists (select from core.link as l where l.link_no = link_decision.about and l.verdict = 'undecided')
);
comment on policy reviewers on core.link_decision is 'that somebody was unsure of such a statement, or took that back, and not who';

create policy reviewers on core.mention for select to cadre_reviewer using (
    exists (
        select from core.link as l
        where (l.resource, l.source_key, l.mention_no) = (mention.resource, mention.source_key, mention.mention_no)
            and l.verdict = 'undecided'
    )
);
comment on policy reviewers on core.mention is 'persons of whom such a statement waits';

create policy readers on core.record for select to cadre_reader
using (exists (select from core.link as l where (l.resource, l.source_key) = (record.resource, record.source_key)));
comment on policy readers on core.record is 'records of which a statement is theirs to see';

-- What was found unfounded is nobody's to read any more, but the auditor's.
create policy readers on core.alert for select to cadre_reader
using (state <> 'unfounded' and exists (select from core.cadre_now as n where n.cadre_no = alert.cadre_no));
comment on policy readers on core.alert is 'of officials whom they read about, and not found unfounded';

create policy readers on core.alert_event for select to cadre_reader
using (exists (select from core.alert as a where a.alert_no = alert_event.alert_no));
comment on policy readers on core.alert_event is 'of such alerts';

create policy readers on core.objection for select to cadre_reader
using (exists (select from core.cadre_now as n where n.cadre_no = objection.cadre_no));
comment on policy readers on core.objection is 'of officials whom they read about';

create policy readers on core.objection_answer for select to cadre_reader
using (exists (select from core.objection as o where o.objection_no = objection_answer.objection_no));
comment on policy readers on core.objection_answer is 'of such objections';

create policy readers on core.unfounded for select to cadre_reader
using (exists (select from core.cadre_now as n where n.cadre_no = unfounded.cadre_no));
comment on policy readers on core.unfounded is 'that there was one, of officials whom they read about';
