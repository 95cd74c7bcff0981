"""Rows about officials on their way into the core: records, mentions and links."""

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud import links, versions
from cadre_cloud.feed.read import Rows
from cadre_cloud.roster import Roster
from cadre_cloud.vault import vault
from cadre_cloud.warehouse import Warehouse, stage
from transforms.contract import Contract
from transforms.link import link
from transforms.mentions import MENTION, mentions_of
from transforms.records import originals_of, records_of

RECORD_KEY = ["resource", "source_key"]
RECORD = [*RECORD_KEY, "occurred_on", "status", "summary", "detail", "original", "valid_from", "valid_to"]
_MENTION_KEY = [*RECORD_KEY, "mention_no"]
_MENTION = [*_MENTION_KEY, "subject", "name", "id_cipher", "id_lookup", "id_masked", "sex", "age", "counted_on"]


@dataclass(frozen=True)
class Judged:
    """What came of linking some rows: how many mentions, and how many of them are whose."""

    mentions: int
    linked: int
    review: int
    reference: int
    found: int


def write(
    warehouse: Warehouse, contract: Contract, rows: Rows, row_nos: pa.Array, roster: Roster, at: datetime, delivery_id: str,
    known: pa.Table | None = None,
) -> Judged:  # fmt: skip
    """Link some rows of a delivery and write those about officials; the others end here.

    Args:
        warehouse: inside a transaction.
        contract: one with a `record`.
        rows: a delivery's rows.
        row_nos: which of them to look at.
        roster: who is looked for.
        at: since when it is known.
        delivery_id: what brought it.
        known: mentions (of the form `MENTION`) that are in the core and are judged again, though no row brings them.
    """
    looked_at = rows.accepted.filter(pc.is_in(rows.accepted["row_no"], value_set=_whole(row_nos)))
    mentions = mentions_of(looked_at, contract)
    every = pa.concat_tables([mentions, known]) if known is not None else mentions
    statements = link(every, roster.officials, roster.names, roster.units)
    in_core = _keys_in_core(warehouse, contract)
    about = pc.or_(_is_in(looked_at, _unique(statements["source_key"])), _is_in(looked_at, in_core["by_person"]))
    kept = looked_at.filter(about)
    _write_records(warehouse, contract, kept, rows.text, at, delivery_id)
    _write_mentions(warehouse, contract, mentions.filter(_is_in(mentions, _unique(kept["source_key"]))), at, delivery_id)
    judged = every.filter(pc.or_(_is_in(every, in_core["any"]), _is_in(every, _unique(statements["source_key"]))))
    _end(warehouse, contract, judged, _unique(statements["source_key"]), in_core["by_person"], at)
    found = links.write(warehouse, contract.resource, judged, statements, at, delivery_id)
    stated = statements.filter(_is_in(statements, _unique(looked_at["source_key"])))
    linked = _mentions(stated.filter(pc.equal(stated["verdict"], "same")))
    return Judged(
        mentions=len(mentions),
        linked=linked,
        review=_mentions(stated) - linked,
        reference=len(looked_at) - len(_unique(mentions["source_key"])),
        found=found,
    )


def close_gone(warehouse: Warehouse, contract: Contract, present: pa.Array, day: date, at: datetime, delivery_id: str) -> None:
    """Close the records that are no longer in the snapshot of a day. `present`: every key that is, refused rows' among them."""
    open_keys = warehouse.execute(
        "select source_key from core.record where resource = %s and known_to is null and left_on is null",
        [contract.resource],
    ).fetchall()
    keys = pa.array([row["source_key"] for row in open_keys], pa.string())
    gone = keys.filter(pc.invert(pc.is_in(keys, value_set=present)))
    _stage_keys(warehouse, contract, gone)
    closed = [column for column in RECORD if column != "valid_to"]
    versions.close(warehouse, "record", RECORD_KEY, [*closed, "disputed"], day, at, delivery_id)


def _write_records(
    warehouse: Warehouse, contract: Contract, kept: pa.Table, text: pa.Table, at: datetime, delivery_id: str
) -> None:
    records = records_of(kept, contract).join(originals_of(text, kept["row_no"], contract), keys="row_no")
    records = records.append_column("resource", pa.array([contract.resource] * len(records), pa.string()))
    types = versions.column_types(warehouse, "record")
    stage(warehouse, "incoming", records, {column: types[column] for column in RECORD})
    versions.write(warehouse, "record", RECORD_KEY, RECORD, at, delivery_id)


def _write_mentions(warehouse: Warehouse, contract: Contract, mentions: pa.Table, at: datetime, delivery_id: str) -> None:
    numbers = mentions["id_number"].to_pylist()
    places = zip(mentions["source_key"].to_pylist(), mentions["mention_no"].to_pylist(), strict=True)
    contexts = [mention_context(contract.resource, key, number) for key, number in places]
    sealed = [n and vault().seal_value(n, context) for n, context in zip(numbers, contexts, strict=True)]
    mentions = (
        mentions.append_column("resource", pa.array([contract.resource] * len(mentions), pa.string()))
        .append_column("id_cipher", pa.array(sealed, pa.binary()))
        .append_column("id_lookup", pa.array([n and vault().lookup(n) for n in numbers], pa.binary()))
    )
    types = versions.column_types(warehouse, "mention")
    stage(warehouse, "incoming", mentions, {column: types[column] for column in _MENTION})
    versions.write(warehouse, "mention", _MENTION_KEY, _MENTION, at, delivery_id, unlike=["id_cipher"])


def _end(warehouse: Warehouse, contract: Contract, judged: pa.Table, stated: pa.Array, by_person: pa.Array, at: datetime) -> None:
    """Records that are about nobody we know any more: their last version is no longer held."""
    nobody = pc.invert(pc.or_(_is_in(judged, stated), _is_in(judged, by_person)))
    _stage_keys(warehouse, contract, _unique(judged.filter(nobody)["source_key"]))
    for table in ("record", "mention"):
        versions.end(warehouse, table, RECORD_KEY, at)


def _stage_keys(warehouse: Warehouse, contract: Contract, keys: pa.Array) -> None:
    gone = pa.table({"resource": pa.array([contract.resource] * len(keys), pa.string()), "source_key": keys})
    stage(warehouse, "gone", gone, {"resource": "text", "source_key": "text"})


def _keys_in_core(warehouse: Warehouse, contract: Contract) -> dict[str, pa.Array]:
    """Keys of this resource that the core holds something of, and those that a person linked."""
    rows = warehouse.execute(
        "select source_key, bool_or(verdict = 'same' and decided_by <> %s) as by_person from core.link "
        "where resource = %s and known_to is null group by source_key",
        [links.MACHINE, contract.resource],
    ).fetchall()
    return {
        "any": pa.array([row["source_key"] for row in rows], pa.string()),
        "by_person": pa.array([row["source_key"] for row in rows if row["by_person"]], pa.string()),
    }


def known_mentions(warehouse: Warehouse, resource: str, cadre_nos: list[str]) -> pa.Table:
    """Mentions in the core that a machine's statement ties to some officials, of the form `MENTION`."""
    from transforms.names import match_keys  # noqa: PLC0415

    rows = warehouse.execute(
        "select distinct m.source_key, m.mention_no, m.subject, m.name, m.id_cipher, m.id_masked, m.sex, m.age, m.counted_on "
        "from core.mention m join core.link l using (resource, source_key, mention_no) where m.resource = %s "
        "and m.known_to is null and l.known_to is null and l.decided_by = %s and l.cadre_no = any(%s) "
        "and l.verdict in ('same', 'undecided')",
        [resource, links.MACHINE, cadre_nos],
    ).fetchall()
    for row in rows:
        sealed, place = row.pop("id_cipher"), mention_context(resource, row["source_key"], row["mention_no"])
        row["id_number"] = sealed and vault().open_value(sealed, place)
    mentions = pa.Table.from_pylist(rows, schema=MENTION)
    keys = match_keys(mentions["name"])
    return mentions.set_column(MENTION.get_field_index("name_key"), "name_key", keys)


def mention_context(resource: str, source_key: str, mention_no: int) -> str:
    """What a mention's encrypted number is bound to."""
    return f"mention/{resource}/{source_key}/{mention_no}"


def _is_in(table: pa.Table, keys: pa.Array) -> pa.Array:
    return pc.is_in(table["source_key"], value_set=keys)


def _unique(column: pa.ChunkedArray) -> pa.Array:
    return _whole(column.unique())


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _mentions(statements: pa.Table) -> int:
    return len(statements.group_by(["source_key", "mention_no"]).aggregate([]))
