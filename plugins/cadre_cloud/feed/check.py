"""Step two: read a day's deliveries strictly; refuse rows, hold deliveries, and say why."""

import logging
from datetime import date

from cadre_cloud import ledger, quality
from cadre_cloud.feed import read
from cadre_cloud.feed.sentences import held_by, refusal, unreadable
from cadre_cloud.ledger import Row, Standing
from cadre_cloud.warehouse import Warehouse, connect
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.rows import Sorted, Typed

log = logging.getLogger(__name__)


def check(contract: Contract, day: date) -> list[str]:
    """Check every delivery of a business day that is not loaded.

    Each ends as `checked` with its refused rows in the quarantine, as `held` with a reason, or as `repeated` or `outdated`; it
    is compared with the one before it in the order in which they apply. Returns the ids of those that may load.
    """
    with connect() as warehouse:
        before = ledger.standing(warehouse, contract.resource)
        for delivery in ledger.deliveries(warehouse, contract.resource, day):
            if delivery["state"] in ("landed", "checked", "held"):  # what was held may pass under a contract that was mended
                before = check_delivery(warehouse, contract, delivery, before) or before
                warehouse.commit()
        every = ledger.deliveries(warehouse, contract.resource, day)
        return [row["delivery_id"] for row in every if row["state"] == "checked"]


def check_delivery(warehouse: Warehouse, contract: Contract, delivery: Row, before: Standing | None) -> Standing | None:
    """Check one delivery, in the caller's transaction, against what stands before it; gives what stands then, if it may load."""
    delivery_id = delivery["delivery_id"]
    if why := superseded(contract, delivery, before):
        if delivery["state"] != "held":
            ledger.set_state(warehouse, delivery_id, *why)
        return None
    try:
        rows, typed, found = read.read(contract, delivery)
    except Unreadable as error:
        _hold(warehouse, contract, delivery, error.reason, unreadable(contract, error))
        return None
    findings = quality.judge(contract.resource, typed.values, before.received if before else 0)
    ledger.note_findings(warehouse, delivery_id, findings)
    _note_rows(warehouse, contract, delivery, typed, found)
    broken = [finding for finding in findings if not finding.success and finding.severity == "critical"]
    if broken:
        _hold(warehouse, contract, delivery, "expectation", held_by(broken[0], len(typed.values), before))
        return None
    read.keep(delivery_id, rows)
    ledger.set_state(warehouse, delivery_id, "checked")
    return Standing(
        delivery_id=delivery_id,
        sha256=delivery["sha256"],
        received=len(typed.values),
        day=delivery["day"],
        snapshot_on=delivery["snapshot_on"],
        contract=contract.reading_hash,
    )


def superseded(contract: Contract, delivery: Row, stands: Standing | None) -> tuple[str, str, str] | None:
    """Whether a delivery brings nothing by what it is: state, reason and sentence, or none."""
    if stands is None or delivery["delivery_id"] == stands.delivery_id or delivery["purpose"] != "daily":
        return None
    if delivery["sha256"] == stands.sha256 and stands.contract == contract.reading_hash:
        return "repeated", "repeated", f"与已入库的 {stands.delivery_id} 逐字节相同"
    if contract.mode == "snapshot" and stands.snapshot_on and delivery["snapshot_on"] < stands.snapshot_on:
        return "outdated", "outdated", f"早于已入库的 {stands.snapshot_on} 的数据，不再采用"
    return None


def _hold(warehouse: Warehouse, contract: Contract, delivery: Row, reason: str, message: str) -> None:
    log.warning("%s %s held: %s", contract.resource, delivery["delivery_id"], message)
    ledger.set_state(warehouse, delivery["delivery_id"], "held", reason, message)


def _note_rows(warehouse: Warehouse, contract: Contract, delivery: Row, typed: Typed, found: Sorted) -> None:
    counts = {
        "received": len(typed.values),
        "accepted": len(found.accepted),
        "quarantined": len(found.refused),
        "duplicate": found.duplicate,
        "unknown_columns": typed.unknown,
    }
    ledger.note_counts(warehouse, delivery["delivery_id"], counts)
    refused = found.refused.to_pylist()
    for (field, reason), number in _tally(refused).items():
        log.warning("%s %s: %d rows refused, %s %s", contract.resource, delivery["delivery_id"], number, field, reason)
    if typed.unknown:
        log.warning(
            "%s %s: columns not in the contract: %s",
            contract.resource,
            delivery["delivery_id"],
            ", ".join(typed.unknown),
        )
    if delivery["purpose"] == "daily":  # what is read again for newcomers was refused on its own day
        _quarantine(warehouse, contract, delivery["delivery_id"], refused)


def _quarantine(warehouse: Warehouse, contract: Contract, delivery_id: str, refused: list[Row]) -> None:
    warehouse.execute("delete from ledger.quarantine where delivery_id = %s", [delivery_id])
    columns = "delivery_id, row_no, source_key, field, reason, message"
    with warehouse.cursor().copy(f"copy ledger.quarantine ({columns}) from stdin") as copy:
        for row in refused:
            message = refusal(contract, row["row_no"], row["field"], row["reason"])
            copy.write_row((delivery_id, row["row_no"], row["source_key"], row["field"], row["reason"], message))


def _tally(refused: list[Row]) -> dict[tuple[str, str], int]:
    tally: dict[tuple[str, str], int] = {}
    for row in refused:
        place = (row["field"], row["reason"])
        tally[place] = tally.get(place, 0) + 1
    return tally
