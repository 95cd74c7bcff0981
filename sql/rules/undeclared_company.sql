/*
rule: undeclared_company
title: 企业任职或持股未在个人有关事项报告中填报
title_en: Role or stake in a company that was not declared
basis: 领导干部报告个人有关事项规定 第四条；领导干部个人有关事项报告查核结果处理办法
versions: [{version: 1}]
scope: >
  county level and above; a role or stake in a company in business, in their own name, since before the end of the last declared year,
  where a person has confirmed who is meant. Of whom nothing at all was declared for that year nothing is said here
severity: notice
one_per: matter
explain: >-
  企业登记显示，{{ since | date }}起登记为{{ company }}（统一社会信用代码{{ uscc }}）{{ roles }}，{{ year }}年度个人有关事项报告中没有该企业。可能属于登记、填报口径或时间差异，请核实。
explain_en: >
  {{ company }} ({{ uscc }}), in which the register has them as {{ roles_en }} since {{ since }}, is not in the declaration for {{ year }}. It may
  be a matter of registration, form or time; please check.
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
),

role (role, text_en) as (
    values ('法定代表人', 'legal representative'), ('股东', 'shareholder'), ('董事', 'director'), ('监事', 'supervisor'), ('经理', 'manager')
),

-- As business_role has it: a company whose licence was revoked is not in business. Since when somebody has a role that is not dated
-- nobody knows, so it may be younger than the declaration.
held as (
    select
        r.*,
        a.year,
        o.text_en
    from core.known_record as r
    inner join declarant as a on r.cadre_no = a.cadre_no
    inner join core.held_official as c on r.cadre_no = c.cadre_no and c.duty_level <= '132'
    inner join role as o on o.role = r.detail ->> 'role'
    where
        r.resource = 'market'
        and r.subject = 'self'
        and r.left_on is null
        and r.status in ('存续', '经营异常')
        and r.valid_from <= make_date(a.year, 12, 31)
        and (r.valid_to is null or r.valid_to > :business_day)
)

-- A declaration names a company once, whatever roles somebody has in it.
select
    h.cadre_no,
    h.detail ->> 'uscc' as matter,
    min(h.valid_from) as effective_from,
    null::date as effective_until,
    make_date(h.year, 12, 31) as evidence_on,
    false as void,  -- declared, ended or gone from the register is the end of it
    jsonb_build_object(
        'company', min(h.detail ->> 'company'), 'uscc', h.detail ->> 'uscc', 'since', min(h.valid_from), 'year', h.year,
        'roles', string_agg(distinct h.detail ->> 'role', '、'), 'roles_en', string_agg(distinct h.text_en, ', ')
    ) as facts,
    jsonb_agg(jsonb_build_object('resource', h.resource, 'source_key', h.source_key) order by h.source_key) as evidence
from held as h
where not exists (
    select from core.held_declaration as d
    where
        d.cadre_no = h.cadre_no and d.year = h.year and d.kind = 'company'
        and upper(normalize(d.reference, nfkc)) = h.detail ->> 'uscc'
)
group by h.cadre_no, h.detail ->> 'uscc', h.year
