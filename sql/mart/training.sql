create view mart.training with (security_invoker) as
select class_no, class_name, cadre_no, kind, started_on, ended_on, hours, result, started_on as valid_from, ended_on as valid_to,
       known_from
from core.held_training
where core.true_on(started_on, ended_on);

comment on view mart.training is 'Courses that officials attended';
comment on column mart.training.class_no is 'Number of the course';
comment on column mart.training.class_name is 'Its name, as delivered';
comment on column mart.training.cadre_no is 'The official';
comment on column mart.training.kind is 'party_school 党校调训, special 专题培训, online 网络学习, abroad 境外培训';
comment on column mart.training.started_on is 'First day';
comment on column mart.training.ended_on is 'Last day; null where the source does not say';
comment on column mart.training.hours is 'Hours credited to this official; null where the source does not say';
comment on column mart.training.result is 'passed 合格, failed 不合格, unfinished 未完成; null where the source does not say. Hours of failed and unfinished ones do not count';
comment on column mart.training.valid_from is 'First day';
comment on column mart.training.valid_to is 'Last day';
comment on column mart.training.known_from is 'Since when we know it so';
