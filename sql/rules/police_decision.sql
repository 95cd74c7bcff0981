/*
rule: police_decision
title: 公安机关处罚或强制措施
title_en: Decision of the police
basis: 中华人民共和国治安管理处罚法；中华人民共和国道路交通安全法 第九十一条
versions: [{version: 1, from: 2006-03-01}]
scope: everybody on the roster
severity: [notice, attention]
one_per: record
after_office: true
explain: >-
  {{ authority or '公安机关' }}于{{ effective_from | date }}因{{ offence }}决定{{ penalty }}{% if amount %}{{ amount | money }}元{% endif %}{% if is_criminal %}；属刑事强制措施，不是有罪认定，所涉问题未经证实{% endif %}。请核实。
explain_en: >
  Decision of {{ authority or 'the police' }} on {{ effective_from }}: {{ penalty_en }}{% if amount %} of {{ amount | money }} yuan{% endif %} for
  {{ offence_en }}{% if is_criminal %}; a measure of criminal procedure and no finding of guilt, nothing is proven{% endif %}. Please check.
*/
with word (term, text) as (
    values
    ('drink_driving', '饮酒驾驶'), ('drunk_driving', '醉酒驾驶'), ('gambling', '赌博'), ('prostitution', '嫖娼'), ('drugs', '吸毒'),
    ('assault', '殴打他人'), ('other', '其他违法行为'),
    ('warning', '警告'), ('fine', '罚款'), ('detention', '行政拘留'), ('compulsory_treatment', '强制戒毒'),
    ('criminal_detention', '刑事拘留'), ('bail', '取保候审')
),

decision as (
    select
        *,
        detail ->> 'offence' as offence,
        detail ->> 'penalty' as penalty,
        coalesce(status, '1') = '3' as is_revoked,
        (occurred_on + interval '24 months')::date as until,
        jsonb_build_array(jsonb_build_object('resource', resource, 'source_key', source_key)) as evidence
    from core.known_record
    where resource = 'public_security' and subject = 'self' and occurred_on <= :business_day
),

in_review as (
    select cadre_no, evidence from mart.alert where rule = 'police_decision' and state in ('assigned', 'verifying')
)

select
    d.cadre_no,
    d.source_key as matter,
    d.valid_from as effective_from,
    case when d.until > :business_day then d.until end as effective_until,  -- in review it goes on
    d.occurred_on as evidence_on,
    d.is_revoked as void,
    case
        when d.penalty in ('warning', 'fine') and d.offence not in ('drugs', 'drunk_driving') then 'notice' else 'attention'
    end as severity,
    jsonb_build_object(
        'authority', d.detail ->> 'authority', 'amount', d.detail ->> 'amount',
        'offence', o.text, 'offence_en', replace(d.offence, '_', ' '),
        'penalty', p.text, 'penalty_en', replace(d.penalty, '_', ' '),
        'is_criminal', d.penalty in ('criminal_detention', 'bail')
    ) as facts,
    d.evidence
from decision as d
inner join word as o on o.term = d.offence
inner join word as p on p.term = d.penalty
where d.is_revoked or d.until > :business_day or (d.cadre_no, d.evidence) in (select r.cadre_no, r.evidence from in_review as r)
