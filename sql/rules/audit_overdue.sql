/*
rule: audit_overdue
title: 审计发现问题逾期未整改
title_en: Audit finding not rectified in time
basis: 中华人民共和国审计法 第五十二条；党政主要领导干部和国有企事业单位主要领导人员经济责任审计规定
versions: [{version: 1, from: 1995-01-01}]
scope: who held the post in the audited period, where a person has confirmed who is meant
severity: [notice, attention]
one_per: record
after_office: true
explain: >-
  对{{ unit }}{% if period %}{{ period }}期间{% endif %}的审计发现{{ category }}问题{% if amount %}，涉及{{ amount | money }}元{% endif %}，应于{{ due_on | date }}前整改，{{ state }}。责任尚待认定，请核实整改情况。
explain_en: >
  The audit of {{ unit }}{% if period %} for {{ period }}{% endif %} found a fault ({{ category }}{% if amount %}, {{ amount | money }} yuan{% endif %}) that
  was to be put right by {{ due_on }} and is {{ state_en }}. Who answers for it is not decided; please check how it stands.
*/
with word (rectification, text, text_en) as (
    values ('under_way', '尚在整改中', 'still being put right'), ('not_begun', '尚未整改', 'not put right')
),

finding as (
    select
        r.*, l.cadre_no, w.text, w.text_en, (r.detail ->> 'due_on')::date as due_on,
        normalize(r.detail ->> 'audited_period', nfkc) as period
    from core.held_record as r
    inner join core.held_link as l using (resource, source_key)
    inner join word as w on w.rectification = r.status
    where r.resource = 'audit' and l.subject = 'self' and l.verdict = 'same' and l.decided_by <> 'machine'
)

select
    f.cadre_no,
    f.source_key as matter,
    f.due_on + 1 as effective_from,
    null::date as effective_until,
    -- They held the post in the audited period, and may have left since.
    coalesce(make_date(substring(f.period from '(?:19|20)\d{2}')::integer, 1, 1), f.occurred_on) as evidence_on,
    false as void,  -- rectified, or gone from the ledger of findings, is the end of it
    case when :business_day - f.due_on >= 180 then 'attention' else 'notice' end as severity,
    jsonb_build_object(
        'unit', f.detail ->> 'unit_name', 'period', f.period, 'category', f.detail ->> 'category', 'amount', f.detail ->> 'amount',
        'due_on', f.due_on, 'state', f.text, 'state_en', f.text_en
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', f.resource, 'source_key', f.source_key)) as evidence
from finding as f
where f.due_on < :business_day and f.left_on is null
