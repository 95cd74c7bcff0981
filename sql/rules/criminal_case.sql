/*
rule: criminal_case
title: 刑事案件被告人
title_en: Accused in a criminal case
basis: 中华人民共和国刑事诉讼法 第十二条；公职人员政务处分法 第十四条
versions: [{version: 1, from: 1997-01-01}]
scope: everybody on the roster
severity: [attention, serious]
one_per: record
after_office: true
explain: >-
  在{{ case_no }}刑事案件{% if cause %}（{{ cause }}）{% endif %}中为被告人，{% if is_guilty -%}
  人民法院{% if closed_on %}于{{ closed_on | date }}{% endif %}认定有罪{% if is_exempt %}，免予刑事处罚{% endif %}，适用公职人员政务处分法第十四条。请核实处分和任职情况。
  {%- else -%}
  {{ effective_from | date }}立案，尚无认定有罪的裁判，所涉问题未经证实；未经人民法院依法判决，对任何人都不得确定有罪。请核实进展。
  {%- endif %}
explain_en: >
  Accused in criminal case {{ case_no }}{% if cause %} ({{ cause }}){% endif %}{% if is_guilty %} and found guilty
  {% if closed_on %}on {{ closed_on }}{% endif %}{% if is_exempt %}, exempt from punishment{% endif %}; article 14 of the law on
  administrative sanctions applies. Please check sanction and post.{% else %}, filed on {{ effective_from }}; no court has found guilt,
  nothing is proven, and nobody is guilty before a court says so. Please check how it stands.{% endif %}
*/
with party as (
    select
        *,
        split_part(source_key, '|', 1) as case_no,
        coalesce(detail ->> 'outcome', '') as outcome,
        detail ->> 'party_role' = 'accused' and detail ->> 'case_type' = 'criminal' as is_accused
    from core.known_record
    where resource = 'court' and subject = 'self'
),

-- An acquittal or the charge's withdrawal clears all that the case says of the person. Outcomes are free text.
judged as (
    select
        *,
        bool_or(is_accused and outcome ~ '无罪|不构成犯罪|不负刑事责任|撤回起诉|撤诉' and outcome !~ '不准')
            over (partition by cadre_no, case_no) as is_cleared,
        outcome ~ '有罪|罪成立|判处|免[予于除].*[处刑]罚|徒刑|死刑|拘役|管制|缓刑|罚金|剥夺政治权利' and outcome !~ '发回重审' as is_guilty,
        (valid_to + interval '24 months')::date as until
    from party
)

select
    j.cadre_no,
    j.source_key as matter,
    j.valid_from as effective_from,
    j.until as effective_until,
    j.occurred_on as evidence_on,
    not j.is_accused or j.is_cleared as void,
    case when j.is_guilty then 'serious' else 'attention' end as severity,
    jsonb_build_object(
        'case_no', j.detail ->> 'case_no', 'cause', j.detail ->> 'cause', 'closed_on', j.detail ->> 'closed_on',
        'is_guilty', j.is_guilty, 'is_exempt', j.outcome ~ '免[予于除].*[处刑]罚'
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', j.resource, 'source_key', j.source_key)) as evidence
from judged as j
where
    not j.is_accused
    or j.is_cleared
    or (
        coalesce(j.until, 'infinity') > :business_day
        and (j.is_guilty or j.left_on is null)  -- what is unproven ends where the case leaves the snapshot
    )
