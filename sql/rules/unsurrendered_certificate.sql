/*
rule: unsurrendered_certificate
title: 出入境证件未上交集中保管
title_en: Exit-entry certificate not surrendered
basis: 领导干部出入境证件集中保管有关规定
versions: [{version: 1}]
scope: everybody on the roster
severity: notice
one_per: record
explain: >-
  {{ effective_from | date }}签发的{{ certificate }}，出入境管理部门登记为未上交集中保管{% if is_dated %}，有效期至{{ effective_until | date }}{% else %}，未注明有效期，最长至{{ effective_until | date }}{% endif %}。请核实是否已上交、注销或经批准领用。
explain_en: >
  The exit-entry administration has a {{ certificate_en }} issued on {{ effective_from }} as not surrendered for safekeeping;
  {% if is_dated %}valid until {{ effective_until }}{% else %}until when it is valid is not said, {{ effective_until }} at the latest{% endif %}.
  Please check whether it was surrendered, cancelled or handed out with approval.
*/
with word (term, text) as (
    values ('passport', '普通护照'), ('hong_kong_macao_permit', '往来港澳通行证'), ('taiwan_permit', '往来台湾通行证')
),

certificate as (
    select
        r.*,
        w.text,
        -- No such certificate is valid for more than ten years (护照法 7): one of which nobody says until when is over by then.
        coalesce(r.valid_to, (r.valid_from + interval '10 years')::date) as until
    from core.known_record as r
    inner join word as w on w.term = r.detail ->> 'certificate'
    where r.resource = 'exit_entry' and r.subject = 'self'
)

select
    c.cadre_no,
    c.source_key as matter,
    c.valid_from as effective_from,
    c.until as effective_until,
    c.occurred_on as evidence_on,
    false as void,  -- surrendered or expired is the end of it
    jsonb_build_object(
        'certificate', c.text, 'certificate_en', replace(c.detail ->> 'certificate', '_', ' '), 'is_dated', c.valid_to is not null
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', c.resource, 'source_key', c.source_key)) as evidence
from certificate as c
where c.status = '0' and c.valid_from <= :business_day and c.until > :business_day
