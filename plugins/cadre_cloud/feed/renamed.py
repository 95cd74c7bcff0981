"""Mentions that a person decided to be an official, and in which a row names somebody else by now."""

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import links
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row
from transforms.names import match_keys

_PLACE = ["source_key", "mention_no"]
_DECIDED = pa.schema([
    *links.PAIR, ("name", pa.string()), ("id_lookup", pa.binary()), ("id_masked", pa.string()),
])  # fmt: skip


def decided(warehouse: Warehouse, resource: str) -> pa.Table:
    """The mentions that a person decided to be an official: which one, and what the core holds of who is named."""
    rows = warehouse.execute(
        "select source_key, mention_no, l.cadre_no, m.name, m.id_lookup, m.id_masked "
        "from core.link l join core.mention m using (resource, source_key, mention_no) where l.resource = %s "
        "and l.known_to is null and m.known_to is null and l.verdict = 'same' and l.decided_by <> %s",
        [resource, links.MACHINE],
    ).fetchall()
    held = pa.Table.from_pylist(rows, schema=_DECIDED)
    return held.append_column("name_key", match_keys(held["name"]))


def renamed(held: pa.Table, rows: pa.Table, mentions: pa.Table) -> pa.Table:
    """Of what `decided` gives, the pairs of mentions in which rows now name somebody else, or nobody.

    Args:
        held: what `decided` gives.
        rows: with `source_key`; what they do not bring is left alone.
        mentions: all that these rows name, of the form `MENTION`.
    """
    held = held.filter(pc.is_in(held["source_key"], value_set=rows["source_key"].combine_chunks()))
    now = mentions.join(held.select(_PLACE), _PLACE, join_type="left semi").to_pylist()
    named = {(mention["source_key"], mention["mention_no"]): mention for mention in now}
    others = [row for row in held.to_pylist() if _is_another(row, named.get((row["source_key"], row["mention_no"])))]
    return pa.Table.from_pylist(others, schema=links.PAIR)


def _is_another(held: Row, mention: Row | None) -> bool:
    """Whether a name or a number is said that is not the held one; one that is left out is no other."""
    if mention is None:
        return True
    number = mention["id_number"] or mention["id_old"] or mention["id_hash"]
    told = {"id_lookup": vault().lookup(number)} if number else {"id_masked": mention["id_masked"]}
    said = told | {"name_key": mention["name_key"]}
    return any(value is not None and value != held[name] for name, value in said.items())
