/*
rule: business_role
title: 在企业兼职或持股
title_en: Role or stake in a company
basis: 中华人民共和国公务员法 第五十九条第十六项
versions: [{version: 1, from: 2006-01-01}]
scope: everybody on the roster, in their own name, where a person has confirmed who is meant; posts that the state capital appoints to are told apart by review
severity: attention
one_per: record
explain: >-
  登记为{{ company }}（统一社会信用代码{{ uscc }}，{{ company_status }}）{{ role }}{% if stake %}，出资比例{{ stake }}%{% endif %}，登记中未见终止。请核实是否实际任职、持股，是否经批准或由国有资本委派。
explain_en: >
  Registered as {{ role_en }} of {{ company }} ({{ uscc }}, {{ company_status_en }}){% if stake %} with a stake of {{ stake }} per cent{% endif %};
  the register shows no end of it. Please check whether it is so, and whether it was approved or the state's capital appointed them.
*/
-- A company whose licence was revoked may only be wound up, and one that is deregistered is no more: neither is doing business. One that
-- is listed as irregular still is.
with company (company_status, text_en) as (
    values ('存续', 'in business'), ('经营异常', 'listed as irregular')
),

role (role, text_en) as (
    values ('法定代表人', 'legal representative'), ('股东', 'shareholder'), ('董事', 'director'), ('监事', 'supervisor'), ('经理', 'manager')
)

select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    r.valid_to as effective_until,
    coalesce(r.valid_from, (r.known_from at time zone 'Asia/Shanghai')::date) as evidence_on,
    false as void,  -- a role that ended, or is gone from the register, and a company that is no more, are the end of it
    jsonb_build_object(
        'company', r.detail ->> 'company', 'uscc', r.detail ->> 'uscc', 'stake', trim_scale((r.detail ->> 'stake_percent')::numeric)::text,
        'role', o.role, 'role_en', o.text_en, 'company_status', c.company_status, 'company_status_en', c.text_en
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
inner join company as c on c.company_status = r.status
inner join role as o on o.role = r.detail ->> 'role'
where
    r.resource = 'market' and r.subject = 'self' and r.left_on is null
    and (r.valid_from is null or r.valid_from <= :business_day)
    and (r.valid_to is null or r.valid_to > :business_day)
