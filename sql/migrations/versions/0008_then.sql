-- What was true on a day, of all that is known now or was known then: `cadre.valid_on` beside `cadre.as_of`. Where a source says
-- nothing of when a thing began or ended, nothing speaks against it.

create function core.valid_on() returns date language sql stable
return nullif(current_setting('cadre.valid_on', true), '')::date;

-- Up to which moment what is known counts. A CASE, as row policies let no index serve a COALESCE.
-- For what is looked up as of then, too, where as_of() alone would be the same: of a plan that a login keeps, made while it asked for
-- no moment, the planner would think that nothing was known by then, and read all that was once for each official.
create function core.known_by() returns timestamptz language sql stable
return case when core.as_of() is null then 'infinity' else core.as_of() end;

-- Whether what began on a day and had another for its last was true then; always, where nobody asks for a day.
create function core.true_on(began_on date, last_on date) returns boolean language sql stable
return core.valid_on() is null or (coalesce(began_on <= core.valid_on(), true) and coalesce(last_on >= core.valid_on(), true));

-- Whether a business day's part of the ledger is there to be told of, as of then.
create function core.is_told(day date) returns boolean language sql stable
return (core.as_of() is null or core.known_at(day) <= core.as_of()) and (core.valid_on() is null or day <= core.valid_on());

-- For the present nothing of the past is looked at, not even to find that no moment was asked for.
create or replace view core.held_record with (security_invoker) as
select record_no, resource, source_key, occurred_on, status, summary, detail, disputed, delivery_id, valid_from, valid_to, left_on, known_from
from core.record
where core.as_of() is null and known_to is null
union all
select record_no, resource, source_key, occurred_on, status, summary, detail, disputed, delivery_id, valid_from, valid_to, left_on, known_from
from core.record
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

create or replace view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no
from core.link
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no
from core.link
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

-- Records of officials, joined within the present and within what was: a join of two unions would read all of both.
create or replace view core.known_record with (security_invoker) as
select r.record_no, r.resource, r.source_key, r.occurred_on, r.status, r.summary, r.detail, r.disputed, r.delivery_id, r.valid_from, r.valid_to,
       r.left_on, r.known_from, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability, l.family_no
from core.record as r
inner join core.link as l using (resource, source_key)
where core.as_of() is null and r.known_to is null and l.known_to is null and l.verdict = 'same'
union all
select r.record_no, r.resource, r.source_key, r.occurred_on, r.status, r.summary, r.detail, r.disputed, r.delivery_id, r.valid_from, r.valid_to,
       r.left_on, r.known_from, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability, l.family_no
from core.record as r
inner join core.link as l using (resource, source_key)
where core.as_of() is not null
  and r.known_from <= core.known_by() and (r.known_to is null or r.known_to > core.known_by())
  and l.known_from <= core.known_by() and (l.known_to is null or l.known_to > core.known_by()) and l.verdict = 'same';

create or replace view core.held_mention with (security_invoker) as
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month
from core.mention
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month
from core.mention
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

create or replace view core.held_objective with (security_invoker) as
select source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual, schedule_percent, left_on,
       known_from
from core.objective
where core.as_of() is null and known_to is null
union all
select source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual, schedule_percent, left_on,
       known_from
from core.objective
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

-- What left the department's snapshot is there for who asks for a day before.
create or replace view core.held_appointment with (security_invoker) as
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
       valid_from, valid_to, known_from
from core.appointment
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
       valid_from, valid_to, known_from
from core.appointment
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create or replace view core.held_education with (security_invoker) as
select education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, known_from
from core.education
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, known_from
from core.education
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create or replace view core.held_assessment with (security_invoker) as
select source_key, cadre_no, year, grade, known_from
from core.assessment
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select source_key, cadre_no, year, grade, known_from
from core.assessment
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create or replace view core.held_training with (security_invoker) as
select source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, known_from
from core.training
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, known_from
from core.training
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create or replace view core.held_archive with (security_invoker) as
select archive_no, cadre_no, volumes, missing, born_month, work_month, party_month, audit_result, known_from
from core.archive
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select archive_no, cadre_no, volumes, missing, born_month, work_month, party_month, audit_result, known_from
from core.archive
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create view core.held_family with (security_invoker) as
select family_no, cadre_no, relation, name, employer, valid_from, valid_to, known_from
from core.family
where core.as_of() is null and known_to is null
  and (left_on is null or left_on > core.valid_on())
union all
select family_no, cadre_no, relation, name, employer, valid_from, valid_to, known_from
from core.family
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by())
  and (left_on is null or left_on > core.valid_on());

create view core.held_spell with (security_invoker) as
select cadre_no, spell_no, kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from
from core.spell
where core.as_of() is null and known_to is null
union all
select cadre_no, spell_no, kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from
from core.spell
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

create view core.held_unit with (security_invoker) as
select unit_code, name, short_name, uscc, region_code, parent_code, unit_level, unit_kind, seats, valid_from, valid_to, left_on,
       known_from
from core.unit
where core.as_of() is null and known_to is null
union all
select unit_code, name, short_name, uscc, region_code, parent_code, unit_level, unit_kind, seats, valid_from, valid_to, left_on,
       known_from
from core.unit
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

create view core.known_form with (security_invoker) as
select form_no, cadre_no, method, candidates, is_latest, filled_on, name, sex, born_on, ethnic_group, party, work_started_on,
       education, degree, unit_code, post_title, unread, known_from
from core.form_reading
where core.as_of() is null and known_to is null
union all
select form_no, cadre_no, method, candidates, is_latest, filled_on, name, sex, born_on, ethnic_group, party, work_started_on,
       education, degree, unit_code, post_title, unread, known_from
from core.form_reading
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());

-- Of the forms that were filled in by a day another one is the last.
create view core.held_form with (security_invoker) as
select form_no, cadre_no, method, candidates, is_latest, filled_on, name, sex, born_on, ethnic_group, party, work_started_on,
       education, degree, unit_code, post_title, unread, known_from
from core.known_form
where core.valid_on() is null
union all
select form_no, cadre_no, method, candidates,
       cadre_no is not null
       and row_number() over (partition by cadre_no order by filled_on desc nulls last, is_latest desc, form_no) = 1 as is_latest,
       filled_on, name, sex, born_on, ethnic_group, party, work_started_on, education, degree, unit_code, post_title, unread,
       known_from
from core.known_form
where core.valid_on() is not null and core.true_on(filled_on, null);

-- What had been begun by then.
create or replace view core.schooling with (security_invoker) as
select cadre_no, min(level) as education, min(degree) as degree
from core.held_education
where core.true_on(valid_from, null)
group by cadre_no;

-- What ended later went on then.
create or replace view core.level_held with (security_invoker) as
with ordered as (
    select cadre_no, duty_level, started_on, ended_on, appointment_no,
           max(coalesce(ended_on, 'infinity')) over (
               partition by cadre_no, duty_level order by started_on, appointment_no
               rows between unbounded preceding and 1 preceding
           ) as ended_before
    from core.held_appointment
    where duty_level is not null and core.true_on(started_on, null)
),
stretch as (
    select cadre_no, duty_level, started_on, ended_on,
           count(*) filter (where ended_before is null or started_on > ended_before + 1)
               over (partition by cadre_no, duty_level order by started_on, appointment_no) as stretch_no
    from ordered
)
select distinct on (cadre_no, duty_level) cadre_no, duty_level, min(started_on) as since
from stretch
group by cadre_no, duty_level, stretch_no
having bool_or(ended_on is null or ended_on >= core.valid_on())
order by cadre_no, duty_level, stretch_no desc;

-- Who left the roster, or is held to be another official, is nobody's present, and stands as of then as they stood: the row stays
-- for the row policies, which go by it.
alter table core.cadre_now add column gone boolean not null default false;

-- The roster as of then, or on a day: of whom it has at all, what it said last of them as they were by then, or else of the time
-- soonest after. On a day the post is for appointments to say where that is of a later day, or of an earlier one and the appointment
-- newer; where one ends on the day on which another begins, it is the other. Each official is looked up, for a reader has few.
create view core.cadre_then with (security_invoker) as
select n.cadre_no, c.name, k.sex, k.born_on, c.ethnic_group, k.native_place, c.party, k.work_started_on, p.duty_level, p.unit_code,
       u.name as unit_name, u.region_code, p.post_title, case when c.is_then then c.status else '1' end as status, k.id_masked,
       s.education, s.degree, l.since as level_since, f.since as post_since
from core.cadre_now as n
cross join lateral (
    select v.name, v.ethnic_group, v.party, v.duty_level, v.unit_code, v.post_title, v.status, v.valid_from,
           coalesce(v.valid_from <= core.valid_on(), true) as is_then
    from core.cadre as v
    where v.cadre_no = n.cadre_no and v.known_from <= core.known_by() and v.known_to is distinct from v.known_from
    order by is_then desc, case when v.valid_from > core.valid_on() then v.valid_from end, v.version_no desc
    limit 1
) as c
-- What is nobody's to change was then as it is known to be, however it was written.
cross join lateral (
    select h.sex, h.born_on, h.native_place, h.work_started_on, h.id_masked
    from core.cadre as h
    where h.cadre_no = n.cadre_no and h.known_from <= core.known_by()
      and coalesce(h.known_to > core.known_by(), true) and (h.left_on is null or h.left_on > core.valid_on())
    limit 1
) as k
left join lateral (
    select a.unit_code, a.post_title, a.duty_level, coalesce((a.unit_code, a.post_title) = (c.unit_code, c.post_title), false) as is_same
    from core.held_appointment as a
    where a.cadre_no = n.cadre_no and core.valid_on() is not null and core.true_on(a.started_on, a.ended_on)
      and (not c.is_then or coalesce((a.unit_code, a.post_title) = (c.unit_code, c.post_title) or a.started_on > c.valid_from, true))
    order by is_same desc, coalesce(a.ended_on = core.valid_on(), false), a.duty_level, a.started_on desc, a.appointment_no
    limit 1
) as a on true
cross join lateral (
    select case when o.is_own then c.unit_code else a.unit_code end as unit_code,
           case when o.is_own then c.post_title else a.post_title end as post_title,
           case when o.is_own then c.duty_level else a.duty_level end as duty_level
    from (select c.is_then and coalesce(a.is_same, true) as is_own) as o
) as p
cross join lateral (
    select coalesce(min(h.started_on) filter (where (h.unit_code, h.post_title) = (p.unit_code, p.post_title)), max(h.started_on)) as since
    from core.held_appointment as h
    where h.cadre_no = n.cadre_no and core.true_on(h.started_on, null) and (h.ended_on is null or h.ended_on >= core.valid_on())
) as f
left join lateral (select g.education, g.degree from core.schooling as g where g.cadre_no = n.cadre_no offset 0) as s on true
left join lateral (
    select g.since from core.level_held as g where g.cadre_no = n.cadre_no and g.duty_level = p.duty_level offset 0
) as l on true
left join lateral (select g.name, g.region_code from core.held_unit as g where g.unit_code = p.unit_code offset 0) as u on true
where c.is_then or a.is_same is not null;

-- The present out of the narrow table.
create or replace view core.held_cadre with (security_invoker) as
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_now
where core.as_of() is null and core.valid_on() is null and not gone
union all
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_then
where core.as_of() is not null or core.valid_on() is not null;
