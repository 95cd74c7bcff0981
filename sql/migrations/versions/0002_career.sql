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

-- Since when without a break an official holds each level that is still held. Appointments follow without a break where the later
-- one begins no more than a day after the end of one before.
create view core.level_held with (security_invoker) as
with ordered as (
    select cadre_no, duty_level, started_on, ended_on, appointment_no,
           max(coalesce(ended_on, 'infinity')) over (
               partition by cadre_no, duty_level order by started_on, appointment_no
               rows between unbounded preceding and 1 preceding
           ) as ended_before
    from core.held_appointment
    where duty_level is not null
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
having bool_or(ended_on is null)
order by cadre_no, duty_level, stretch_no desc;

-- The roster out of all that is held about officials at present, or as of then. Slow: the present is published to core.cadre_now.
-- The post is held since the start of the open appointment to it, else of the latest open one.
create view core.described_cadre with (security_invoker) as
select c.cadre_no, c.name, c.sex, c.born_on, c.ethnic_group, c.native_place, c.party, c.work_started_on, c.duty_level, c.unit_code,
       u.name as unit_name, u.region_code, c.post_title, c.status, c.id_masked, s.education, s.degree, l.since as level_since,
       p.since as post_since
from core.cadre c
left join core.unit u
    on u.unit_code = c.unit_code
    and case when core.as_of() is null then u.known_to is null
             else u.known_from <= core.as_of() and (u.known_to is null or u.known_to > core.as_of()) end
left join core.schooling s on s.cadre_no = c.cadre_no
left join core.level_held l on l.cadre_no = c.cadre_no and l.duty_level = c.duty_level
cross join lateral (
    select coalesce(min(started_on) filter (where (a.unit_code, a.post_title) = (c.unit_code, c.post_title)), max(started_on)) as since
    from core.held_appointment a
    where a.cadre_no = c.cadre_no and a.ended_on is null
) p
where c.left_on is null
  and case when core.as_of() is null then c.known_to is null
           else c.known_from <= core.as_of() and (c.known_to is null or c.known_to > core.as_of()) end;

alter table core.cadre_now
    add column education text,
    add column degree text,
    add column level_since date,
    add column post_since date;

-- The same, out of the narrow table where the present is asked for.
create view core.held_cadre with (security_invoker) as
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.cadre_now
where core.as_of() is null
union all
select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
       region_code, post_title, status, id_masked, education, degree, level_since, post_since
from core.described_cadre
where core.as_of() is not null;
