create view mart.education with (security_invoker) as
select education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, valid_from, valid_to, known_from
from core.held_education
where core.true_on(valid_from, valid_to);

comment on view mart.education is 'Officials'' education and degrees, full-time and in service (A08)';
comment on column mart.education.education_no is 'The organization department''s own number of it';
comment on column mart.education.cadre_no is 'The official';
comment on column mart.education.level is '11 博士研究生, 14 硕士研究生, 21 大学本科, 31 大学专科, 41 中专, 61 高中';
comment on column mart.education.degree is '2 博士, 3 硕士, 4 学士; null without one';
comment on column mart.education.school is 'School, as delivered; null where a form does not say';
comment on column mart.education.major is 'Subject, as delivered';
comment on column mart.education.mode is '1 全日制, 2 在职; null where the source does not say';
comment on column mart.education.started_on is 'First day of the month in which it began';
comment on column mart.education.ended_on is 'First day of the month in which it ended; null while it goes on, or where the source does not say';
comment on column mart.education.valid_from is 'From when it holds in the world';
comment on column mart.education.valid_to is 'Until when; null while it goes on';
comment on column mart.education.known_from is 'Since when we know it so';
