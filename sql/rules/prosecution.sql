/*
rule: prosecution
title: 批准逮捕、审查起诉或提起公诉
title_en: Arrested, examined for charges, or charged
basis: 中华人民共和国刑事诉讼法 第十二条、第八十一条、第一百六十九条、第一百七十六条
versions: [{version: 1, from: 1997-01-01}]
scope: everybody on the roster
severity: attention
one_per: record
after_office: true
explain: >-
  涉嫌{{ offence }}一案（受案号{{ case_no }}），人民检察院于{{ effective_from | date }}{{ stage }}，尚无认定有罪的裁判，所涉问题未经证实；未经人民法院依法判决，对任何人都不得确定有罪。请核实进展。
explain_en: >
  Suspected of {{ offence }} in case {{ case_no }}, {{ stage_en }} on {{ effective_from }}; no court has found guilt, nothing is proven,
  and nobody is guilty before a court says so. Please check how it stands.
*/
with stage (code, text, text_en) as (
    values
    ('2', '批准逮捕', 'arrest approved'), ('3', '审查起诉', 'under examination for charges'), ('4', '提起公诉', 'charged')
),

procedure as (
    select
        r.*,
        s.text,
        s.text_en,
        -- 5 and 6 end a case in the person's favour; a stage put back to 1 was never reached.
        s.code is null as is_ended,
        (r.occurred_on + interval '24 months')::date as until
    from core.known_record as r
    left join stage as s on s.code = r.status
    where r.resource = 'procuratorate' and r.subject = 'self' and r.occurred_on <= :business_day
)

select
    p.cadre_no,
    p.source_key as matter,
    p.valid_from as effective_from,
    p.until as effective_until,
    p.occurred_on as evidence_on,
    p.is_ended as void,
    jsonb_build_object(
        'case_no', p.detail ->> 'case_no', 'offence', p.detail ->> 'offence', 'stage', p.text, 'stage_en', p.text_en
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', p.resource, 'source_key', p.source_key)) as evidence
from procedure as p
where p.is_ended or p.until > :business_day
