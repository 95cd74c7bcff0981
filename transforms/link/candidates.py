"""Pairs of a mention and an official that have something for them: no other pair is ever looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from transforms.duck import Scratch
from transforms.link.compare import compare
from transforms.link.posts import compare_posts
from transforms.link.words import CHINESE, Words
from transforms.mentions import NUMBERS, with_keys, without_number

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
_PAIRS = "create view pair as select distinct source_key, mention_no, cadre_no from block"

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


@contextmanager
def candidates(
    mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table, words: Words = CHINESE
) -> Iterator[Scratch]:
    """A scratch with `candidate`, every pair of a mention and an official that has something for it, and `compared`."""
    with Scratch(mention=mentions, roster=roster, roster_name=names, roster_unit=units) as db:
        compare_posts(db, words)
        db.run(_BLOCKS)
        db.run(_PAIRS)
        compare(db, words.star)
        db.run(_CANDIDATES)
        yield db


def recognisable(mentions: pa.Table, roster: pa.Table, names: pa.Table, words: Words = CHINESE) -> pa.Table:
    """The mentions that share a number with an official, or that have no number and share a name, with their keys.

    All others end here, before anything costly: of a department's rows a few in a hundred are left.
    """
    shared = [_is_among(mentions[form], roster[form]) for form in NUMBERS]
    told = with_keys(mentions.filter(reduce(pc.or_, [without_number(mentions), *shared])))
    outright = [_is_among(told[form], roster[form]) for form in NUMBERS if form != "id_masked"]
    starred = pc.fill_null(pc.match_substring(told["name_key"], words.star), False)
    return told.filter(reduce(pc.or_, [*outright, starred, _is_among(told["name_key"], names["name_key"])]))


def may_concern(mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table) -> pa.Array:
    """Source keys of mentions with something for being one of these officials: a search for a few people."""
    with candidates(recognisable(mentions, roster, names), roster, names, units) as db:
        return db.table("select distinct source_key from candidate order by source_key")["source_key"]


def _is_among(values: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=others.combine_chunks(), skip_nulls=True)
