"""Refused rows that can be read under the contract as it is now: they come in as a delivery of their own, of their own day."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed import delivery, refused
from cadre_cloud.feed.compare import Compared, compare, forget
from cadre_cloud.feed.index import standing_index
from cadre_cloud.feed.read import parts
from cadre_cloud.feed.sift import Sieve
from cadre_cloud.warehouse import acts, ledger
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, known_at
from cadre_cloud.warehouse.ledger import Row, Standing
from transforms.contract import Contract
from transforms.difference import Release
from transforms.formats.unreadable import Unreadable

_NOTE = """
insert into ledger.delivery
    (delivery_id, resource, day, purpose, file, sha256, bytes, modified_at, snapshot_on, landing, landed_at)
select %s, resource, day, 'release', file, sha256, bytes, modified_at, snapshot_on, landing, landed_at
from ledger.delivery where delivery_id = %s"""

# Whose rows may have come in after those of the original did not.
_LATER = """
select * from ledger.delivery where resource = %(resource)s and purpose = 'daily' and state = 'loaded' and expired_at is null
  and loaded_at > %(loaded_at)s"""

_RELEASED = "update ledger.quarantine set state = 'released', release_id = %s where delivery_id = %s and row_no = any(%s)"


@dataclass(frozen=True)
class Released:
    """What came of a release.

    delivery_id: its delivery, none where no row could be read. changed, unchanged: how many rows brought something, and how many
    nothing. still_refused: how many by field and reason, as they read now.
    """

    delivery_id: str | None
    changed: int
    unchanged: int
    still_refused: dict[tuple[str, str], int]


def release(
    warehouse: Warehouse, contract: Contract, delivery_id: str, act: Act, *,
    row_no: int | None = None, reason: str | None = None, field: str | None = None,
) -> Released:  # fmt: skip
    """Run refused rows of a loaded delivery again, in a transaction that the caller ends.

    What a later delivery said of their keys stands, and nothing is closed. A row that is refused again stays where it is, with
    the reason that holds now.

    Args:
        warehouse: with nothing begun in it.
        contract: as it is now.
        delivery_id: whose rows.
        act: who wants it and why.
        row_no: of the one row, by default all that are refused.
        reason: for which they are refused.
        field: in which.

    Raises:
        Refused: nothing of the delivery can be released.
    """
    ledger.take_turns(warehouse, contract.resource)
    ledger.lock_resource(warehouse, contract.resource)
    original, stands = ledger.delivery(warehouse, delivery_id), ledger.standing(warehouse, contract.resource)
    rows = refused.rows_of(warehouse, delivery_id, row_no, reason, field)
    if not rows:
        return Released(None, 0, 0, {})
    if stands is None or original["state"] != "loaded":
        raise Refused(f"it is not loaded but {original['state']}: rows are released of what was loaded")
    if contract.mode == "snapshot" and stands.delivery_id != delivery_id:
        raise Refused(f"outdated: {stands.delivery_id} was loaded since and says what became of these records")
    if original["expired_at"]:
        raise Refused("its landed bytes are gone")
    compared = _compared(warehouse, contract, original, stands, rows)
    still = compared.refused.filter(pc.is_in(compared.refused["row_no"], value_set=pa.array(rows, pa.int64())))
    refused_again = still["row_no"].to_pylist()
    refused.note(warehouse, contract, delivery_id, still, in_place_of=refused_again)
    read = sorted(set(rows) - set(refused_again))
    if read:
        _bring_in(warehouse, contract, original, stands, compared, read)
        acts.note(warehouse, act, "released", compared.delivery_id)
    forget(compared.delivery_id)
    return Released(
        delivery_id=compared.delivery_id if read else None,
        changed=compared.counts.changed,
        unchanged=len(read) - compared.counts.changed,
        still_refused={(group["field"], group["reason"]): group["count_all"] for group in refused.tally(still)},
    )


def _compared(warehouse: Warehouse, contract: Contract, original: Row, stands: Standing, rows: list[int]) -> Compared:
    """The rows read again, among all others of their delivery, and compared with what stands by now."""
    numbers = pa.array(rows, pa.int64())
    name = hashlib.sha256(",".join(map(str, rows)).encode()).hexdigest()[:6]  # the same rows are released once
    comparison = Release(
        standing_index(warehouse, contract, stands),
        numbers,
        said_later=partial(_said_later, warehouse, contract, original),
        columns=contract.content,
        cursor=contract.cursor,
        part=contract.snapshot_of,
        seed=secrets.token_hex(32),
    )

    sieve = Sieve(lambda came: pc.is_in(came.rows["row_no"], value_set=numbers))
    again = {**original, "delivery_id": f"{original['delivery_id']}-release-{name}"}
    try:
        return compare(contract, again, comparison, sieve=sieve)
    except Unreadable as error:
        named = ", ".join(error.columns)
        raise Refused(f"the contract as it is now cannot read it at all: {error.reason} {named}".rstrip()) from None


def _said_later(warehouse: Warehouse, contract: Contract, original: Row, said: pa.Table) -> pa.Array:
    """Of some keys and cursors, the keys that a delivery which was loaded later has brought in under that cursor."""
    found = [pa.array([], pa.string())]
    for later in warehouse.execute(_LATER, original).fetchall():
        still_refused = pa.array(refused.rows_of(warehouse, later["delivery_id"]), pa.int64())
        for part in parts(contract, later):
            rows = part.typed.values.filter(pc.invert(pc.is_in(part.typed.values["row_no"], value_set=still_refused)))
            rows = rows.select(["source_key", contract.cursor]).rename_columns(["source_key", "cursor"])
            found.append(rows.join(said, ["source_key", "cursor"], join_type="left semi")["source_key"].combine_chunks())
    return pa.concat_arrays(found)


def _bring_in(
    warehouse: Warehouse, contract: Contract, original: Row, stands: Standing, compared: Compared, rows: list[int]
) -> None:
    """Write what the rows say anew, with their own counts, and let the next delivery be compared with them too."""
    warehouse.execute(_NOTE, [compared.delivery_id, original["delivery_id"]])
    judged, _ = delivery.write(warehouse, contract, original, compared, known_at(max(original["day"], stands.day)))
    received = {"received": len(rows), "accepted": compared.accepted, "duplicate": compared.counts.duplicate}
    ledger.note_counts(warehouse, compared.delivery_id, received)
    delivery.note(warehouse, contract, compared, judged)
    warehouse.execute(_RELEASED, [compared.delivery_id, original["delivery_id"], rows])
    ledger.set_index(warehouse, contract.resource, delivery.keep_index(contract, compared), duckdb.__version__)
    ledger.note_news(warehouse, contract.resource, original["day"])
