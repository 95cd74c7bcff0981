/*
rule: weak_assessment
title: 年度考核基本称职或不称职
title_en: Weak yearly grade
basis: 中华人民共和国公务员法 第八十八条；党政领导干部选拔任用工作条例 第二十四条
versions: [{version: 1}]
scope: everybody on the roster, by the newest grade of theirs; one that is more than 24 months old says nothing any more
severity: [notice, attention]
one_per: matter
explain: >-
  {{ year }}年度考核{% if is_twice %}及上一年度考核均{% endif %}确定为{{ grade }}等次，请结合实际情况核实并研究。{% if is_twice %}连续两年不称职的，依法应予辞退，须由有权机关决定。{% endif %}
explain_en: >
  The grade for {{ year }}{% if is_twice %} and that for the year before{% endif %} is {{ grade_en }}. Please look into it.
  {% if is_twice %}After two years running the law provides for dismissal, which only the competent authority decides.{% endif %}
*/
with graded as (
    select
        a.*,
        -- Twice running is two years one after the other: a year that was not graded lies between.
        coalesce(a.grade = '4' and b.grade = '4', false) as is_twice,
        b.source_key as key_before,
        row_number() over (partition by a.cadre_no order by a.year desc) as place
    from core.held_assessment as a
    left join core.held_assessment as b on a.cadre_no = b.cadre_no and b.year = a.year - 1
)

select
    g.cadre_no,
    g.year::text as matter,
    make_date(g.year + 1, 1, 1) as effective_from,
    make_date(g.year + 3, 1, 1) as effective_until,
    make_date(g.year, 12, 31) as evidence_on,
    g.grade not in ('3', '4') as void,  -- the year's grade was put right: what was said of it should not have stood
    case when g.is_twice then 'attention' else 'notice' end as severity,
    jsonb_build_object(
        'year', g.year, 'is_twice', g.is_twice, 'grade', case g.grade when '3' then '基本称职' else '不称职' end,
        'grade_en', case g.grade when '3' then 'basically competent' else 'incompetent' end
    ) as facts,
    jsonb_build_array(jsonb_build_object('resource', 'assessment', 'source_key', g.source_key))
    || case
        when g.is_twice then jsonb_build_array(jsonb_build_object('resource', 'assessment', 'source_key', g.key_before))
        else '[]'
    end as evidence
from graded as g
where g.place = 1 and g.year < extract(year from :business_day) and make_date(g.year + 3, 1, 1) > :business_day
