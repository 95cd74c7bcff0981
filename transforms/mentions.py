"""The persons that rows name, one row a mention."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract, Mention
from transforms.id_number import born_on, masked
from transforms.names import match_keys

MENTION = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string()),
    ("cadre_no", pa.string()), ("name", pa.string()), ("name_key", pa.string()), ("id_number", pa.string()),
    ("id_masked", pa.string()), ("sex", pa.string()), ("age", pa.int64()), ("counted_on", pa.date32()),
])  # fmt: skip
ROSTER_NAME = pa.schema([("cadre_no", pa.string()), ("name_key", pa.string())])


def mentions_of(rows: pa.Table, contract: Contract) -> pa.Table:
    """Who the rows name: the contract's mentions, numbered from 1 in its order.

    Args:
        rows: `source_key` (each once) and the contract's columns.
        contract: whose `mentions` say which column is what.

    Returns:
        A table of the form `MENTION`; a mention that says nothing of a person (no name, no number) is left out.
    """
    parts = [_mention(rows, number, mention) for number, mention in enumerate(contract.mentions, start=1)]
    every = pa.concat_tables(parts) if parts else MENTION.empty_table()
    return _saying_something(every)


def _mention(rows: pa.Table, number: int, mention: Mention) -> pa.Table:
    def column(name: str | None, kind: pa.DataType) -> pa.Array:
        return rows[name].cast(kind) if name else pa.nulls(len(rows), kind)

    name = column(mention.name, pa.string())
    id_number = column(mention.id_number, pa.string())
    age = mention.age
    return pa.table({
        "source_key": rows["source_key"],
        "mention_no": pa.array([number] * len(rows), pa.int32()),
        "subject": pa.array([mention.subject] * len(rows), pa.string()),
        "cadre_no": column(mention.cadre_no, pa.string()),
        "name": name,
        "name_key": match_keys(name),
        "id_number": id_number,
        "id_masked": column(mention.id_masked, pa.string()) if mention.id_masked else masked(id_number),
        "sex": column(mention.sex, pa.string()),
        "age": column(age.of if age else None, pa.int64()),
        "counted_on": column(age.counted_on if age else None, pa.date32()),
    }, schema=MENTION)  # fmt: skip


def _saying_something(mentions: pa.Table) -> pa.Table:
    said = pc.coalesce(mentions["cadre_no"], mentions["name_key"], mentions["id_number"], mentions["id_masked"])
    return mentions.filter(pc.is_valid(said))


def roster_table(cadres: pa.Table) -> pa.Table:
    """Officials as linking wants them: `cadre_no, id_number, id_masked, sex, born_on`.

    Args:
        cadres: `cadre_no, id_number` (18 digits, valid), `sex` (male or female).
    """
    return pa.table({
        "cadre_no": cadres["cadre_no"],
        "id_number": cadres["id_number"],
        "id_masked": masked(cadres["id_number"]),
        "sex": cadres["sex"],
        "born_on": born_on(cadres["id_number"]),
    })  # fmt: skip


def roster_names(names: pa.Table) -> pa.Table:
    """The match keys of every name an official has or had: `cadre_no, name_key`, each once.

    Args:
        names: `cadre_no, name`, present and former.
    """
    keyed = pa.table({"cadre_no": names["cadre_no"], "name_key": match_keys(names["name"])}, schema=ROSTER_NAME)
    return keyed.group_by(["cadre_no", "name_key"]).aggregate([]).cast(ROSTER_NAME)
