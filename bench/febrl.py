"""How FEBRL 4 is linked: 5,000 made-up Australians, and each of them once more with mistakes.

Nothing here is official or Chinese: persons have given names, surnames, addresses and a number of seven digits. A scheme says how
they are found and compared; what the agreements weigh is learnt on the two tables, of which nobody says who is who.
"""

import math

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link import link
from transforms.link.learn import Key, compared, session
from transforms.link.model import Model, Weight
from transforms.link.scheme import Scheme

NAMES = ("given_name", "surname")
TEXTS = (*NAMES, "address_1", "address_2", "suburb")
COLUMNS = (*TEXTS, "soc_sec_id", "date_of_birth", "postcode", "street_number", "state")
SAMPLE = 500  # of each table, whose pairs say how often strangers agree

# What one column says may stand in the other.
_OTHER = {"given_name": "surname", "surname": "given_name", "address_1": "address_2", "address_2": "address_1"}
# Shared by strangers seldom enough: of five thousand, at most some dozens share any of these.
_FORMS = {
    "number": "m.soc_sec_id = r.soc_sec_id",
    "birth": "m.date_of_birth = r.date_of_birth",
    "name": "m.given_name = r.given_name and m.surname = r.surname",
    "names_swapped": "m.given_name = r.surname and m.surname = r.given_name",
    "surname_place": "m.surname = r.surname and m.postcode = r.postcode",
    "given_name_place": "m.given_name = r.given_name and m.suburb = r.suburb",
    "street": "m.address_1 = r.address_1 and m.street_number = r.street_number",
    "house": "m.address_2 = r.address_2 and m.postcode = r.postcode",
}
_BLOCKS = "create table block as " + " union all ".join(
    f"select m.source_key, m.mention_no, r.cadre_no, '{form}' as form from mention m join roster r on {shared}"
    for form, shared in _FORMS.items()
)


def _alike(column: str) -> str:
    """A letter or digit that is wrong, missing, too many or swapped with the next; of text also what is alike as a whole."""
    near = f"damerau_levenshtein(m.{column}, r.{column}) = 1"
    return f"({near} or jaro_winkler_similarity(m.{column}, r.{column}) >= 0.88)" if column in TEXTS else near


def _says(column: str) -> str:
    """What a column says where both sides have it."""
    codes = {"agrees": f"m.{column} = r.{column}", "alike": _alike(column)}
    if column in _OTHER:
        codes["swapped"] = f"m.{column} = r.{_OTHER[column]}"
    told = " ".join(f"when {condition} then '{says}'" for says, condition in codes.items())
    return f"case when m.{column} is null or r.{column} is null then null {told} else 'differs' end"


# Given name and surname are looked at one by one where they do not agree as a whole.
_COMPARED = f"""
create table compared as
with told as (
    select m.source_key, m.mention_no, r.cadre_no, m.given_name || ' ' || m.surname as whole_name, null::varchar as evidence,
           case m.given_name = r.given_name and m.surname = r.surname
                when true then 'agrees' when false then 'differs' end as name,
           {", ".join(f"{_says(column)} as {column}" for column in COLUMNS)}
    from pair p join mention m using (source_key, mention_no) join roster r on r.cadre_no = p.cadre_no
)
select * replace ({", ".join(f"if(name = 'agrees', null, {column}) as {column}" for column in NAMES)}) from told"""
_CANDIDATES = """
create table candidate as
select source_key, mention_no, cadre_no, 'number' as form, 'alike' as question,
       soc_sec_id = 'agrees' and (coalesce(name, '') = 'agrees' or coalesce(date_of_birth, '') = 'agrees') as decides
from compared"""


def _codes(column: str) -> tuple[str, ...]:
    return ("agrees", "alike", *["swapped"] * (column in _OTHER), "differs")


FEBRL = Scheme(
    recognisable=lambda mentions, *_: mentions,
    comparisons={"name": ("agrees", "differs")} | {column: _codes(column) for column in COLUMNS},
    blocks=(_BLOCKS,),
    compared=_COMPARED,
    candidates=_CANDIDATES,
    outright=("number",),
    by_name=("alike",),
)
_NOTHING = pa.table({"cadre_no": pa.array([], pa.string())})  # names and units are in the tables themselves

# Who shares two things at once is nearly always the same person.
_FOUND_TWICE = "select source_key, mention_no, cadre_no from block group by all having count(distinct form) > 1"
_STRANGERS = f"""
select source_key, mention_no, cadre_no
from (select source_key, mention_no from mention order by hash(source_key) limit {SAMPLE}) m,
     (select cadre_no from roster order by hash(cadre_no) limit {SAMPLE}) r
where (source_key, mention_no, cadre_no) not in ({_FOUND_TWICE})"""
_SHARING = "select distinct source_key, mention_no, cadre_no from block where form = '{form}'"
_SHARES = "select {of} as says, count(*) as pairs from pair where {of} is not null group by 1"


def learn(mentions: pa.Table, roster: pa.Table) -> Model:
    """A model of two tables, of which nobody says who is who, as `link_febrl` takes them.

    How often strangers agree is counted over a sample of pairs. How often a person agrees with himself is what Splink learns of
    pairs that share a birth date, and of birth dates, of pairs that share a number.
    """
    with Scratch(mention=mentions, roster=roster) as db:
        FEBRL.run(db, *FEBRL.blocks)
        strangers, of_birth, of_number = (
            compared(db, pairs, FEBRL) for pairs in (_STRANGERS, _SHARING.format(form="birth"), _SHARING.format(form="number"))
        )
        same = db.number(f"select count(*) from ({_FOUND_TWICE})")
    chance = _chance(strangers)
    told = session(of_birth, _without("date_of_birth"), chance)
    told |= {key: m_u for key, m_u in session(of_number, _without("soc_sec_id"), chance).items() if key[0] == "date_of_birth"}
    weights = tuple(Weight(of, says, told[of, says][0], chance[of, says]) for of, says in chance)
    base = math.log2(same / (len(mentions) * len(roster) - same))
    return Model(weights, {"": base}, {"": chance["name", "agrees"]})


def _chance(strangers: pa.Table) -> dict[Key, float]:
    """How often strangers say what of a comparison (Laplace's rule of succession)."""
    found = {}
    with Scratch(pair=strangers) as db:
        for of, codes in FEBRL.comparisons.items():
            seen = {row["says"]: row["pairs"] for row in db.table(_SHARES.format(of=of)).to_pylist()}
            every = sum(seen.values()) + len(codes)
            found |= {(of, says): (seen.get(says, 0) + 1) / every for says in codes}
    return found


def _without(column: str) -> dict[str, tuple[str, ...]]:
    return {of: codes for of, codes in FEBRL.comparisons.items() if of != column}


def link_febrl(mentions: pa.Table, roster: pa.Table) -> pa.Table:
    """Learn, link, and give the statements, of the form `link.STATEMENT`.

    Args:
        mentions: `source_key, mention_no`, and `COLUMNS`, all text, null where nothing is said.
        roster: `cadre_no`, and the same columns.
    """
    return link(mentions, roster, _NOTHING, _NOTHING, learn(mentions, roster), scheme=FEBRL)
