/*
rule: safety_accountability
title: 安全生产事故责任追究
title_en: Called to account for an accident at work
basis: 地方党政领导干部安全生产责任制规定 第二十条；中华人民共和国安全生产法 第九十条
versions: [{version: 1, from: 2002-11-01}]
scope: everybody on the roster, where a person has confirmed who is meant
severity: [attention, serious]
one_per: record
after_office: true
explain: >-
  在{{ effective_from | date }}发生的{{ grade }}事故（编号{{ accident_no }}）中被认定负{{ liability }}{% if measure %}，处理结果：{{ measure }}{% endif %}。请核实。
explain_en: >
  Held liable ({{ liability_en }}) in the {{ grade_en }} accident {{ accident_no }} of {{ effective_from }}{% if measure %}; what came of it: {{ measure }}{% endif %}. Please check.
*/
with word (term, text, text_en) as (
    values
    ('ordinary', '一般', 'ordinary'), ('large', '较大', 'large'), ('major', '重大', 'major'), ('extraordinary', '特别重大', 'extraordinary'),
    ('direct', '直接责任', 'directly'), ('main_leader', '主要领导责任', 'mainly, as a leader'),
    ('important_leader', '重要领导责任', 'importantly, as a leader')
),

accident as (
    select
        r.*, l.cadre_no,
        r.detail ->> 'liability' as liability,
        r.detail ->> 'measure' as measure,
        (r.occurred_on + interval '24 months')::date as until
    from core.held_record as r
    inner join core.held_link as l using (resource, source_key)
    where
        r.resource = 'work_safety' and l.subject = 'self' and l.verdict = 'same' and l.decided_by <> 'machine'
        and r.occurred_on <= :business_day
)

select
    a.cadre_no,
    a.source_key as matter,
    a.occurred_on as effective_from,
    a.until as effective_until,
    a.occurred_on as evidence_on,
    false as void,
    case when a.status in ('major', 'extraordinary') then 'serious' else 'attention' end as severity,
    jsonb_build_object(
        'accident_no', a.detail ->> 'accident_no', 'grade', g.text, 'grade_en', g.text_en,
        'liability', y.text, 'liability_en', y.text_en, 'measure', a.measure
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', a.resource, 'source_key', a.source_key)) as evidence
from accident as a
inner join word as g on g.term = a.status
inner join word as y on y.term = a.liability
where a.until > :business_day
