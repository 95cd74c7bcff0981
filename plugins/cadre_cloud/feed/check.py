"""Step two: read a day's deliveries strictly; refuse rows, hold deliveries, and say why."""

import logging
from datetime import date

import duckdb
from psycopg.types.json import Jsonb

from cadre_cloud.feed import refused, usual
from cadre_cloud.feed.drift import drift
from cadre_cloud.feed.examine import Examined, broken, examine
from cadre_cloud.feed.index import against, base_of, index_before
from cadre_cloud.feed.sentences import accepted, held_by, unreadable
from cadre_cloud.feed.sift import officials
from cadre_cloud.warehouse import acts, ledger
from cadre_cloud.warehouse.connection import Warehouse, connect
from cadre_cloud.warehouse.ledger import Row, Standing
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable

log = logging.getLogger(__name__)


def check(contract: Contract, day: date) -> list[str]:
    """Check every delivery of a business day that is not loaded.

    Each ends as `checked` with its refused rows in the quarantine, as `held` with a reason, or as `repeated` or `outdated`; it
    is compared with the one before it in the order in which they apply, and what is new in it is laid down. Returns the ids
    of those that may load.
    """
    with connect() as warehouse:
        ledger.take_turns(warehouse, contract.resource)
        before = ledger.standing(warehouse, contract.resource)
        for delivery in ledger.deliveries(warehouse, contract.resource, day):
            # What was held may pass under a contract that was mended, or because a person accepted it.
            is_there = delivery["landing"] and not delivery["expired_at"]
            if is_there and delivery["state"] in ("landed", "checked", "held"):
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
        comparison = against(contract, index_before(warehouse, contract, before))
        rows_before = before.received if before else 0
        base, sieve = base_of(contract, before), officials(warehouse, contract)
        found = examine(contract, delivery, comparison, base=base, rows_before=rows_before, sieve=sieve)
    except Unreadable as error:
        _hold(warehouse, contract, delivery, error.reason, unreadable(contract, error))
        ledger.note_counts(warehouse, delivery_id, {"drift": Jsonb(drift(contract, delivery["landing"], error))})
        return None
    compared = found.compared
    before_it = usual.history(warehouse, contract, delivery["day"]) if delivery["purpose"] == "daily" else []
    beside = usual.unusual(before_it, compared.counts.received, found.filled)
    findings = usual.tolerate([*found.findings, *beside], contract.tolerated, delivery["day"])
    ledger.note_findings(warehouse, delivery_id, findings)
    _note_rows(warehouse, contract, delivery, found)
    message = None
    if fault := broken(findings):
        message = held_by(fault, compared.counts.received, before, contract)
        if not acts.is_accepted(warehouse, delivery_id):
            _hold(warehouse, contract, delivery, "expectation", message)
            return None
        message = accepted(message)
    ledger.set_state(warehouse, delivery_id, "checked", message=message)
    return Standing(
        delivery_id=delivery_id,
        sha256=delivery["sha256"],
        received=compared.counts.received,
        day=delivery["day"],
        snapshot_on=delivery["snapshot_on"],
        contract=contract.reading_hash,
        index_file=compared.index_file,
        duckdb=duckdb.__version__,
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


def _note_rows(warehouse: Warehouse, contract: Contract, delivery: Row, found: Examined) -> None:
    compared, unknown = found.compared, found.unknown
    counts = {
        "received": compared.counts.received,
        "accepted": compared.accepted,
        "quarantined": len(compared.refused),
        "duplicate": compared.counts.duplicate,
        "unknown_columns": unknown,
        "filled": Jsonb(found.filled),
        "drift": Jsonb({}),  # what it was held for under an earlier contract
    }
    ledger.note_counts(warehouse, delivery["delivery_id"], counts)
    for group in refused.tally(compared.refused):
        log.warning("%s %s: %d rows refused, %s %s", contract.resource, delivery["delivery_id"], *group.values())
    if unknown:
        log.warning("%s %s: columns not in the contract: %s", contract.resource, delivery["delivery_id"], ", ".join(unknown))
    if delivery["purpose"] == "daily":  # what is read again for newcomers was refused on its own day
        refused.note(warehouse, contract, delivery["delivery_id"], compared.refused)
