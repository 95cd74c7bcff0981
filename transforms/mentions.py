"""The persons that rows name, one row a mention."""

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract, Mention
from transforms.dates import months_between
from transforms.id_number import OLD_FORM, masked
from transforms.names import match_keys
from transforms.text import plain

MENTION = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string()),
    ("cadre_no", pa.string()), ("name", pa.string()), ("name_key", pa.string()), ("id_number", pa.string()),
    ("id_old", pa.string()), ("id_masked", pa.string()), ("id_hash", pa.string()), ("sex", pa.string()), ("age", pa.int64()),
    ("counted_on", pa.date32()), ("birth_year", pa.int64()), ("unit_name", pa.string()), ("unit_key", pa.string()),
    ("uscc", pa.string()), ("post_title", pa.string()), ("post_key", pa.string()), ("at_from", pa.date32()),
    ("at_to", pa.date32()), ("born_month", pa.date32()),
])  # fmt: skip
_PERSON = r"^[1-8]\d{16}[\dX]$"  # an enterprise's code can be all digits too, and begins with 9
NUMBERS = ("cadre_no", "id_number", "id_old", "id_masked", "id_hash")
_SEPARATORS = r"[、，,;；/\n]+"  # no spaces: they stand within names as well


def mentions_of(rows: pa.Table, contract: Contract) -> pa.Table:
    """Who the rows name: the contract's mentions, numbered from 1 in its order; several names in one cell are several.

    Args:
        rows: `source_key` (each once) and the contract's columns.
        contract: whose `mentions` say which column is what.

    Returns:
        A table of the form `MENTION`; a mention that says nothing of a person (no name, no number) is left out. Where there is
        a number, what `with_keys` makes is not there yet: most numbers are nobody's whom we know.
    """
    parts = [_mention(rows, number, mention) for number, mention in enumerate(contract.mentions, start=1)]
    every = pa.concat_tables(parts) if parts else MENTION.empty_table()
    bare = without_number(every)
    nameless = pc.is_null(match_keys(every["name"].filter(bare)))
    if not pc.any(nameless).as_py():
        return every
    return every.filter(pc.invert(pc.replace_with_mask(bare, bare, nameless)))


def without_number(mentions: pa.Table) -> pa.Array:
    """Which mentions come with a name alone, at most."""
    return reduce(pc.and_, (pc.is_null(mentions[column]) for column in NUMBERS)).combine_chunks()


def with_keys(mentions: pa.Table) -> pa.Table:
    """Mentions of the form `MENTION` with what they are compared by: match keys of names, units and posts, and masked numbers."""
    made = {
        "name_key": match_keys(mentions["name"]),
        "unit_key": match_keys(mentions["unit_name"]),
        "post_key": match_keys(mentions["post_title"]),
        "id_masked": pc.coalesce(masked(mentions["id_number"]), mentions["id_masked"]),
    }
    for name, values in made.items():
        mentions = mentions.set_column(MENTION.get_field_index(name), name, values)
    return mentions.cast(MENTION)


def _mention(rows: pa.Table, number: int, mention: Mention) -> pa.Table:
    rows = rows.select(_used(mention))
    for name, values in mention.when.items():
        rows = rows.filter(pc.is_in(rows[name], value_set=pa.array(values, pa.string())))

    def column(name: str | None) -> pa.Array | None:
        return rows[name] if name else None

    number_sent, age = column(mention.id_number), mention.age
    person, old = (_shaped(number_sent, form) for form in (_PERSON, OLD_FORM))
    at_from, at_to = _time(column(mention.at))
    said = {
        "source_key": rows["source_key"],
        "mention_no": pa.repeat(pa.scalar(number, pa.int32()), len(rows)),
        "subject": pa.repeat(mention.subject, len(rows)),
        "cadre_no": column(mention.cadre_no),
        "name": column(mention.name or mention.names),
        "id_number": person,
        "id_old": old,
        "id_masked": column(mention.id_masked),
        "id_hash": column(mention.id_hash),
        "sex": column(mention.sex),
        "age": column(age.of if age else None),
        "counted_on": column(age.counted_on if age else None),
        "birth_year": column(mention.birth_year) if mention.birth_year else mention.born_on and pc.year(rows[mention.born_on]),
        "unit_name": column(mention.unit_name),
        "uscc": column(mention.uscc),
        "post_title": column(mention.post),
        "at_from": at_from,
        "at_to": at_to,
        "born_month": column(mention.born_month),
    }
    named = pa.table({
        field.name: pa.nulls(len(rows), field.type) if said.get(field.name) is None else said[field.name].cast(field.type)
        for field in MENTION
    }, schema=MENTION)  # fmt: skip
    numbered = pc.is_valid(pc.coalesce(named["id_number"], named["id_old"]))
    if mention.subject == "relative":  # a name alone says too little of somebody who is no official
        named = named.filter(pc.invert(without_number(named)))
    elif mention.id_number and not mention.when:  # a number that is no person's, such as an enterprise's code, names no person
        named = named.filter(pc.or_(pc.is_null(number_sent), numbered))
    return _one_a_name(named) if mention.names else named


def _time(at: pa.ChunkedArray | None) -> tuple[pa.Array | None, pa.Array | None]:
    """The first and the last day of what a mention is about: a date, or months as text."""
    if at is None or pa.types.is_date32(at.type):
        return at, at
    return months_between(plain(at))


def _used(mention: Mention) -> list[str]:
    """The columns that say who somebody is."""
    age = [mention.age.of, mention.age.counted_on] if mention.age else []
    named = [column for word, column in mention if word not in ("subject", "among", "age", "when")]
    return sorted({"source_key", *filter(None, named), *age, *mention.when})


def _shaped(numbers: pa.Array | None, form: str) -> pa.Array | None:
    """Numbers of a form, null for others."""
    if numbers is None:
        return None
    return pc.if_else(pc.match_substring_regex(numbers, form), numbers, pa.scalar(None, pa.string()))


def _one_a_name(mentions: pa.Table) -> pa.Table:
    """Cells with several names as one mention each, numbered in their order."""
    lists = pc.split_pattern_regex(plain(pc.fill_null(mentions["name"], "")), _SEPARATORS)
    whole = lists.combine_chunks() if isinstance(lists, pa.ChunkedArray) else lists
    parents = pc.list_parent_indices(whole)
    names = pc.list_flatten(whole)
    starts = pc.take(whole.offsets, parents)
    places = pc.add(pc.subtract(pa.array(range(len(names)), pa.int32()), starts), 1)
    said = pc.if_else(pc.equal(names, ""), pa.scalar(None, pa.string()), names)
    every = mentions.take(parents)
    every = every.set_column(MENTION.get_field_index("mention_no"), "mention_no", places)
    return every.set_column(MENTION.get_field_index("name"), "name", said).cast(MENTION)
