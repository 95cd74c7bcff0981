"""Step three, second half: when somebody joins the roster, what the department sent before is searched for that person alone."""

import logging
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed import linking, persons, records, tables
from cadre_cloud.feed.check import check_delivery
from cadre_cloud.feed.compare import compare, forget
from cadre_cloud.feed.delivery import load_delivery
from cadre_cloud.feed.extract import land
from cadre_cloud.feed.index import against
from cadre_cloud.feed.judge import judge
from cadre_cloud.feed.shared import shared
from cadre_cloud.feed.sift import Came, News, Sieve, named_in, officials
from cadre_cloud.feed.turn import arrivals_in_turn
from cadre_cloud.warehouse import ledger, roster
from cadre_cloud.warehouse.connection import Warehouse, known_at
from cadre_cloud.warehouse.ledger import Standing
from cadre_cloud.warehouse.roster import Roster
from transforms.contract import Contract

log = logging.getLogger(__name__)

_NO_KEYS = pa.array([], pa.string())


def search(warehouse: Warehouse, contract: Contract, day: date) -> bool:
    """Search what stands of a resource for officials who joined the roster, or whose number or names changed, since it was last.

    What was landed is searched, a snapshot or all files that add up; a changes feed is read again from its beginning, as a
    delivery of its own. Where rows are kept only if officials share something, all that stands is searched for everybody, and
    after each load, too, as one row decides about others. Commits. Returns whether there was anybody to search for.
    """
    stands = ledger.standing(warehouse, contract.resource)
    if contract.keeps_everybody or stands is None:
        return False
    version = roster.version(warehouse, contract)
    joined = roster.changed_since(warehouse, contract, stands.roster_version)
    if joined:
        everybody = roster.read(warehouse, contract)
        joined = everybody.officials["cadre_no"].to_pylist() if contract.shared_by else joined
        log.info("%s: searching for %d officials", contract.resource, len(joined))
        search_again(warehouse, contract, day, _what_stands(warehouse, contract, day, stands), everybody, joined)
    ledger.set_searched(warehouse, contract.resource, version)
    warehouse.commit()
    return bool(joined)


def _what_stands(warehouse: Warehouse, contract: Contract, day: date, stands: Standing) -> list[str]:
    """The deliveries in which all that stands is to be found, the latest first."""
    if contract.adds_up:
        return ledger.loaded(warehouse, contract.resource)
    return [stands.delivery_id if contract.mode == "snapshot" else _read_again(warehouse, contract, day)]


def _read_again(warehouse: Warehouse, contract: Contract, day: date) -> str:
    """Pull a changes feed from its beginning, once a day, and load what it brings; returns the delivery's id."""
    delivery_id = ledger.read_again_on(warehouse, contract.resource, day) or _pull(warehouse, contract, day)
    delivery = ledger.delivery(warehouse, delivery_id)
    if delivery["state"] not in ("loaded", "rejected"):
        check_delivery(warehouse, contract, delivery, ledger.standing(warehouse, contract.resource))
        load_delivery(warehouse, contract, ledger.delivery(warehouse, delivery_id), day)
        warehouse.commit()
    return delivery_id


def _pull(warehouse: Warehouse, contract: Contract, day: date) -> str:
    with arrivals_in_turn(warehouse, contract, day, None) as (arrival,):
        return land(warehouse, contract, day, arrival, purpose="search")


def search_again(
    warehouse: Warehouse, contract: Contract, day: date, delivery_ids: list[str], everybody: Roster, joined: list[str]
) -> None:
    """Search landed deliveries for some officials, and judge what the core holds of them again.

    Args:
        warehouse: inside a transaction.
        contract: whose deliveries.
        day: the business day on which it is known, or what stands is of a later one.
        delivery_ids: the latest first; what a later one says of a key, an earlier one does not.
        everybody: the roster.
        joined: the officials' numbers.
    """
    ledger.lock_resource(warehouse, contract.resource)
    newcomers = everybody.only(joined)
    said_later = _NO_KEYS
    news: dict[str, list[News]] = {}
    for delivery_id in delivery_ids:
        said = [said_later]

        def concerned(came: Came, said_later: pa.Array = said_later, said: list[pa.Array] = said) -> pa.ChunkedArray:
            keys = came.rows[contract.snapshot_of or "source_key"].cast(pa.string())  # a part that came later came whole
            said.append(keys.combine_chunks())
            numbers = newcomers.may_concern(came.mentions)
            return pc.and_(named_in(came.rows, numbers), pc.invert(pc.is_in(keys, value_set=said_later)))

        delivery = ledger.delivery(warehouse, delivery_id)
        sieve = officials(warehouse, contract) if contract.shared_by else Sieve(concerned)  # with what is held, as in a load
        news[delivery_id] = list(compare(contract, delivery, against(contract, None), sieve=sieve).news())
        said_later = pa.concat_arrays(said)
    _write(warehouse, contract, day, news, everybody, joined)


def _write(
    warehouse: Warehouse, contract: Contract, day: date, news: dict[str, list[News]], everybody: Roster, joined: list[str]
) -> None:
    """Judge what was found, by delivery, and what the core holds of these officials though none of it was found again."""
    known = persons.known(warehouse, contract.resource, joined)
    for found in news.values():
        for part in found:
            known = known.filter(pc.invert(pc.is_in(known["source_key"], value_set=part.rows["source_key"].combine_chunks())))
    stands = ledger.standing(warehouse, contract.resource)
    at = known_at(max(day, stands.day) if stands else day)
    if stands and not news:  # nothing of it is landed any more
        news = {stands.delivery_id: []}
    for number, (delivery_id, parts) in enumerate(news.items()):
        judged = judge(warehouse, contract, parts, everybody, None if number else known)
        judged = shared(warehouse, contract, judged) if contract.shared_by else judged
        judged = linking.as_allowed(warehouse, contract.resource, judged)
        found_here = (records if contract.record else tables).write(warehouse, contract, judged, at, delivery_id)
        warehouse.execute("update ledger.delivery set found = found + %s where delivery_id = %s", [found_here, delivery_id])
        forget(delivery_id)
