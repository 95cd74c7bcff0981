"""How officials of a Chinese city are found, compared and recognised: what is particular to their names, units and numbers.

What decides outright: the organization department's own number; a valid full identity number, of 18 digits or the 15 of before
2000, with a name that the official has or had; the hash of one with the family name and the birth year; or a masked one with such
a name, the sex and the age. What is a question: an enterprise's representative by a masked number without an age, a name with a
unit, and a number with another name.
"""

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from transforms.link.compare import COMPARED, COMPARISONS
from transforms.link.posts import BY_POST
from transforms.link.scheme import Scheme
from transforms.mentions import NUMBERS, with_keys, without_number

STAR = "*"  # stands for what is left out of a name, behind the family name
OUTRIGHT = ("cadre_no", "full_id", "old_id", "hashed_id", "masked_id")  # methods that decide by themselves
BY_NAME = ("name_unit", "name_sex_age")  # methods without a number
MAY_LINK = (*BY_NAME, "masked_id_incomplete")  # which a city may let link by their probability

# An official is looked for by number first, by name only where there is none.
_BLOCKS = """
create table block as
select m.source_key, m.mention_no, r.cadre_no, 'cadre_no' as form
from mention m join roster r using (cadre_no)
union all
select m.source_key, m.mention_no, r.cadre_no, 'full_id'
from mention m join roster r on m.id_number = r.id_number
union all
select m.source_key, m.mention_no, r.cadre_no, 'old_id'
from mention m join roster r on m.id_old = r.id_old
union all
select m.source_key, m.mention_no, r.cadre_no, 'hashed_id'
from mention m join roster r on m.id_hash = r.id_hash
union all
select m.source_key, m.mention_no, r.cadre_no, 'masked_id'
from mention m join roster r on m.id_masked = r.id_masked and m.id_number is null
union all
select m.source_key, m.mention_no, n.cadre_no, 'name'
from mention m join roster_name n using (name_key)
where m.age is not null
  and coalesce(m.id_number, m.id_old, m.id_hash, m.id_masked, m.cadre_no, m.unit_key, m.uscc) is null
union all
select source_key, mention_no, cadre_no, 'name_unit' from by_post where is_sign"""

# An age decides in completed years alone. A year or two off is a question: a namesake of the same region and last digits may
# also just be a year older. A representative comes with a masked number and a name, and no age: the number and the post that it
# holds decide nothing more. A starred name beside a masked number is too little.
_CANDIDATES = """
create table candidate as
with told as (
    select b.form, c.*, coalesce(name, family_name, '') = 'agrees' as name_agrees, coalesce(sex, 'agrees') = 'agrees' as sex_fits,
           coalesce(birth_year, '') = 'agrees' as year_agrees, coalesce(age, '') = 'agrees' as age_agrees
    from block b join compared c using (source_key, mention_no, cadre_no)
)
select source_key, mention_no, cadre_no, form,
       form = 'cadre_no' or (form in ('full_id', 'old_id') and name_agrees)
       or (form = 'hashed_id' and name_agrees and year_agrees)
       or (form = 'masked_id' and coalesce(name, '') = 'agrees' and sex_fits and (age_agrees or year_agrees)) as decides,
       case form when 'masked_id' then 'masked_id_incomplete' when 'name' then 'name_sex_age' when 'name_unit' then form
                 else form || '_other_name' end as question
from told
where form in ('cadre_no', 'full_id', 'old_id', 'hashed_id', 'name_unit')
   or (form = 'masked_id' and name_agrees and sex_fits and (coalesce(age, 'near') <> 'differs' or year_agrees))
   or (form = 'name' and coalesce(sex, '') = 'agrees' and age_agrees)"""


def recognisable(mentions: pa.Table, roster: pa.Table, names: pa.Table) -> pa.Table:
    """The mentions that share a number with an official, or that have no number and share a name, with their keys.

    All others end here, before anything costly: of a department's rows a few in a hundred are left.
    """
    shared = [_is_among(mentions[form], roster[form]) for form in NUMBERS]
    told = with_keys(mentions.filter(reduce(pc.or_, [without_number(mentions), *shared])))
    outright = [_is_among(told[form], roster[form]) for form in NUMBERS if form != "id_masked"]
    starred = pc.fill_null(pc.match_substring(told["name_key"], STAR), False)
    return told.filter(reduce(pc.or_, [*outright, starred, _is_among(told["name_key"], names["name_key"])]))


def _is_among(values: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=others.combine_chunks(), skip_nulls=True)


# region_ends: a regular expression of how the name of a region ends which may stand before a unit's own name. deputy: stands
# before a post and makes it another one. separators: a regular expression of what stands between several posts.
OFFICIALS = Scheme(
    recognisable=recognisable,
    comparisons=COMPARISONS,
    blocks=(BY_POST, _BLOCKS),
    compared=COMPARED,
    candidates=_CANDIDATES,
    outright=OUTRIGHT,
    by_name=BY_NAME,
    words={"star": STAR, "region_ends": "[市州盟]$", "deputy": "副", "separators": "[、,;/\n]"},
)
