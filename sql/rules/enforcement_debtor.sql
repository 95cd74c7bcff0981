/*
rule: enforcement_debtor
title: 执行案件尚未办结
title_en: Debtor in an open enforcement case
basis: 中华人民共和国民事诉讼法 第三编 执行程序
versions: [{version: 1, from: 1991-04-09}]
scope: everybody on the roster
severity: notice
one_per: record
explain: 自{{ effective_from | date }}起，在{{ case_no }}执行案件中为被执行人，案件尚未办结{% if amount %}，执行标的{{ amount | money }}元{% endif %}。请核实履行情况。
explain_en: >
  Since {{ effective_from }} debtor in enforcement case {{ case_no }}, which is open{% if amount %},
  {{ amount | money }} yuan to be paid{% endif %}. Please check what has been paid.
*/
select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    null::date as effective_until,
    r.occurred_on as evidence_on,
    -- Closed is the end of it, and so is a listing, which another rule tells; another role or kind of case means it should not have stood.
    r.detail ->> 'party_role' <> 'debtor' or r.detail ->> 'case_type' <> 'enforcement' as void,
    jsonb_build_object('case_no', r.detail ->> 'case_no', 'amount', r.detail ->> 'amount') as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
where
    r.resource = 'court'
    and r.subject = 'self'
    and (
        r.detail ->> 'party_role' <> 'debtor' or r.detail ->> 'case_type' <> 'enforcement'
        or (
            (r.detail ->> 'dishonest')::boolean is not true
            and r.left_on is null
            and coalesce(r.valid_to, 'infinity') > :business_day
        )
    )
