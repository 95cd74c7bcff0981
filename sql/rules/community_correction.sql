/*
rule: community_correction
title: 司法行政登记：社区矫正，或行政复议、应诉责任
title_en: 'Entered by the justice bureau: community correction, or answering for an authority''s case'
basis: 中华人民共和国社区矫正法 第二条；行政复议、行政应诉责任仅供参考
versions: [{version: 1}]
scope: everybody on the roster
severity: [context, attention]
one_per: record
after_office: true
explain: >-
  {% if is_correction %}{{ effective_from | date }}起接受社区矫正{% if ended_on %}，至{{ effective_until | date }}止{% else %}，司法行政部门未登记解除{% endif %}。请核实所依据的裁判以及任职、处分情况。
  {%- else %}{{ effective_from | date }}起，司法行政部门登记为{{ kind }}{% if ended_on %}，至{{ effective_until | date }}止{% endif %}。属履职责任信息，不代表违纪违法；仅供参考。{% endif %}
explain_en: >
  {% if is_correction %}In community correction since {{ effective_from }}{% if ended_on %}, until {{ effective_until }}{% else %}; the justice
  bureau has not ended it{% endif %}. Please check the judgment that it rests on, post and sanction.
  {% else %}The justice bureau has them as answering for {{ kind_en }} since {{ effective_from }}{% if ended_on %}, until
  {{ effective_until }}{% endif %}. It is no misconduct by itself; shown as context.{% endif %}
*/
with word (kind, text, text_en) as (
    values
    ('community_correction', '社区矫正', 'community correction'),
    ('review_liability', '行政复议被申请责任', 'a decision under administrative review'),
    ('litigation_liability', '行政应诉败诉责任', 'a lost administrative lawsuit')
),

liability as (
    select
        r.*,
        w.text,
        w.text_en,
        w.kind = 'community_correction' as is_correction,
        -- A correction goes on until it is ended; who answers for a case does so once, and nothing of it goes on.
        case
            when r.valid_to is not null or w.kind = 'community_correction' then r.valid_to
            else (r.valid_from + interval '24 months')::date
        end as until
    from core.known_record as r
    inner join word as w on w.kind = r.detail ->> 'kind'
    where r.resource = 'justice' and r.subject = 'self'
)

select
    l.cadre_no,
    l.source_key as matter,
    l.valid_from as effective_from,
    l.until as effective_until,
    l.occurred_on as evidence_on,
    false as void,  -- ended is the end of it
    case when l.is_correction then 'attention' else 'context' end as severity,
    jsonb_build_object(
        'kind', l.text, 'kind_en', l.text_en, 'is_correction', l.is_correction, 'ended_on', l.valid_to
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', l.resource, 'source_key', l.source_key)) as evidence
from liability as l
where l.valid_from <= :business_day and coalesce(l.until, 'infinity') > :business_day
