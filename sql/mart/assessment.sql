create view mart.assessment with (security_invoker) as
select cadre_no, year, grade, make_date(year, 1, 1) as valid_from, make_date(year + 1, 1, 1) as valid_to, known_from
from core.held_assessment
where core.true_on(make_date(year, 1, 1), make_date(year, 12, 31));

comment on view mart.assessment is 'Officials'' yearly grades (A15)';
comment on column mart.assessment.cadre_no is 'The official';
comment on column mart.assessment.year is 'The year that was assessed';
comment on column mart.assessment.grade is '1 优秀, 2 称职, 3 基本称职, 4 不称职, 5 不定等次';
comment on column mart.assessment.valid_from is 'First day of the year';
comment on column mart.assessment.valid_to is 'First day after it';
comment on column mart.assessment.known_from is 'Since when we know it so';
