/*
rule: illegal_land_use
title: 名下土地标注为违法用地
title_en: Land in their name marked as used unlawfully
basis: 中华人民共和国土地管理法 第七章 法律责任
versions: [{version: 1}]
scope: everybody on the roster
severity: attention
one_per: record
explain: 自然资源部门将其名下不动产单元{{ property_no }}{% if use %}（{{ use }}）{% endif %}{% if area %}{{ area | money }}平方米{% endif %}标注为违法用地，{{ effective_from | date }}登记{% if is_shared %}，与他人共有{% endif %}；责任以主管部门的决定为准。请核实整改情况。
explain_en: >
  The land department marks property {{ property_no }}{% if area %}, {{ area | money }} m²{% endif %}{% if use_en %}, {{ use_en }}{% endif %}, registered in
  their name on {{ effective_from }}{% if is_shared %} with others{% endif %}, as used unlawfully; who answers for it is for the department to decide.
  Please check how it is set right.
*/
with word (land_use, text) as (
    values ('residential', '住宅'), ('commercial', '商业'), ('industrial', '工业'), ('homestead', '宅基地')
)

select
    r.cadre_no,
    r.source_key as matter,
    r.valid_from as effective_from,
    null::date as effective_until,
    r.occurred_on as evidence_on,
    false as void,  -- another status, or gone from the register, is the end of it
    jsonb_build_object(
        'property_no', r.detail ->> 'property_no', 'use', w.text, 'use_en', r.detail ->> 'land_use', 'area', r.detail ->> 'area_m2',
        'is_shared', coalesce(r.detail ->> 'shared' <> 'sole', false)
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key)) as evidence
from core.known_record as r
left join word as w on w.land_use = r.detail ->> 'land_use'
where r.resource = 'land' and r.subject = 'self' and r.status = 'unlawful' and r.left_on is null
