"""One delivery on its way into the core: what changed, in one transaction."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from psycopg.types.json import Jsonb

from cadre_cloud import settings
from cadre_cloud.feed import compare, linking, records, tables
from cadre_cloud.feed.check import superseded
from cadre_cloud.feed.compare import Compared
from cadre_cloud.feed.index import against, base_of, index_before
from cadre_cloud.feed.judge import Judged, everybody, judge
from cadre_cloud.feed.sentences import closes_nothing, linking_stopped
from cadre_cloud.feed.sift import officials
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import identity, ledger, roster
from cadre_cloud.warehouse.connection import Warehouse, known_at
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.difference import stands_in


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
    compared = _compared(warehouse, contract, delivery, stands)
    known_on = max(day, stands.day) if stands else day
    at = known_at(known_on)
    judged, version = write(warehouse, contract, delivery, compared, at)
    unreadable_keys = compared.refused["source_key"].null_count if contract.mode == "snapshot" else 0
    if contract.mode == "snapshot" and not unreadable_keys:
        present = stands_in(compared.keys, compared.refused["source_key"].combine_chunks())
        gone_on = delivery["snapshot_on"] or known_on
        (records if contract.record else tables).close_gone(warehouse, contract, present, gone_on, at, delivery["delivery_id"])
    note(warehouse, contract, compared, judged)
    said = [closes_nothing(unreadable_keys)] if unreadable_keys else []
    said += [linking_stopped(stop)] if (stop := identity.stop_of(warehouse, contract.resource)) else []
    if said:
        ledger.set_state(warehouse, delivery["delivery_id"], "loaded", message="；".join(said))
    reading = {"contract": contract.reading_hash, "duckdb": duckdb.__version__}
    ledger.set_standing(warehouse, delivery, day, {"index_file": keep_index(contract, compared), **reading}, version)
    return True


def write(warehouse: Warehouse, contract: Contract, delivery: Row, compared: Compared, at: datetime) -> tuple[Judged, int]:
    """Bring what is new in a delivery into the core; gives what was judged, and of which roster everybody was looked for.

    `delivery` is the ledger's of what was compared, or of what that is rows of.
    """
    if contract.keeps_everybody:
        judged, version = everybody(contract, compared.news()), 0
    else:
        known = roster.read(warehouse, contract)
        found = judge(warehouse, contract, compared.news(), known)
        judged = linking.watched(warehouse, contract, delivery | {"delivery_id": compared.delivery_id}, found)
        version = known.version if compared.counts.roster is None else compared.counts.roster
    if contract.shared_by:  # what these rows are worth others tell: the search, which comes next, reads all for everybody
        ledger.set_searched(warehouse, contract.resource, 0)
        return judged, 0
    (records if contract.record else tables).write(warehouse, contract, judged, at, compared.delivery_id)
    return judged, version


def _compared(warehouse: Warehouse, contract: Contract, delivery: Row, stands: ledger.Standing | None) -> Compared:
    """What the check laid down, or, where something else stands or was searched for by now or it is gone, the same made again."""
    base = base_of(contract, stands)
    laid_down = compare.kept(delivery["delivery_id"], base)
    if laid_down and (stands is None or laid_down.serves(stands.roster_version)):
        return laid_down
    comparison = against(contract, index_before(warehouse, contract, stands))
    return compare.compare(contract, delivery, comparison, base=base, sieve=officials(warehouse, contract))


def keep_index(contract: Contract, compared: Compared) -> str:
    """Keep the index that a delivery leaves; gives its place below var/. An earlier delivery's stays as it is."""
    index_file = Path("index") / contract.resource / f"{compared.delivery_id}.parquet"
    vault().copy_table(settings.var() / compared.index_file, settings.var() / index_file)
    return str(index_file)


def note(warehouse: Warehouse, contract: Contract, compared: Compared, judged: Judged) -> None:
    """A delivery is loaded, with these counts."""
    linking.note(warehouse, compared.delivery_id, judged)
    ledger.note_counts(warehouse, compared.delivery_id, {
        "mentions": judged.mentions,
        "linked": judged.linked,
        "identity": Jsonb(judged.linked_by),
        "review": judged.review,
        "nobody": judged.mentions - judged.linked - judged.review,
        "reference": judged.reference,
        "changed": compared.counts.changed,
        "unchanged": compared.counts.unchanged,
        "closed": compared.counts.closed,
        "cursor_to": compared.cursor_to,
        "contract": contract.reading_hash,
        "loaded_at": datetime.now(UTC),
        "state": "loaded",
    })  # fmt: skip
