/*
rule: environment_accountability
title: 生态环境损害责任追究
title_en: Called to account for damage to the environment
basis: 党政领导干部生态环境损害责任追究办法（试行） 第十条、第十五条；诫勉影响期六个月
versions: [{version: 1, from: 2015-08-09}]
scope: everybody on the roster, where a person has confirmed who is meant
severity: [attention, serious]
one_per: record
after_office: true
explain: >-
  因{{ matter }}（案件编号{{ case_no }}），于{{ effective_from | date }}被追究生态环境损害责任，方式为{{ measure }}{% if is_sanction %}；具体处分种类及影响期以纪检监察机关决定为准{% endif %}。请核实。
explain_en: >
  Called to account on {{ effective_from }} for damage to the environment (case {{ case_no }}, {{ matter }}): {{ measure_en }}{% if is_sanction %}; its kind and how long it
  has effect are what the discipline commission decided{% endif %}. Please check.
*/
-- How long each has effect: an admonition as long as any; what gives no period, or does not say which sanction it was, 24 months.
with word (measure, months, text, text_en) as (
    values
    ('criticism', 24, '通报', 'public criticism'), ('admonition', 6, '诫勉', 'an admonition'),
    ('apology', 24, '责令公开道歉', 'ordered to apologize in public'), ('reassignment', 24, '组织处理', 'an organizational measure'),
    ('sanction', 24, '党纪政务处分', 'a sanction')
),

decision as (
    select r.*, l.cadre_no, w.text, w.text_en, (r.occurred_on + make_interval(months => w.months))::date as until
    from core.held_record as r
    inner join core.held_link as l using (resource, source_key)
    inner join word as w on w.measure = r.status
    where
        r.resource = 'environment' and l.subject = 'self' and l.verdict = 'same' and l.decided_by <> 'machine'
        and r.occurred_on <= :business_day
)

select
    d.cadre_no,
    d.source_key as matter,
    d.occurred_on as effective_from,
    d.until as effective_until,
    d.occurred_on as evidence_on,
    false as void,
    case when d.status = 'sanction' then 'serious' else 'attention' end as severity,
    jsonb_build_object(
        'case_no', d.detail ->> 'case_no', 'matter', d.detail ->> 'matter', 'measure', d.text, 'measure_en', d.text_en,
        'is_sanction', d.status = 'sanction'
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', d.resource, 'source_key', d.source_key)) as evidence
from decision as d
where d.until > :business_day
