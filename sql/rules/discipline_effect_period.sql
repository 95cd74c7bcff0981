/*
rule: discipline_effect_period
title: 处于处分或诫勉影响期
title_en: Within the effect period of a sanction or admonition
basis: 中国共产党纪律处分条例 第十条至第十三条；公职人员政务处分法 第八条、第十五条、第十九条、第二十六条；诫勉影响期六个月
versions: [{version: 1, to: 2016-01-01}, {version: 2, from: 2016-01-01}]
scope: everybody on the roster
severity: serious
one_per: person
after_office: true
explain: '{{ decisions }}，影响期{% if effective_until %}于{{ effective_until | date }}届满{% else %}至退出名册为止{% endif %}。涉及任用、考核事项的，请先核实。'
explain_en: >
  {{ decisions }}; the effect ends {% if effective_until %}on {{ effective_until }}{% else %}with leaving the roster{% endif %}. Please check before any appointment or
  assessment in that time.
*/
with recursive decision as (
    select
        cadre_no, resource, source_key, status, occurred_on,
        detail ->> 'measure' as measure,
        detail ->> 'authority' as authority,
        normalize(btrim(detail ->> 'replaces'), nfkc) as replaces
    from core.known_record
    where resource = 'discipline' and subject = 'self' and occurred_on <= :business_day
),

undone as (
    select normalize(btrim(detail ->> 'replaces'), nfkc) as source_key
    from core.held_record
    where resource = 'discipline' and status in ('3', '4') and detail ->> 'replaces' <> ''
    union
    select source_key from core.held_record where resource = 'discipline' and status in ('3', '4')
),

-- A decision and its changes are one matter; it runs from the day of the first and says what the last one says. A change that
-- was undone changes nothing, and neither does what changed it further.
chain as (
    select d.cadre_no, d.source_key as root, d.source_key, d.occurred_on as since, 1 as depth
    from decision as d
    where
        d.status <> '2'
        or not exists (select from decision as o where o.cadre_no = d.cadre_no and o.source_key = d.replaces)
    union all
    select c.cadre_no, c.root, d.source_key, c.since, c.depth + 1
    from chain as c
    inner join decision as d on d.cadre_no = c.cadre_no and d.status = '2' and d.replaces = c.source_key
    where c.depth < 20 and d.source_key not in (select u.source_key from undone as u)
),

-- 纪律处分条例 10 to 13 (a severe warning had 12 months before 2016), 政务处分法 8; 26 lasts until leaving the roster.
period (measure, months, before) as (
    values
    ('11', 12, null::date), ('12', 12, '2016-01-01'), ('12', 18, null), ('13', 24, null), ('14', 36, null), ('15', 48, null),
    ('16', 60, null), ('21', 6, null), ('22', 12, null), ('23', 18, null), ('24', 24, null), ('25', 24, null),
    ('26', null, null), ('34', 6, null)
),

word (measure, text) as (
    values
    ('11', '党内警告'), ('12', '党内严重警告'), ('13', '撤销党内职务'), ('14', '留党察看一年'), ('15', '留党察看二年'), ('16', '开除党籍'),
    ('21', '政务警告'), ('22', '记过'), ('23', '记大过'), ('24', '降级'), ('25', '撤职'), ('26', '开除'), ('34', '诫勉')
),

-- The matter as it stands: its last decision, all of its keys, and whether any of it was undone.
matter as (
    select
        c.cadre_no, c.root,
        min(c.since) as since,
        (array_agg(d.measure order by c.depth desc, d.occurred_on desc, d.source_key))[1] as measure,
        (array_agg(d.authority order by c.depth desc, d.occurred_on desc, d.source_key))[1] as authority,
        array_agg(c.source_key order by c.source_key) as source_keys,
        c.root in (select u.source_key from undone as u) as is_undone
    from chain as c
    inner join decision as d using (cadre_no, source_key)
    group by c.cadre_no, c.root
),

timed as (
    select m.*, p.measure is not null as has_effect, p.months
    from matter as m
    left join lateral (
        select * from period
        where period.measure = m.measure and (period.before is null or m.since < period.before)
        order by period.before nulls last limit 1
    ) as p on true
),

sanction as (
    select *, row_number() over (partition by cadre_no, measure order by since, root) as place
    from timed where has_effect and not is_undone
),

-- Government sanctions of one kind that meet are added up, to at most 48 months (政务处分法 15); others run beside each other.
added as (
    select s.*, s.since as began, s.months as total from sanction as s where s.place = 1
    union all
    select
        s.*,
        case when m.meets then a.began else s.since end,
        case when m.meets then least(a.total + s.months, 48) else s.months end
    from added as a
    inner join sanction as s on s.cadre_no = a.cadre_no and s.measure = a.measure and s.place = a.place + 1
    cross join lateral (
        select s.measure between '21' and '25' and s.since < a.began + make_interval(months => a.total) as meets
    ) as m
),

dated as (
    select
        a.*,
        case
            when a.measure = '26' then (select l.left_on from core.left_office as l where l.cadre_no = a.cadre_no)
            else (a.began + make_interval(months => max(a.total) over (partition by a.cadre_no, a.measure, a.began)))::date
        end as until
    from added as a
)

select
    d.cadre_no,
    '' as matter,
    min(d.since) as effective_from,
    case when bool_and(d.until is not null) then max(d.until) end as effective_until,
    min(d.since) as evidence_on,
    false as void,
    jsonb_build_object('decisions', string_agg(
        w.text || '（' || to_char(d.since, 'YYYY"年"FMMM"月"FMDD"日"') || '，' || d.authority || '）', '、' order by d.since, d.root
    )) as facts,
    (
        select jsonb_agg(jsonb_build_object('resource', 'discipline', 'source_key', key) order by key)
        from dated as e cross join lateral unnest(e.source_keys) as key
        where e.cadre_no = d.cadre_no and coalesce(e.until, 'infinity') > :business_day
    ) as evidence
from dated as d
inner join word as w using (measure)
where coalesce(d.until, 'infinity') > :business_day
group by d.cadre_no
union all
select
    t.cadre_no, '', t.since, null, t.since, true, '{}',
    (
        select jsonb_agg(jsonb_build_object('resource', 'discipline', 'source_key', key) order by key)
        from unnest(t.source_keys) as key
    )
from timed as t
where t.is_undone or not t.has_effect
