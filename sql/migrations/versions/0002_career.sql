-- An official's files as they are held at present, or as of then, without what left the department's snapshot; and what follows
-- from them about the official, for the roster.

create view core.held_appointment with (security_invoker) as
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
       valid_from, valid_to, known_from
from core.appointment
where core.as_of() is null and known_to is null and left_on is null
union all
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
       valid_from, valid_to, known_from
from core.appointment
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

create view core.held_education with (security_invoker) as
select education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, known_from
from core.education
where core.as_of() is null and known_to is null and left_on is null
union all
select education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, known_from
from core.education
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

-- The highest level of education and the highest degree; in both codes the lower one is the higher.
create view core.schooling with (security_invoker) as
select cadre_no, min(level) as education, min(degree) as degree
from core.held_education
group by cadre_no;

-- Since when without a break an official holds each level that is held still. Appointments follow without a break where the later
-- begins no more than a day after the end of one before.
create view core.level_held with (security_invoker) as
with before as (
    select cadre_no, duty_level, started_on, ended_on,
           max(coalesce(ended_on, 'infinity')) over (
               partition by cadre_no, duty_level order by started_on, appointment_no rows between unbounded preceding and 1 preceding
           ) as ended_before
    from core.held_appointment
    where duty_level is not null
),
stretch as (
    select cadre_no, duty_level, started_on, ended_on,
           count(*) filter (where ended_before is null or started_on > ended_before + 1)
               over (partition by cadre_no, duty_level order by started_on, ended_before nulls first) as stretch_no
    from before
)
select distinct on (cadre_no, duty_level) cadre_no, duty_level, min(started_on) as since
from stretch
group by cadre_no, duty_level, stretch_no
having bool_or(ended_on is null)
order by cadre_no, duty_level, stretch_no desc;

alter table core.cadre_now
    add column education text,
    add column degree text,
    add column level_since date,
    add column post_since date;
