/*
rule: dishonest_debtor
title: 被列为失信被执行人
title_en: Listed as a dishonest judgment debtor
basis: 最高人民法院法释〔2013〕17号 第一条、第七条
versions: [{version: 1, from: 2013-10-01}]
scope: everybody on the roster
severity: attention
one_per: record
explain: 自{{ effective_from | date }}起，在{{ case_no }}执行案件中为被执行人并已列入失信名单{% if amount %}，执行标的{{ amount | money }}元{% endif %}。请核实履行情况。
explain_en: >
  Since {{ effective_from }} debtor in enforcement case {{ case_no }} and listed as dishonest{% if amount %},
  {{ amount | money }} yuan to be paid{% endif %}. Please check what has been paid.
*/
select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    null::date as effective_until,
    greatest(r.occurred_on, date '2013-10-01') as evidence_on,  -- a list there is only since then, whenever the case was filed
    -- Delisted or closed is the end of it; another role or kind of case means it should not have stood.
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
            (r.detail ->> 'dishonest')::boolean
            and r.left_on is null
            and coalesce(r.valid_to, 'infinity') > :business_day
        )
    )
