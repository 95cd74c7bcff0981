/*
rule: tax_arrears
title: 欠缴税款
title_en: Tax arrears
basis: 中华人民共和国税收征收管理法 第三十二条、第四十条、第四十五条
versions: [{version: 1, from: 1993-01-01}]
scope: everybody on the roster; arrears of an enterprise, its legal representative
severity: [notice, attention]
one_per: record
explain: >-
  {% if is_own %}税务机关{% else %}其担任法定代表人的企业欠税（并非本人欠税）：税务机关{% endif %}于{{ effective_from | date }}通知欠缴{{ tax_type or '税款' }}{{ amount | money }}元，尚未缴清{% if is_inspected %}，已移送稽查，尚无结论，所涉问题未经证实{% endif %}。请核实缴纳情况。
explain_en: >
  {% if not is_own %}An enterprise of which they are the legal representative, not they themselves, was notified{% else %}Notified{% endif %} on
  {{ effective_from }} of arrears of {{ amount | money }} yuan{% if tax_type %} ({{ tax_type }}){% endif %}, not paid yet{% if is_inspected %};
  handed over to inspection, without a result, and nothing is proven{% endif %}. Please check what has been paid.
*/
select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    null::date as effective_until,
    r.occurred_on as evidence_on,
    r.status = '9' as void,  -- revoked; paid, or by instalments, is the end of it
    case
        when r.subject = 'self' and (r.status = '3' or :business_day - r.occurred_on > 180) then 'attention' else 'notice'
    end as severity,
    jsonb_build_object(
        'is_own', r.subject = 'self', 'is_inspected', r.status = '3', 'tax_type', r.detail ->> 'tax_type', 'amount', r.detail ->> 'amount'
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
where
    r.resource = 'taxation'
    and r.subject in ('self', 'representative')
    and r.occurred_on <= :business_day
    and (r.status in ('3', '9') or (r.status = '0' and :business_day - r.occurred_on > 90))
