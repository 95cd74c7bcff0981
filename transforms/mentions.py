"""The persons that rows name, one row a mention."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract, Mention
from transforms.id_number import OLD_FORM, masked
from transforms.names import match_keys
from transforms.text import plain

MENTION = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string()),
    ("cadre_no", pa.string()), ("name", pa.string()), ("name_key", pa.string()), ("id_number", pa.string()),
    ("id_old", pa.string()), ("id_masked", pa.string()), ("id_hash", pa.string()), ("sex", pa.string()), ("age", pa.int64()),
    ("counted_on", pa.date32()), ("birth_year", pa.int64()), ("unit_name", pa.string()), ("unit_key", pa.string()),
    ("uscc", pa.string()),
])  # fmt: skip
_PERSON = r"^[1-8]\d{16}[\dX]$"  # an enterprise's code can be all digits too, and begins with 9
_SEPARATORS = r"[、，,;；/\n]+"  # no spaces: they stand within names as well


def mentions_of(rows: pa.Table, contract: Contract) -> pa.Table:
    """Who the rows name: the contract's mentions, numbered from 1 in its order; several names in one cell are several.

    Args:
        rows: `source_key` (each once) and the contract's columns.
        contract: whose `mentions` say which column is what.

    Returns:
        A table of the form `MENTION`; a mention that says nothing of a person (no name, no number) is left out.
    """
    parts = [_mention(_concerned(rows, mention), number, mention) for number, mention in enumerate(contract.mentions, start=1)]
    every = pa.concat_tables(parts) if parts else MENTION.empty_table()
    said = pc.coalesce(*(every[column] for column in ("cadre_no", "name_key", "id_number", "id_old", "id_masked", "id_hash")))
    return every.filter(pc.is_valid(said))


def _concerned(rows: pa.Table, mention: Mention) -> pa.Table:
    """The rows in which a mention's conditions hold."""
    for column, values in mention.when.items():
        rows = rows.filter(pc.is_in(rows[column], value_set=pa.array(values, pa.string())))
    return rows


def _mention(rows: pa.Table, number: int, mention: Mention) -> pa.Table:
    def column(name: str | None, kind: pa.DataType) -> pa.Array:
        return rows[name].cast(kind) if name else pa.nulls(len(rows), kind)

    text, number_sent = pa.string(), column(mention.id_number, pa.string())
    person = pc.fill_null(pc.match_substring_regex(number_sent, _PERSON), False)
    old = pc.fill_null(pc.match_substring_regex(number_sent, OLD_FORM), False)
    null = pa.scalar(None, pa.string())
    id_number = pc.if_else(person, number_sent, null)
    age = mention.age
    named = pa.table({
        "source_key": rows["source_key"],
        "mention_no": pa.array([number] * len(rows), pa.int32()),
        "subject": pa.array([mention.subject] * len(rows), text),
        "cadre_no": column(mention.cadre_no, text),
        "name": column(mention.name or mention.names, text),
        "name_key": pa.nulls(len(rows), text),
        "id_number": id_number,
        "id_old": pc.if_else(old, number_sent, null),
        "id_masked": column(mention.id_masked, text) if mention.id_masked else masked(id_number),
        "id_hash": column(mention.id_hash, text),
        "sex": column(mention.sex, text),
        "age": column(age.of if age else None, pa.int64()),
        "counted_on": column(age.counted_on if age else None, pa.date32()),
        "birth_year": _birth_year(rows, mention),
        "unit_name": column(mention.unit_name, text),
        "unit_key": pa.nulls(len(rows), text),
        "uscc": column(mention.uscc, text),
    }, schema=MENTION)  # fmt: skip
    numbered = pc.or_(person, old)
    if mention.subject == "relative":  # a name alone says too little of somebody who is no official
        named = named.filter(numbered)
    elif mention.id_number and not mention.when:  # a number that is no person's, such as an enterprise's code, names no person
        named = named.filter(pc.or_(pc.is_null(number_sent), numbered))
    return with_keys(_one_a_name(named) if mention.names else named)


def _birth_year(rows: pa.Table, mention: Mention) -> pa.Array:
    if mention.birth_year:
        return rows[mention.birth_year].cast(pa.int64())
    return pc.year(rows[mention.born_on]) if mention.born_on else pa.nulls(len(rows), pa.int64())


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


def with_keys(mentions: pa.Table) -> pa.Table:
    """Mentions of the form `MENTION` with the match keys of their names and units."""
    for key, said in (("name_key", "name"), ("unit_key", "unit_name")):
        mentions = mentions.set_column(MENTION.get_field_index(key), key, match_keys(mentions[said]))
    return mentions.cast(MENTION)
