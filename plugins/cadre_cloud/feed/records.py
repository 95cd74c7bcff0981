"""Rows about officials on their way into the core as records."""

from collections.abc import Callable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed import persons
from cadre_cloud.feed.judge import Judged
from cadre_cloud.warehouse import objections, versions
from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.contract import Contract
from transforms.records import originals_of, records_of

RECORD_KEY = ["resource", "source_key"]
RECORD = [*RECORD_KEY, "occurred_on", "status", "summary", "detail", "original", "valid_from", "valid_to"]


def write(warehouse: Warehouse, contract: Contract, judged: Judged, at: datetime, delivery_id: str) -> int:
    """Write what was judged: records, mentions and links; returns how many mentions are newly held to be an official.

    Args:
        warehouse: inside a transaction.
        contract: one with a `record`.
        judged: what came of some rows.
        at: since when it is known.
        delivery_id: what brought it.
    """
    if len(judged.rows):
        _write_records(warehouse, contract, judged, at, delivery_id)
    found = persons.write(warehouse, contract.resource, judged, at, delivery_id)
    _end_unheld(warehouse, contract.resource, at)
    objections.answer_delivered(warehouse, contract.resource, at, delivery_id)
    return found


def close_gone(
    warehouse: Warehouse, contract: Contract, stands: Callable[[pa.Array], pa.Array], day: date, at: datetime, delivery_id: str
) -> None:
    """Close the records that are no longer in the snapshot of a day; `stands` tells whether a key is in it.

    What was objected to is answered by that, as by a version that is new: neither is disputed.
    """
    open_keys = warehouse.execute(
        "select source_key from core.record where resource = %s and known_to is null and left_on is null",
        [contract.resource],
    ).fetchall()
    keys = pa.array([row["source_key"] for row in open_keys], pa.string())
    gone = keys.filter(pc.invert(stands(keys)))
    columns = {"resource": pa.repeat(contract.resource, len(gone)), "source_key": gone}
    stage(warehouse, "gone", pa.table(columns), {"resource": "text", "source_key": "text"})
    closed = [column for column in RECORD if column != "valid_to"]
    versions.close(warehouse, "record", RECORD_KEY, closed, day, at, delivery_id)
    objections.answer_delivered(warehouse, contract.resource, at, delivery_id)


def _write_records(warehouse: Warehouse, contract: Contract, judged: Judged, at: datetime, delivery_id: str) -> None:
    records = records_of(judged.rows, contract).join(originals_of(judged.text, contract), keys="row_no")
    records = records.append_column("resource", pa.repeat(contract.resource, len(records)))
    types = versions.column_types(warehouse, "record")
    stage(warehouse, "incoming", records, {column: types[column] for column in RECORD})
    versions.write(warehouse, "record", RECORD_KEY, RECORD, at, delivery_id)


def _end_unheld(warehouse: Warehouse, resource: str, at: datetime) -> None:
    """Records that are about nobody we know any more: their last version is no longer held."""
    warehouse.execute(
        "delete from pg_temp.gone as g using core.link as l where l.resource = g.resource and l.source_key = g.source_key "
        "and l.known_to is null and l.verdict <> 'withdrawn'"
    )
    versions.end(warehouse, "record", RECORD_KEY, at)
