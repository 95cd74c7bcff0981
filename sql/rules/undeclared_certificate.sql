/*
rule: undeclared_certificate
title: 出入境证件未在个人有关事项报告中填报
title_en: Exit-entry certificate that was not declared
basis: 领导干部报告个人有关事项规定 第三条；领导干部个人有关事项报告查核结果处理办法
versions: [{version: 1}]
scope: >
  county level and above; a valid certificate of theirs that was issued before the end of the last declared year. Of whom nothing at all
  was declared for that year nothing is said here
severity: notice
one_per: record
explain: >-
  {{ issued_on | date }}签发的{{ certificate }}仍在有效期内，{{ year }}年度个人有关事项报告中没有该证件。可能属于填报口径或时间差异，请核实。
explain_en: >
  A {{ certificate_en }} issued on {{ issued_on }} is still valid and not in the declaration for {{ year }}. It may be a matter of form or time;
  please check.
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

word (term, text) as (
    values ('passport', '普通护照'), ('hong_kong_macao_permit', '往来港澳通行证'), ('taiwan_permit', '往来台湾通行证')
)

select
    r.cadre_no,
    r.source_key as matter,
    r.occurred_on as effective_from,
    -- As unsurrendered_certificate has it: none is valid for more than ten years.
    coalesce(r.valid_to, (r.valid_from + interval '10 years')::date) as effective_until,
    make_date(a.year, 12, 31) as evidence_on,
    false as void,  -- declared or expired is the end of it
    jsonb_build_object(
        'certificate', w.text, 'certificate_en', replace(w.term, '_', ' '), 'issued_on', r.occurred_on, 'year', a.year
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
inner join word as w on w.term = r.detail ->> 'certificate'
inner join declarant as a on r.cadre_no = a.cadre_no
inner join core.held_official as o on r.cadre_no = o.cadre_no and o.duty_level <= '132'
where
    r.resource = 'exit_entry'
    and r.subject = 'self'
    and r.occurred_on <= make_date(a.year, 12, 31)
    and coalesce(r.valid_to, (r.valid_from + interval '10 years')::date) > :business_day
    and not exists (
        select from core.held_declaration as d
        where
            d.cadre_no = r.cadre_no and d.year = a.year and d.kind = 'certificate'
            and upper(normalize(d.reference, nfkc)) = upper(normalize(r.detail ->> 'certificate_no', nfkc))
    )
