"""Step one: land what came, before anything reads it."""

import hashlib
import logging
from datetime import date

from cadre_cloud.feed import landing_notes
from cadre_cloud.feed.bundle import Bundle, bundled
from cadre_cloud.feed.sentences import not_read
from cadre_cloud.feed.turn import arrivals_in_turn
from cadre_cloud.readable import Readable
from cadre_cloud.sources import Arrival, NotRead
from cadre_cloud.storage import landing
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import Warehouse, connect
from transforms.contract import Contract

log = logging.getLogger(__name__)


class FeedIsOff(Readable):
    """A contract without a legal basis: nothing may be asked of the department."""


def extract(contract: Contract, day: date, run: str | None = None) -> list[str]:
    """Land everything that a resource has for a business day, and note it in the ledger.

    What came and cannot be read is noted as held, and keeps nothing else from being landed.

    Args:
        contract: of the resource.
        day: the business day.
        run: which one this is of several that may be on their way with the day.

    Returns:
        The ids of the day's deliveries; a file that was landed on an earlier day is none of them.

    Raises:
        FeedIsOff: the contract names no legal basis.
        SourceError: the source did not deliver; `Later` where it may do so yet.
    """
    if not contract.is_on:
        raise FeedIsOff(f"{contract.resource} is off: its contract names no legal basis")
    with connect() as warehouse:
        ledger.take_turns(warehouse, contract.resource)
        ledger.begin(warehouse, contract.resource, day, run)
        warehouse.commit()
        landing.tidy(contract.resource)
        since = ledger.cursor_before(warehouse, contract.resource, day)
        for delivery_id in ledger.outdate_not_read(warehouse, contract.resource, day):
            landing_notes.keep(warehouse, delivery_id)
        with arrivals_in_turn(warehouse, contract, day, since) as arrivals:
            new = [one for one in arrivals if one.modified_at is None or not _seen(warehouse, contract, one)]
            bundle, alone = bundled(new) if contract.brings_forms else (None, new)
            if bundle:
                _land_bundle(warehouse, contract, day, bundle)
            for arrival in alone:
                try:
                    land(warehouse, contract, day, arrival)
                except NotRead as error:
                    _note_not_read(warehouse, contract, day, arrival, error.reason)
        ledger.note_extracted(warehouse, contract.resource, day)
        landing_notes.keep_extracted(warehouse, contract.resource, day)
        return [row["delivery_id"] for row in ledger.deliveries(warehouse, contract.resource, day)]


def land(warehouse: Warehouse, contract: Contract, day: date, arrival: Arrival, purpose: str = "daily") -> str:
    """Land one arrival and note it; the note is committed at once. Returns the delivery's id."""
    # A file can be read twice: of the same bytes again the hash is enough, and to seal them would cost twice that.
    again = arrival.modified_at and ledger.is_as_long(warehouse, contract.resource, arrival.size)
    landed = (again and landing.kept(contract.resource, arrival.chunks())) or landing.land(contract.resource, arrival.chunks())
    end = "" if purpose == "daily" else f"-{purpose}"
    delivery_id = _delivery_id(contract, day, landed.sha256) + end
    if ledger.is_of_another_file(warehouse, delivery_id, arrival.file):
        delivery_id = f"{delivery_id}-{_name_hash(arrival)[:6]}"
    ledger.note_landed(warehouse, {
        "delivery_id": delivery_id,
        "resource": contract.resource,
        "day": day,
        "purpose": purpose,
        "file": arrival.file,
        "sha256": landed.sha256,
        "bytes": landed.size if arrival.size is None else arrival.size,
        "modified_at": arrival.modified_at,
        "snapshot_on": arrival.snapshot_on,
        "landing": landed.place,
        "dropped": dict(arrival.dropped),
    })  # fmt: skip
    landing_notes.keep(warehouse, delivery_id)
    if unexpected := {name: number for name, number in arrival.dropped.items() if name not in contract.ignore}:
        log.warning("%s: items that the contract does not allow were removed: %s", delivery_id, unexpected)
    warehouse.commit()
    return delivery_id


def _land_bundle(warehouse: Warehouse, contract: Contract, day: date, bundle: Bundle) -> None:
    """Land what can be read of a bundle, and note which files that were, so that they are not read again."""
    delivery_id = land(warehouse, contract, day, bundle.arrival)
    ledger.note_files(warehouse, delivery_id, [(one.file, one.size, one.modified_at) for one in bundle.read])
    warehouse.commit()
    for arrival, reason in bundle.refused:
        _note_not_read(warehouse, contract, day, arrival, reason)


def _note_not_read(warehouse: Warehouse, contract: Contract, day: date, arrival: Arrival, reason: str) -> None:
    log.warning("%s %s: %s is not read, %s", contract.resource, day, arrival.file, reason)
    name_hash = _name_hash(arrival)  # it has no content by which to know it
    delivery_id = _delivery_id(contract, day, name_hash)
    ledger.note_not_read(warehouse, {
        "delivery_id": delivery_id,
        "resource": contract.resource,
        "day": day,
        "file": arrival.file,
        "sha256": name_hash,
        "snapshot_on": arrival.snapshot_on,
        "reason": reason,
        "message": not_read(reason),
    })  # fmt: skip
    landing_notes.keep(warehouse, delivery_id)
    warehouse.commit()


def _name_hash(arrival: Arrival) -> str:
    return hashlib.sha256(arrival.file.encode()).hexdigest()


def _delivery_id(contract: Contract, day: date, sha256: str) -> str:
    return f"{contract.resource}-{day:%Y%m%d}-{sha256[:12]}"


def _seen(warehouse: Warehouse, contract: Contract, arrival: Arrival) -> bool:
    return ledger.is_known(warehouse, contract.resource, arrival.file, arrival.size, arrival.modified_at)
