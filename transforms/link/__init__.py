"""Whose record it is: mentions and the roster in, statements out.

Only evidence that decides outright makes a link: the organization department's own number; a valid full identity number, of 18
digits or the 15 of before 2000, with a name that the official has or had; the hash of one with the family name and the birth
year; or a masked one with such a name, the sex and the age. Every other pair
that has something for it waits for a person, and is never more than a question: an enterprise's representative by a masked number
without an age, a name with a unit. What waits is ranked by how much speaks for it, so that a person begins with the likeliest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from transforms.duck import Scratch
from transforms.link.compare import compare
from transforms.link.posts import compare_posts
from transforms.link.words import CHINESE
from transforms.mentions import NUMBERS, with_keys, without_number

BY_NUMBER = "cadre_no"
STATEMENT = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("cadre_no", pa.string()),
    ("verdict", pa.string()), ("method", pa.string()), ("rank", pa.int32()), ("evidence", pa.string()),
    ("family_no", pa.string()),
])  # fmt: skip

MOST = 10  # of those who may be meant by one mention, the likeliest wait for a person
OUTRIGHT = ("cadre_no", "full_id", "old_id", "hashed_id", "masked_id")  # methods that decide by themselves


def link(mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table) -> pa.Table:
    """State which mentions are which officials.

    Args:
        mentions: of the form `mentions.MENTION`.
        roster: of the form that `roster.roster_table` gives, one row an official.
        names: `cadre_no, name_key`, present and former names.
        units: of the form `roster.ROSTER_UNIT`, present and former posts, their units under present and former names.

    Returns:
        A table of the form `STATEMENT`, none for a mention of nobody we know. `verdict` is `same`, at most once a
        mention, or `undecided`, once for each official who may be meant. `method` is the evidence: `cadre_no`, `full_id`,
        `old_id`, `hashed_id`, `masked_id`, or of what waits `full_id_other_name`, `old_id_other_name`, `hashed_id_other_name`,
        `masked_id_incomplete`, `name_sex_age`, `name_unit`, `several`. Of those who may be meant `rank` counts from 1, the
        likeliest, to `MOST`; `evidence` says of a `name_unit` what agrees and what does not. `family_no` is null: see
        `relatives.link_relatives`.
    """
    with candidates(recognisable(mentions, roster, names), roster, names, units) as db:
        db.run(_OUTRIGHT)
        return db.table(_STATEMENTS, most=MOST).cast(STATEMENT)


def may_concern(mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table) -> pa.Array:
    """Source keys of mentions with something for being one of these officials: a search for a few people."""
    with candidates(recognisable(mentions, roster, names), roster, names, units) as db:
        return db.table("select distinct source_key from candidate order by source_key")["source_key"]


@contextmanager
def candidates(mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table) -> Iterator[Scratch]:
    """A scratch with a table `candidate`: every pair of a mention and an official that has something for it."""
    with Scratch(mention=mentions, roster=roster, roster_name=names, roster_unit=units) as db:
        compare_posts(db, CHINESE)
        db.run(_BLOCKS)
        db.run(_PAIRS)
        compare(db, CHINESE.star)
        db.run(_CANDIDATES)
        yield db


def recognisable(mentions: pa.Table, roster: pa.Table, names: pa.Table) -> pa.Table:
    """The mentions that share a number with an official, or that have no number and share a name, with their keys.

    All others end here, before anything costly: of a department's rows a few in a hundred are left.
    """
    shared = [_is_among(mentions[form], roster[form]) for form in NUMBERS]
    told = with_keys(mentions.filter(reduce(pc.or_, [without_number(mentions), *shared])))
    outright = [_is_among(told[form], roster[form]) for form in NUMBERS if form != "id_masked"]
    starred = pc.fill_null(pc.match_substring(told["name_key"], CHINESE.star), False)
    return told.filter(reduce(pc.or_, [*outright, starred, _is_among(told["name_key"], names["name_key"])]))


def _is_among(values: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=others.combine_chunks(), skip_nulls=True)


# An official is looked for by number first; a name without any number only if no other official bears it, or with a unit.
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
select m.source_key, m.mention_no, any_value(n.cadre_no), 'name'
from mention m join roster_name n using (name_key)
where coalesce(m.id_number, m.id_old, m.id_hash, m.id_masked, m.cadre_no, m.unit_key, m.uscc) is null
group by m.source_key, m.mention_no having count(distinct n.cadre_no) = 1
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

_OUTRIGHT = """
create table outright as
select source_key, mention_no, any_value(cadre_no) as cadre_no, count(distinct cadre_no) as officials
from candidate where decides group by source_key, mention_no"""

# Where one official is meant outright, nobody else is asked about; where several are, no one of them is taken.
# The likeliest first: by a number, then by how much speaks for it.
_STATEMENTS = """
with stated as (
    select c.source_key, c.mention_no, c.cadre_no,
           case when o.officials = 1 then 'same' else 'undecided' end as verdict,
           case when o.officials = 1 then min(c.form) when o.officials > 1 then 'several' else min(c.question) end as method,
           any_value(n.score) as score, any_value(n.evidence) as evidence
    from candidate c left join outright o using (source_key, mention_no)
         left join by_post n on n.source_key = c.source_key and n.mention_no = c.mention_no and n.cadre_no = c.cadre_no
    where o.officials is null or (c.decides and (o.officials > 1 or c.cadre_no = o.cadre_no))
    group by c.source_key, c.mention_no, c.cadre_no, o.officials
),
ranked as (
    select *, row_number() over (partition by source_key, mention_no order by score desc nulls first, cadre_no) as place
    from stated
)
select source_key, mention_no, cadre_no, verdict, method, if(verdict = 'undecided', place, null) as rank, evidence,
       null as family_no
from ranked where place <= $most
order by source_key, mention_no, place"""
