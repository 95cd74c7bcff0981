create view mart.cadre with (security_invoker) as
with known as (
    select cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name,
           region_code, post_title, status, id_masked
    from core.cadre_now
    where core.as_of() is null
    union all
    select c.cadre_no, c.name, c.sex, c.born_on, c.ethnic_group, c.native_place, c.party, c.work_started_on, c.duty_level,
           c.unit_code, u.name, u.region_code, c.post_title, c.status, c.id_masked
    from core.cadre c
    left join core.unit u
        on u.unit_code = c.unit_code and u.known_from <= core.as_of() and (u.known_to is null or u.known_to > core.as_of())
    where c.known_from <= core.as_of() and (c.known_to is null or c.known_to > core.as_of())
)
select cadre_no,
       name,
       sex,
       to_date(rpad(born_on, 8, '01'), 'YYYYMMDD') as born_on,
       case when length(born_on) = 6 then 'month' else 'day' end as born_on_precision,
       extract(year from age(coalesce(core.as_of(), now())::date, to_date(rpad(born_on, 8, '01'), 'YYYYMMDD')))::integer as age,
       ethnic_group,
       native_place,
       party,
       work_started_on,
       null::text as education,
       null::text as degree,
       duty_level,
       null::date as level_since,
       unit_code,
       unit_name,
       region_code,
       post_title,
       null::date as post_since,
       status,
       id_masked
from known;

comment on view mart.cadre is 'The roster: officials of 副科级 and above, each with the present post';
comment on column mart.cadre.cadre_no is 'The organization department''s own number of an official; stable';
comment on column mart.cadre.name is 'Name as on the roster';
comment on column mart.cadre.sex is 'male or female';
comment on column mart.cadre.born_on is 'Date of birth; the first of the month where only the month is on file, see born_on_precision';
comment on column mart.cadre.born_on_precision is 'day, or month where the file says no more';
comment on column mart.cadre.age is 'Completed years, today or as of then';
comment on column mart.cadre.ethnic_group is 'Code of GB/T 3304';
comment on column mart.cadre.native_place is '籍贯, region code of six digits';
comment on column mart.cadre.party is '中共党员, 民主党派, 无党派 or 群众';
comment on column mart.cadre.work_started_on is 'First day of the month in which work began';
comment on column mart.cadre.education is 'Unknown until the resource education is delivered';
comment on column mart.cadre.degree is 'Unknown until the resource education is delivered';
comment on column mart.cadre.duty_level is '121 厅局级正职, 122 厅局级副职, 131 县处级正职, 132 县处级副职, 141 乡科级正职, 142 乡科级副职';
comment on column mart.cadre.level_since is 'Unknown until the resource appointment is delivered';
comment on column mart.cadre.unit_code is 'The unit of the present post';
comment on column mart.cadre.unit_name is 'That unit''s name';
comment on column mart.cadre.region_code is 'That unit''s region; it decides who may read about the official';
comment on column mart.cadre.post_title is 'The present post';
comment on column mart.cadre.post_since is 'Unknown until the resource appointment is delivered';
comment on column mart.cadre.status is '1 在职, 2 退休, 3 辞职, 4 开除, 5 死亡, 6 调出';
comment on column mart.cadre.id_masked is 'Identity number, the first six and last four characters';
