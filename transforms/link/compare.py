"""What of a mention and an official agrees, and what does not: one code a comparison, null where either says nothing of it."""

# Of each comparison what it can say, the most alike first; the last one is whatever is none of the others.
COMPARISONS = {
    "number": ("agrees", "differs"),
    "masked_number": ("agrees", "differs"),
    "name": ("agrees", "differs"),
    "family_name": ("agrees", "differs"),
    "sex": ("agrees", "differs"),
    "age": ("agrees", "near", "differs"),
    "birth_year": ("agrees", "differs"),
    "birth_month": ("agrees", "near", "differs"),
    "unit": ("then", "undated", "before_or_after", "alike", "differs"),
    "post": ("agrees", "agrees_in_part", "differs"),
}


def _says(fits: str) -> str:
    return f"case {fits} when true then 'agrees' when false then 'differs' end"


# Makes the table `compared` out of `pair`, in a scratch with `by_post`.
# An age is in completed years. A year or two off may have been counted otherwise or mistyped; so may a month of the same year.
# A starred name is its family name: what stands before the first star.
COMPARED = f"""
create table compared as
with known as (
    select p.source_key, p.mention_no, p.cadre_no, m.name_key, m.sex as told_sex, r.sex, r.born_on, m.birth_year as told_year,
           m.born_month as told_month, m.age - date_sub('year', r.born_on, m.counted_on) as years_off,
           split_part(m.name_key, $star, 1) as family, coalesce(contains(m.name_key, $star), false) as is_starred,
           case when m.id_number is not null then coalesce(m.id_number = r.id_number, false)
                when m.id_old is not null then coalesce(m.id_old = r.id_old, false)
                when m.id_hash is not null then coalesce(m.id_hash = r.id_hash, false) end as has_number,
           if(coalesce(m.id_number, m.id_old, m.id_hash) is null, m.id_masked = r.id_masked, null) as has_masked
    from pair p join mention m on m.source_key = p.source_key and m.mention_no = p.mention_no
         join roster r on r.cadre_no = p.cadre_no
)
select k.source_key, k.mention_no, k.cadre_no, if(is_starred, null, name_key) as whole_name,
       {_says("has_number")} as number,
       {_says("has_masked")} as masked_number,
       if(is_starred or name_key is null, null, if(exists (
           select 1 from roster_name n where n.cadre_no = k.cadre_no and n.name_key = k.name_key), 'agrees', 'differs')) as name,
       if(is_starred, if(family <> '' and exists (
           select 1 from roster_name n where n.cadre_no = k.cadre_no and starts_with(n.name_key, k.family)),
           'agrees', 'differs'), null) as family_name,
       {_says("told_sex = k.sex")} as sex,
       case when years_off = 0 then 'agrees' when abs(years_off) <= 2 then 'near' when years_off <> 0 then 'differs' end as age,
       {_says("told_year = year(born_on)")} as birth_year,
       case when told_month = date_trunc('month', born_on) then 'agrees' when year(told_month) = year(born_on) then 'near'
            when told_month is not null and born_on is not null then 'differs' end as birth_month,
       b.unit, nullif(b.post, 'unknown') as post, b.evidence
from known k left join by_post b on b.source_key = k.source_key and b.mention_no = k.mention_no and b.cadre_no = k.cadre_no"""
