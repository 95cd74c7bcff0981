/*
rule: undeclared_property
title: 名下不动产未在个人有关事项报告中填报
title_en: Property in their own name that was not declared
basis: 领导干部报告个人有关事项规定 第四条；领导干部个人有关事项报告查核结果处理办法
versions: [{version: 1}]
scope: >
  county level and above; what stands in their own name since before the end of the last declared year. Of whom nothing at all was declared
  for that year nothing is said here: whether they had to declare, and did, is another question
severity: notice
one_per: record
explain: >-
  不动产登记显示，单元号{{ property_no }}的不动产于{{ registered_on | date }}登记在本人名下，现势有效，但{{ year }}年度个人有关事项报告中没有该不动产。可能属于登记、填报口径或时间差异，请核实。
explain_en: >
  Property {{ property_no }} has been registered in their own name since {{ registered_on }} and is not in the declaration for {{ year }}. It may be
  a matter of registration, form or time; please check.
*/
with last_year as (
    select max(d.year) as year from core.held_declaration as d
),

declarant as (
    select distinct
        d.cadre_no,
        d.year
    from core.held_declaration as d
    inner join last_year as l on d.year = l.year
)

select
    r.cadre_no,
    r.source_key as matter,
    r.occurred_on as effective_from,
    null::date as effective_until,
    make_date(a.year, 12, 31) as evidence_on,
    false as void,  -- declared, sold or gone from the register is the end of it
    jsonb_build_object('property_no', r.detail ->> 'property_no', 'registered_on', r.occurred_on, 'year', a.year) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
inner join declarant as a on r.cadre_no = a.cadre_no
inner join core.held_official as o on r.cadre_no = o.cadre_no and o.duty_level <= '132'
where
    r.resource = 'land'
    and r.subject = 'self'
    and r.status = 'current'
    and r.left_on is null
    and r.occurred_on <= make_date(a.year, 12, 31)
    and not exists (
        select from core.held_declaration as d
        where
            d.cadre_no = r.cadre_no and d.year = a.year and d.kind = 'property'
            and upper(normalize(d.reference, nfkc)) = upper(normalize(r.detail ->> 'property_no', nfkc))
    )
