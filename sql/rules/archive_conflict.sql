/*
rule: archive_conflict
title: 档案信息与干部信息不一致待核
title_en: Archive and record disagree
basis: 干部人事档案工作条例；关于完善干部人事档案材料的通知
versions: [{version: 1}]
scope: everybody on the roster whose archive's audit is pending; a month that is not on file on one side disagrees with nothing
severity: notice
one_per: record
explain: >-
  干部人事档案（{{ archive_no }}）记载的{{ matters }}与干部基本信息不一致，审核结论为待核。请查核原始材料，按程序认定。
explain_en: >
  The personnel archive {{ archive_no }} and the record disagree about {{ matters_en }}, and the audit is pending. Please check the original
  papers; which of them is right is for the competent authority to say.
*/
with month as (
    select
        c.cadre_no,
        to_date(left(c.born_on, 6), 'YYYYMM') as born_month,
        date_trunc('month', c.work_started_on)::date as work_month,
        date_trunc('month', c.party_joined_on)::date as party_month
    from core.held_official as c
),

compared as (
    select
        a.*,
        array_remove(array[
            case when a.born_month <> m.born_month then '出生时间' end,
            case when a.work_month <> m.work_month then '参加工作时间' end,
            case when a.party_month <> m.party_month then '入党时间' end
        ], null) as matters,
        array_remove(array[
            case when a.born_month <> m.born_month then 'the month of birth' end,
            case when a.work_month <> m.work_month then 'the month in which work began' end,
            case when a.party_month <> m.party_month then 'the month of joining the Party' end
        ], null) as matters_en
    from core.held_archive as a
    inner join month as m on a.cadre_no = m.cadre_no
    where a.audit_result = 'pending'
)

select
    c.cadre_no,
    c.archive_no as matter,
    (c.known_from at time zone 'Asia/Shanghai')::date as effective_from,
    null::date as effective_until,
    :business_day::date as evidence_on,  -- it is open as long as both say what they say
    false as void,  -- the audit's end, or a correction of either side, is the end of it
    jsonb_build_object(
        'archive_no', c.archive_no, 'matters', array_to_string(c.matters, '、'), 'matters_en', array_to_string(c.matters_en, ', ')
    ) as facts,
    jsonb_build_array(
        jsonb_build_object('resource', 'archive', 'source_key', c.archive_no),
        jsonb_build_object('resource', 'personnel', 'source_key', c.cadre_no)
    ) as evidence
from compared as c
where cardinality(c.matters) > 0
