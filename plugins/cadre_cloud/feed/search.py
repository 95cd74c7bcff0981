"""Step three, second half: when somebody joins the roster, what the department sent before is searched for that person alone."""

import logging
from datetime import date

import pyarrow.compute as pc

from cadre_cloud import ledger, roster
from cadre_cloud.feed import read, records
from cadre_cloud.feed.check import check_delivery
from cadre_cloud.feed.delivery import load_delivery
from cadre_cloud.feed.extract import land
from cadre_cloud.roster import Roster
from cadre_cloud.sources import arrivals
from cadre_cloud.warehouse import Warehouse, known_at
from transforms.contract import Contract
from transforms.link import may_concern
from transforms.mentions import mentions_of

log = logging.getLogger(__name__)


def search(warehouse: Warehouse, contract: Contract, day: date) -> bool:
    """Search what stands of a resource for officials who joined the roster, or whose number or names changed, since it was last.

    A snapshot is searched as it was landed; a changes feed is read again from its beginning, as a delivery of its own. Commits.
    Returns whether there was anybody to search for.
    """
    stands = ledger.standing(warehouse, contract.resource)
    if contract.record is None or stands is None:
        return False
    version = roster.version(warehouse)
    joined = roster.changed_since(warehouse, stands.roster_version)
    if joined:
        everybody = roster.read(warehouse)
        log.info("%s: searching for %d officials who joined or changed", contract.resource, len(joined))
        delivery_id = stands.delivery_id if contract.mode == "snapshot" else _read_again(warehouse, contract, day)
        _search(warehouse, contract, day, delivery_id, everybody, joined)
    ledger.set_searched(warehouse, contract.resource, version)
    warehouse.commit()
    return bool(joined)


def _read_again(warehouse: Warehouse, contract: Contract, day: date) -> str:
    """Pull a changes feed from its beginning and load what it brings; returns the delivery's id."""
    arrival = arrivals(contract, day, None)[0]
    delivery_id = land(warehouse, contract, day, arrival, purpose="search")
    delivery = ledger.delivery(warehouse, delivery_id)
    if delivery["state"] != "loaded":
        check_delivery(warehouse, contract, delivery, ledger.standing(warehouse, contract.resource))
        load_delivery(warehouse, contract, ledger.delivery(warehouse, delivery_id), day)
        warehouse.commit()
    return delivery_id


def _search(warehouse: Warehouse, contract: Contract, day: date, delivery_id: str, everybody: Roster, joined: list[str]) -> None:
    ledger.lock_resource(warehouse, contract.resource)
    rows = read.kept(contract, ledger.delivery(warehouse, delivery_id))
    newcomers = everybody.only(joined)
    concerned = may_concern(mentions_of(rows.accepted, contract), newcomers.officials, newcomers.names, newcomers.units)
    row_nos = rows.accepted.filter(pc.is_in(rows.accepted["source_key"], value_set=concerned.combine_chunks()))["row_no"]
    known = records.known_mentions(warehouse, contract.resource, joined)
    known = known.filter(pc.invert(pc.is_in(known["source_key"], value_set=concerned.combine_chunks())))
    stands = ledger.standing(warehouse, contract.resource)
    at = known_at(max(day, stands.day) if stands else day)
    judged = records.write(warehouse, contract, rows, row_nos, everybody, at, delivery_id, known)
    warehouse.execute("update ledger.delivery set found = found + %s where delivery_id = %s", [judged.found, delivery_id])
    read.forget(delivery_id)
