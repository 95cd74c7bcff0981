create view mart.cadre with (security_invoker) as
select cadre_no,
       name,
       sex,
       to_date(rpad(born_on, 8, '01'), 'YYYYMMDD') as born_on,
       case when length(born_on) = 6 then 'month' else 'day' end as born_on_precision,
       extract(year from age(coalesce(core.valid_on(), core.as_of()::date, now()::date), to_date(rpad(born_on, 8, '01'), 'YYYYMMDD')))::integer as age,
       ethnic_group,
       native_place,
       party,
       work_started_on,
       education,
       degree,
       duty_level,
       level_since,
       unit_code,
       unit_name,
       region_code,
       post_title,
       post_since,
       status,
       id_masked
from core.held_cadre;

comment on view mart.cadre is 'The roster: officials of 副科级 and above, each with the present post, or the post on the day asked for';
comment on column mart.cadre.cadre_no is 'The organization department''s own number of an official; stable. With an F before it, of an official whom only approval forms know: then what a form does not say is null';
comment on column mart.cadre.name is 'Name as on the roster';
comment on column mart.cadre.sex is 'male or female';
comment on column mart.cadre.born_on is 'Date of birth; the first of the month where only the month is on file, see born_on_precision';
comment on column mart.cadre.born_on_precision is 'day, or month where the file says no more';
comment on column mart.cadre.age is 'Completed years, today or then';
comment on column mart.cadre.ethnic_group is 'Code of GB/T 3304; of an official whom only forms know the words, where they are none of its groups';
comment on column mart.cadre.native_place is '籍贯, region code of six digits; of an official whom only forms know in words';
comment on column mart.cadre.party is '中共党员, 民主党派, 无党派 or 群众';
comment on column mart.cadre.work_started_on is 'First day of the month in which work began; null where a form does not say';
comment on column mart.cadre.education is 'The highest level of education, codes as in mart.education; null where no education is on file';
comment on column mart.cadre.degree is 'The highest degree, codes as in mart.education; null where none is on file';
comment on column mart.cadre.duty_level is '121 厅局级正职, 122 厅局级副职, 131 县处级正职, 132 县处级副职, 141 乡科级正职, 142 乡科级副职';
comment on column mart.cadre.level_since is 'Since when without a break posts of this level are held; null where no such post is on file';
comment on column mart.cadre.unit_code is 'The unit of the present post; null where a form names none that is known';
comment on column mart.cadre.unit_name is 'That unit''s name';
comment on column mart.cadre.region_code is 'That unit''s region; it decides, with the level, who may read about the official';
comment on column mart.cadre.post_title is 'The present post; of an official whom only forms know all posts at that unit, or all that the form says';
comment on column mart.cadre.post_since is 'Since when the present post is held: the start of the open appointment to it, else of the latest open one; null without one';
comment on column mart.cadre.status is '1 在职, 2 退休, 3 辞职, 4 开除, 5 死亡, 6 调出';
comment on column mart.cadre.id_masked is 'Identity number, the first six characters: with four more, and the birth date, it would be all of it; null where no form has it';
