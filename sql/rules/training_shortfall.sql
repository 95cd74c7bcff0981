/*
rule: training_shortfall
title: 教育培训学时不足
title_en: Too few hours of training
basis: 干部教育培训工作条例（县处级以上五年累计不少于550学时；科级每年不少于90学时）
versions: [{version: 1}]
scope: >
  below county level 90 hours in the last year that is over; at county level and above 550 in the last five. Only of whom was in work, or
  at that level, when the period began, and only where the feed is known to reach back to its beginning: what was attended before
  is not known. Courses that were failed or broken off do not count; what was attended since the period ended does
severity: context
one_per: matter
explain: >-
  {{ first }}年1月1日至{{ last }}年12月31日应完成{{ wanted }}学时，至今在册可计{{ hours }}学时，尚缺{{ missing }}学时。仅供参考，请核对学时登记是否完整。
explain_en: >
  From {{ first }} to {{ last }} {{ wanted }} hours of training were due, and {{ hours }} are on file by now: {{ missing }} are missing. Shown as
  context; please check first whether all of them were recorded.
*/
with bound as (
    select
        c.cadre_no,
        c.work_started_on,
        l.since as level_since,
        case when c.duty_level <= '132' then 550 else 90 end as wanted,
        make_date(extract(year from :business_day::date)::integer - case when c.duty_level <= '132' then 5 else 1 end, 1, 1) as began
    from core.held_official as c
    left join core.level_held as l on c.cadre_no = l.cadre_no and c.duty_level = l.duty_level
    where c.status = '1' and c.duty_level is not null  -- whom forms alone know has no number by which courses are told
),

-- A year of which the feed knows nobody's course was not delivered.
covered as (
    select
        p.began,
        (select min(t.started_on) from core.held_training as t) < p.began
        and extract(year from :business_day::date) - extract(year from p.began) = (
            select count(distinct extract(year from t.started_on)) from core.held_training as t
            where t.started_on >= p.began and t.started_on < make_date(extract(year from :business_day::date)::integer, 1, 1)
        ) as is_covered
    from (select distinct b.began from bound as b) as p
),

counted as (
    select
        b.*,
        a.hours,
        a.keys
    from bound as b
    inner join covered as p on b.began = p.began and p.is_covered
    cross join lateral (
        select
            coalesce(sum(t.hours), 0) as hours,
            array_agg(t.source_key order by t.started_on, t.source_key) as keys
        from core.held_training as t
        where
            t.cadre_no = b.cadre_no
            and t.started_on >= b.began
            and coalesce(t.ended_on, t.started_on) <= :business_day
            and coalesce(t.result, 'passed') = 'passed'
    ) as a
    where b.work_started_on < b.began and (b.wanted = 90 or b.level_since <= b.began)
)

select
    c.cadre_no,
    extract(year from :business_day::date)::integer - 1 || '' as matter,
    make_date(extract(year from :business_day::date)::integer, 1, 1) as effective_from,
    make_date(extract(year from :business_day::date)::integer + 1, 1, 1) as effective_until,
    make_date(extract(year from :business_day::date)::integer - 1, 12, 31) as evidence_on,
    false as void,  -- made up, the next year, or another level is the end of it
    jsonb_build_object(
        'first', extract(year from c.began), 'last', extract(year from :business_day::date) - 1, 'wanted', c.wanted,
        'hours', trim_scale(c.hours), 'missing', trim_scale(c.wanted - c.hours)
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', 'personnel', 'source_key', c.cadre_no)) || coalesce(
        (select jsonb_agg(jsonb_build_object('resource', 'training', 'source_key', k.key)) from unnest(c.keys) as k (key)), '[]'
    ) as evidence
from counted as c
where c.hours < c.wanted
