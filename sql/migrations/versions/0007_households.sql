-- Officials who live in one household, and what they are to each other by what each is to its head: the words of the law on avoidance.
-- It corroborates what officials declare, and is no ground for anything by itself; of others in the household nothing is known here.
create view core.household_kin with (security_invoker) as
with kin (one, other, kind) as (
    values
    ('户主', '配偶', 'spouse'), ('父', '母', 'spouse'),
    ('户主', '子', 'lineal'), ('户主', '女', 'lineal'), ('户主', '父', 'lineal'), ('户主', '母', 'lineal'),
    ('配偶', '子', 'lineal'), ('配偶', '女', 'lineal'),
    ('父', '子', 'lineal'), ('父', '女', 'lineal'), ('母', '子', 'lineal'), ('母', '女', 'lineal'),
    ('父', '兄弟姐妹', 'lineal'), ('母', '兄弟姐妹', 'lineal'),
    ('户主', '兄弟姐妹', 'collateral'), ('兄弟姐妹', '兄弟姐妹', 'collateral'),
    ('子', '子', 'collateral'), ('子', '女', 'collateral'), ('女', '女', 'collateral'),
    ('兄弟姐妹', '子', 'collateral'), ('兄弟姐妹', '女', 'collateral'),
    ('配偶', '父', 'affine'), ('配偶', '母', 'affine'), ('配偶', '兄弟姐妹', 'affine')
),

member as (
    select cadre_no, source_key, detail ->> 'household_no' as household_no, status as relation, known_from
    from core.known_record
    where resource = 'population' and subject = 'self' and left_on is null
)

select
    a.cadre_no as cadre_a,
    b.cadre_no as cadre_b,
    k.kind,
    greatest(a.known_from, b.known_from) as known_from,
    jsonb_build_array(
        jsonb_build_object('resource', 'population', 'source_key', a.source_key),
        jsonb_build_object('resource', 'population', 'source_key', b.source_key)
    ) as evidence
from member as a
inner join member as b on a.household_no = b.household_no and a.cadre_no < b.cadre_no
inner join kin as k on (k.one = a.relation and k.other = b.relation) or (k.one = b.relation and k.other = a.relation);
