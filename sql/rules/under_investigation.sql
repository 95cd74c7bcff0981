/*
rule: under_investigation
title: 正在接受立案审查调查
title_en: Under formal investigation
basis: 公务员法；监察法
versions: [{version: 1, from: 2006-01-01}]
scope: everybody on the roster
severity: attention
one_per: record
after_office: true
explain: '{{ authority }}于{{ effective_from | date }}决定立案审查调查，尚无结论，所涉问题未经证实。请核实进展。'
explain_en: >
  {{ authority }} opened a formal investigation on {{ effective_from }}; there is no decision, and nothing is proven.
  Please check how it stands.
*/
with decision as (
    select
        cadre_no, resource, source_key, status, occurred_on,
        detail ->> 'measure' as measure,
        detail ->> 'authority' as authority
    from core.known_record
    where resource = 'discipline' and subject = 'self'
),

-- Decisions that a revocation or clarification names, whomever that is linked to; or that say of themselves that they are undone.
undone as (
    select normalize(btrim(detail ->> 'replaces'), nfkc) as source_key
    from core.held_record
    where resource = 'discipline' and status in ('3', '4') and detail ->> 'replaces' <> ''
    union
    select source_key from core.held_record where resource = 'discipline' and status in ('3', '4')
)

select
    d.cadre_no,
    d.source_key as matter,
    d.occurred_on as effective_from,
    null::date as effective_until,
    d.occurred_on as evidence_on,
    d.source_key in (select u.source_key from undone as u) as void,
    jsonb_build_object('authority', d.authority) as facts,
    jsonb_build_array(jsonb_build_object('resource', d.resource, 'source_key', d.source_key)) as evidence
from decision as d
where
    d.measure = '41'
    and d.occurred_on <= :business_day
    and (
        d.source_key in (select u.source_key from undone as u)
        or not exists (
            select from decision as later
            where
                later.cadre_no = d.cadre_no and later.authority = d.authority and later.measure <> '41'
                and later.status in ('1', '2')
                and later.occurred_on >= d.occurred_on
        )
    )
