/*
rule: objective_lagging
title: 目标任务进度滞后
title_en: Objective behind its schedule
basis: 党政领导干部考核工作条例；目标任务督查考核办法
versions: [{version: 1}]
scope: >
  whoever is in charge of an objective, by its newest month; 20 points of the target or more behind. What was not reported, or has no
  target, lags behind nothing
severity: [notice, attention]
one_per: matter
explain: >-
  {{ period | date }}当月，所负责的“{{ objective }}”完成目标的{{ done }}%，时序进度为{{ schedule }}%，落后{{ behind }}个百分点。{% if is_long %}已连续三期滞后，建议研究是否培训提升或调整分工。{% endif %}请核实原因。
explain_en: >
  In the month from {{ period }} "{{ objective }}", of which they are in charge, stood at {{ done }} percent of its target, {{ behind }} points
  behind a schedule of {{ schedule }} percent. {% if is_long %}It is behind for the third time running: please consider training or another
  distribution of tasks.{% endif %} Please ask why.
*/
with measured as (
    select
        o.*,
        round(100 * o.actual / nullif(o.target, 0), 1) as done,
        o.period = max(o.period) filter (where o.left_on is null) over (partition by o.objective_no) as is_newest
    from core.held_objective as o
),

judged as (
    select
        m.*,
        coalesce(m.schedule_percent - 100 * m.actual / nullif(m.target, 0) >= 20, false) as lags
    from measured as m
),

-- Months one after the other, of the one who is in charge: nobody answers for another's.
followed as (
    select
        j.*,
        j.lags and b.lags and c.lags as is_long,
        array[j.source_key, b.source_key, c.source_key] as keys
    from judged as j
    left join judged as b
        on j.objective_no = b.objective_no and j.cadre_no = b.cadre_no and b.period = (j.period - interval '1 month')::date
    left join judged as c
        on j.objective_no = c.objective_no and j.cadre_no = c.cadre_no and c.period = (j.period - interval '2 months')::date
)

select
    f.cadre_no,
    f.objective_no as matter,
    f.period as effective_from,
    null::date as effective_until,
    f.period as evidence_on,
    not f.lags as void,  -- the month's figure was put right; a later month is evidence of its own, and what rests on this one ends
    case when f.is_long then 'attention' else 'notice' end as severity,
    jsonb_build_object(
        'period', f.period, 'objective', f.title, 'done', f.done, 'schedule', f.schedule_percent,
        'behind', f.schedule_percent - f.done, 'is_long', coalesce(f.is_long, false)
    ) as facts,
    (
        select jsonb_agg(jsonb_build_object('resource', 'objective', 'source_key', k.key) order by k.place)
        from unnest(case when f.is_long then f.keys else f.keys [1 : 1] end) with ordinality as k (key, place)
    ) as evidence
from followed as f
where f.is_newest and f.period + interval '25 months' > :business_day
