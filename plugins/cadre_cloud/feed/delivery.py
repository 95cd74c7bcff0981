"""One delivery on its way into the core: what changed, in one transaction."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from cadre_cloud import ledger, roster, settings
from cadre_cloud.feed import read, records, tables
from cadre_cloud.feed.check import superseded
from cadre_cloud.ledger import Row
from cadre_cloud.roster import Roster
from cadre_cloud.vault import vault
from cadre_cloud.warehouse import Warehouse, known_at
from transforms.contract import Contract
from transforms.difference import INDEX, Difference, difference, latest_cursor


def load_delivery(warehouse: Warehouse, contract: Contract, delivery: Row, day: date) -> bool:
    """Load one delivery in the caller's transaction, unless it is loaded, held or out of date by now; says whether it did."""
    ledger.lock_resource(warehouse, contract.resource)
    delivery = ledger.delivery(warehouse, delivery["delivery_id"])
    stands = ledger.standing(warehouse, contract.resource)
    if delivery["state"] == "repeated":
        ledger.note_repeated(warehouse, delivery)
    if delivery["state"] != "checked":
        return False
    if why := superseded(contract, delivery, stands):
        ledger.set_state(warehouse, delivery["delivery_id"], *why)
        return False
    rows = read.kept(contract, delivery)
    before = _index_before(warehouse, contract, stands)
    changes = _difference(contract, rows, before)
    known_on = max(day, stands.day) if stands else day
    everybody = roster.read(warehouse) if contract.record else None
    counts = _write(warehouse, contract, delivery, rows, changes, everybody, known_on)
    _note(warehouse, contract, delivery, rows, changes, counts)
    index_file = _keep_index(contract, delivery, changes)
    reading = {"contract": contract.reading_hash, "duckdb": duckdb.__version__}
    ledger.set_standing(warehouse, delivery, day, {"index_file": index_file, **reading}, everybody.version if everybody else 0)
    return True


def _difference(contract: Contract, rows: read.Rows, before: pa.Table | None) -> Difference:
    return difference(
        rows.accepted,
        rows.refused["source_key"].combine_chunks(),
        before,
        mode=contract.mode,
        columns=contract.content,
        cursor=contract.cursor,
        seed=vault().index_seed,
    )


def _index_before(warehouse: Warehouse, contract: Contract, stands: ledger.Standing | None) -> pa.Table | None:
    """The index of what stands; none where the contract reads rows otherwise by now: then every row is looked at.

    Under another DuckDB, whose hashes differ, a snapshot's is made again from the landed bytes.
    """
    if stands is None or stands.contract != contract.reading_hash:
        return None
    path = settings.var() / stands.index_file
    if stands.duckdb == duckdb.__version__ and path.exists():
        return vault().read_table(path)
    if contract.mode == "changes":
        return None
    rows, _, _ = read.read(contract, ledger.delivery(warehouse, stands.delivery_id))
    return _difference(contract, rows, None).index


def _write(
    warehouse: Warehouse, contract: Contract, delivery: Row, rows: read.Rows, changes: Difference, everybody: Roster | None,
    known_on: date,
) -> Row:  # fmt: skip
    """Write what changed, close what left; returns the counts of mentions."""
    at, delivery_id = known_at(known_on), delivery["delivery_id"]
    present = pa.concat_arrays([rows.accepted["source_key"].combine_chunks(), rows.refused["source_key"].combine_chunks()])
    leaves, gone_on = contract.mode == "snapshot" and present.null_count == 0, delivery["snapshot_on"] or known_on
    if everybody is None:
        tables.write(warehouse, contract, rows, changes.changed, at, delivery_id)
        if leaves:
            tables.close_gone(warehouse, contract, present, gone_on, at, delivery_id)
        about = len(changes.changed) if contract.mentions else 0
        return {"mentions": about, "linked": about, "review": 0, "nobody": 0, "reference": len(changes.changed) - about}
    judged = records.write(warehouse, contract, rows, changes.changed, everybody, at, delivery_id)
    if leaves:
        records.close_gone(warehouse, contract, present, gone_on, at, delivery_id)
    nobody = judged.mentions - judged.linked - judged.review
    return {
        "mentions": judged.mentions, "linked": judged.linked, "review": judged.review, "nobody": nobody,
        "reference": judged.reference,
    }  # fmt: skip


def _keep_index(contract: Contract, delivery: Row, changes: Difference) -> str:
    index_file = Path("index") / contract.resource / f"{delivery['delivery_id']}.parquet"
    vault().write_table(settings.var() / index_file, changes.index.cast(INDEX))
    return str(index_file)


def _note(warehouse: Warehouse, contract: Contract, delivery: Row, rows: read.Rows, changes: Difference, counts: Row) -> None:
    ledger.note_counts(warehouse, delivery["delivery_id"], {
        **counts,
        "changed": len(changes.changed),
        "unchanged": changes.unchanged,
        "closed": changes.closed,
        "cursor_to": latest_cursor(rows.accepted, contract.cursor) if contract.cursor else None,
        "loaded_at": datetime.now(UTC),
        "state": "loaded",
    })  # fmt: skip
