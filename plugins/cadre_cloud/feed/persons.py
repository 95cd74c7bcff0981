"""Persons whom records name, in the core: their mentions, as far as they may be officials, and the links."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed.judge import Judged
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import links, versions
from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.id_number import region_of
from transforms.mentions import MENTION, with_keys

_KEY = ["resource", "source_key", "mention_no"]
_SAID = [
    *("name", "id_masked", "sex", "age", "counted_on", "birth_year", "unit_name", "uscc"),
    *("post_title", "at_from", "at_to", "born_month"),
]
_COLUMNS = [*_KEY, "subject", *_SAID, "id_cipher", "id_lookup"]
_NUMBERS = {18: "id_number", 15: "id_old", 64: "id_hash"}  # by length: one column of the core holds whichever was sent


def known(warehouse: Warehouse, resource: str, cadre_nos: list[str]) -> pa.Table:
    """Mentions in the core that a machine's statement, or any on a relative, ties to some officials, of the form `MENTION`."""
    rows = warehouse.execute(
        f"select distinct m.source_key, m.mention_no, m.subject, m.id_cipher, {', '.join(f'm.{column}' for column in _SAID)} "
        "from core.mention m join core.link l using (resource, source_key, mention_no) where m.resource = %s "
        "and m.known_to is null and l.known_to is null and (l.decided_by = %s or l.family_no is not null) "
        "and l.cadre_no = any(%s) and l.verdict in ('same', 'undecided')",
        [resource, links.MACHINE, cadre_nos],
    ).fetchall()
    for row in rows:
        sealed, place = row.pop("id_cipher"), context(resource, row["source_key"], row["mention_no"])
        if sealed:
            number = vault().open_value(sealed, place)
            row[_NUMBERS[len(number)]] = number
    return with_keys(pa.Table.from_pylist(rows, schema=MENTION))


def write(warehouse: Warehouse, resource: str, judged: Judged, at: datetime, delivery_id: str) -> int:
    """Bring mentions and links up to what is held of them now; returns how many are newly held to be an official.

    In the temporary table `gone` stand then those of them that nobody on the roster is held, or asked, to be; what a person
    decided, be it `different`, is kept, so that it can be undone, unless it was `same` of somebody whom the record names no more.
    """
    _write_mentions(warehouse, resource, judged.named, at, delivery_id)
    found = links.write(warehouse, resource, judged.judged, judged.statements, judged.renamed, at, delivery_id)
    _stage_unheld(warehouse, resource, judged.judged)
    versions.end(warehouse, "mention", _KEY, at)
    return found


def _write_mentions(warehouse: Warehouse, resource: str, mentions: pa.Table, at: datetime, delivery_id: str) -> None:
    numbers = pc.coalesce(*(mentions[column] for column in _NUMBERS.values())).to_pylist()
    places = zip(mentions["source_key"].to_pylist(), mentions["mention_no"].to_pylist(), strict=True)
    contexts = [context(resource, key, number) for key, number in places]
    sealed = [n and vault().seal_value(n, context) for n, context in zip(numbers, contexts, strict=True)]
    kept = pc.coalesce(region_of(mentions["id_number"]), mentions["id_masked"])
    mentions = (
        mentions.set_column(mentions.column_names.index("id_masked"), "id_masked", kept)
        .append_column("resource", pa.repeat(resource, len(mentions)))
        .append_column("id_cipher", pa.array(sealed, pa.binary()))
        .append_column("id_lookup", pa.array([n and vault().lookup(n) for n in numbers], pa.binary()))
    )
    types = versions.column_types(warehouse, "mention")
    stage(warehouse, "incoming", mentions, {column: types[column] for column in _COLUMNS})
    versions.write(warehouse, "mention", _KEY, _COLUMNS, at, delivery_id, unlike=["id_cipher"])


def _stage_unheld(warehouse: Warehouse, resource: str, judged: pa.Table) -> None:
    stage(warehouse, "gone", judged.append_column("resource", pa.repeat(resource, len(judged))),
          {"resource": "text", "source_key": "text", "mention_no": "integer"})  # fmt: skip
    warehouse.execute(
        "delete from pg_temp.gone as g using core.link as l where l.resource = g.resource and l.source_key = g.source_key "
        "and l.mention_no = g.mention_no and l.known_to is null and l.verdict <> 'withdrawn'"
    )


def context(resource: str, source_key: str, mention_no: int) -> str:
    """What a mention's encrypted number is bound to."""
    return f"mention/{resource}/{source_key}/{mention_no}"
