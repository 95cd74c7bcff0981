/*
rule: petition_verified
title: 信访举报查证属实
title_en: Complaint found true
basis: 信访工作条例 第三十一条、第三十六条
versions: [{version: 1, from: 2005-05-01}]
scope: everybody on the roster, where a person has confirmed who is meant
severity: [notice, attention]
one_per: record
after_office: true
explain: >-
  {{ received_on | date }}收到的信访反映{{ category }}问题，{% if closed_on %}于{{ closed_on | date }}办结，{% endif %}核查结论为{{ finding }}。请结合处理结果核实。
explain_en: >
  A complaint of {{ received_on }} ({{ category_en }}) was found {{ finding_en }}{% if closed_on %} on {{ closed_on }}{% endif %}. Please check it together with
  what came of it.
*/
with word (category, text, text_en) as (
    values
    ('conduct', '作风', 'conduct'), ('integrity', '廉洁', 'integrity'), ('duty', '履职', 'duty'), ('private_life', '生活', 'private life'),
    ('other', '其他', 'other matters')
),

-- Unverified (0) is no finding against anyone.
finding (code, severity, text, text_en) as (
    values ('1', 'attention', '属实', 'true'), ('2', 'notice', '部分属实', 'true in part')
),

-- It takes back what rested on it, and says so.
clearing (code, text) as (
    values ('3', 'cleared: the complaint was found untrue'), ('4', 'cleared: the accusation was false, and that was made known')
),

matter as (
    select
        r.*, l.cadre_no,
        (r.detail ->> 'received_on')::date as received_on,
        (r.detail ->> 'closed_on')::date as closed_on,
        coalesce((r.detail ->> 'closed_on')::date, r.occurred_on) as found_on
    from core.held_record as r
    inner join core.held_link as l using (resource, source_key)
    where r.resource = 'petitions' and l.subject = 'self' and l.verdict = 'same' and l.decided_by <> 'machine'
)

select
    m.cadre_no,
    m.source_key as matter,
    m.found_on as effective_from,
    (m.found_on + interval '24 months')::date as effective_until,
    m.occurred_on as evidence_on,
    f.code is null as void,
    c.text as why,
    f.severity,
    jsonb_build_object(
        'received_on', m.received_on, 'closed_on', m.closed_on, 'category', w.text, 'category_en', w.text_en,
        'finding', f.text, 'finding_en', f.text_en
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', m.resource, 'source_key', m.source_key)) as evidence
from matter as m
inner join word as w on w.category = m.detail ->> 'category'
left join finding as f on f.code = m.status
left join clearing as c on c.code = m.status
where f.code is null or (m.found_on <= :business_day and m.found_on + interval '24 months' > :business_day)
