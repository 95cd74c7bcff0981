create view mart.form with (security_invoker) as
select form_no, cadre_no, method, is_latest, filled_on, unread, known_from
from core.held_form
where cadre_no is not null;

comment on view mart.form is 'Officials'' approval forms (干部任免审批表) and whose they are';
comment on column mart.form.form_no is 'SHA-256 of the form''s file as it came';
comment on column mart.form.cadre_no is 'The official';
comment on column mart.form.method is
'How that is known: full_id (its number is on the roster), name_sex_birth (nobody else on the roster has these), form (an official whom only forms know), person (decided by one)';
comment on column mart.form.is_latest is 'Whether it is the last filled in of the official''s forms, which is the one that counts';
comment on column mart.form.filled_on is 'When it was filled in; the first of a month where it says no more';
comment on column mart.form.unread is 'Places of the form that say something of which nothing could be made, by the names of its XML';
comment on column mart.form.known_from is 'Since when we know it so';

create view mart.form_proposed with (security_invoker) as
select form_no, method, candidates, name, sex, born_on, unit_code, post_title, filled_on, unread, known_from
from core.held_form
where cadre_no is null;

comment on view mart.form_proposed is
'Proposed officials: persons of forms that are nobody''s yet and wait for somebody to decide (make forms). Only the city''s reviewers see them (role cadre_reviewer): no form says of which level somebody is';
comment on column mart.form_proposed.form_no is 'SHA-256 of the form''s file as it came';
comment on column mart.form_proposed.method is
'Why it waits: nobody (without a number, and like nobody on the roster), several (like several), full_id_other_name (its number is somebody''s of another name), incomplete (its name, sex or birth cannot be read)';
comment on column mart.form_proposed.candidates is 'Officials who may be meant';
comment on column mart.form_proposed.name is 'The name on the form; ? stands for a character that an older editor could not write';
comment on column mart.form_proposed.sex is 'male or female, where the form says so';
comment on column mart.form_proposed.born_on is 'Birth on the form: eight digits of a day, six of a month';
comment on column mart.form_proposed.unit_code is 'The unit with whose name the present posts begin, where it is known';
comment on column mart.form_proposed.post_title is 'The present posts';
comment on column mart.form_proposed.filled_on is 'When it was filled in';
comment on column mart.form_proposed.unread is 'Places of the form of which nothing could be made';
comment on column mart.form_proposed.known_from is 'Since when it waits';

create view mart.form_difference with (security_invoker) as
select f.cadre_no, f.form_no, f.filled_on, d.field, d.on_form, d.on_record
from core.held_form f
join core.held_cadre c using (cadre_no)
cross join lateral (values
    ('name', f.name, c.name),
    ('sex', f.sex, c.sex),
    ('born_on', f.born_on, left(c.born_on, length(f.born_on))),
    ('ethnic_group', f.ethnic_group, c.ethnic_group),
    ('party', f.party, c.party),
    ('work_started_on', f.work_started_on::text, c.work_started_on::text),
    ('education', f.education, c.education),
    ('degree', f.degree, c.degree),
    ('unit_code', f.unit_code, c.unit_code),
    ('post_title', f.post_title, c.post_title)
) as d (field, on_form, on_record)
where f.is_latest and d.on_form <> d.on_record;

comment on view mart.form_difference is
'Where an official''s last form says something else than the record, which counts; for members of the role cadre_reviewer';
comment on column mart.form_difference.cadre_no is 'The official';
comment on column mart.form_difference.form_no is 'The form';
comment on column mart.form_difference.filled_on is 'When it was filled in: the record may have moved on since';
comment on column mart.form_difference.field is 'Of what, by its name in mart.cadre';
comment on column mart.form_difference.on_form is 'What the form says, in codes as in mart.cadre';
comment on column mart.form_difference.on_record is 'What the record says';
