/*
rule: bad_loan
title: 不良或逾期贷款
title_en: Bad or overdue loan
basis: 与金融机构的信息共享协议；贷款五级分类（次级、可疑、损失为不良）
versions: [{version: 1}]
scope: everybody on the roster
severity: [context, notice]
one_per: record
explain: >-
  截至{{ effective_from | date }}，在{{ institution }}{% if is_guarantor %}为他人提供担保的贷款{% else %}的贷款{% endif %}余额{{ amount | money }}元，{% if overdue_days %}逾期{{ overdue_days }}天，{% endif %}风险分类为{{ class }}。{% if is_guarantor %}本人为保证人，并非借款人；仅供参考。{% else %}不代表违纪违法，请核实还款情况。{% endif %}
explain_en: >
  On {{ effective_from }} a loan of {{ institution }}{% if is_guarantor %} that they guarantee, and did not take,{% endif %} stood at {{ amount | money }} yuan,
  {% if overdue_days %}{{ overdue_days }} days overdue, {% endif %}classified as {{ class_en }}.
  {% if is_guarantor %}Shown as context.{% else %}It is no misconduct by itself; please check what has been paid.{% endif %}
*/
with word (risk_class, text) as (
    values ('normal', '正常'), ('special_mention', '关注'), ('substandard', '次级'), ('doubtful', '可疑'), ('loss', '损失')
)

select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    null::date as effective_until,
    r.occurred_on as evidence_on,
    false as void,  -- repaid, reclassified or gone from the snapshot is the end of it
    case r.detail ->> 'party_type' when 'borrower' then 'notice' else 'context' end as severity,
    jsonb_build_object(
        'institution', r.detail ->> 'institution', 'is_guarantor', r.detail ->> 'party_type' = 'guarantor', 'amount', r.detail ->> 'amount',
        'overdue_days', (r.detail ->> 'overdue_days')::integer, 'class', w.text, 'class_en', replace(w.risk_class, '_', ' ')
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
inner join word as w on w.risk_class = r.detail ->> 'risk_class'
where
    r.resource = 'finance'
    and r.subject = 'self'
    and r.left_on is null
    and (r.detail ->> 'amount')::numeric > 0
    and (w.risk_class in ('substandard', 'doubtful', 'loss') or (r.detail ->> 'overdue_days')::integer >= 90)
