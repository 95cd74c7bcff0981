create view mart.objective with (security_invoker) as
select objective_no, period, unit_code, title, field, cadre_no, weight, target, actual,
       round(100 * actual / nullif(target, 0), 1) as done_percent, schedule_percent, left_on, known_from
from core.held_objective
where core.true_on(period, (period + interval '1 month')::date - 1);

comment on view mart.objective is 'Objectives of units and how far each had come by the end of a month; months that are over remain';
comment on column mart.objective.objective_no is 'Number of the objective';
comment on column mart.objective.period is 'First day of the month';
comment on column mart.objective.unit_code is 'The unit';
comment on column mart.objective.title is 'What is to be done, as delivered';
comment on column mart.objective.field is 'poverty_relief 脱贫振兴, investment 招商引资, projects 项目建设, environment 生态环保, safety 安全生产, livelihood 民生保障, party_building 党的建设';
comment on column mart.objective.cadre_no is 'The official in charge';
comment on column mart.objective.weight is 'How much it weighs among the objectives of the unit';
comment on column mart.objective.target is 'What is to be reached';
comment on column mart.objective.actual is 'What was reached by the end of the month; null where it was not reported';
comment on column mart.objective.done_percent is 'Share of the target that was reached, in percent; null where that cannot be said';
comment on column mart.objective.schedule_percent is 'Share of the target that should be reached by then, in percent';
comment on column mart.objective.left_on is 'On which day it was no longer in the snapshot; null while it is there';
comment on column mart.objective.known_from is 'Since when we know it so';
