"""Refused rows, in the quarantine: each with its reason, as a code and as a sentence."""

import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from cadre_cloud.feed.sentences import refusal
from cadre_cloud.warehouse.connection import Warehouse, copy
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract

_FORGET = "delete from ledger.quarantine where delivery_id = %s and state = 'quarantined' and (%s or row_no = any(%s))"


def note(
    warehouse: Warehouse, contract: Contract, delivery_id: str, refused: pa.Table, in_place_of: list[int] | None = None
) -> None:
    """Note refused rows in place of what was noted of them before; one that was released stays so.

    Args:
        warehouse: inside a transaction.
        contract: by which they were read.
        delivery_id: whose rows.
        refused: `row_no, source_key, field, reason`.
        in_place_of: the numbers of the rows that are noted anew, by default all.
    """
    warehouse.execute(_FORGET, [delivery_id, in_place_of is None, in_place_of])
    left = warehouse.execute("select row_no from ledger.quarantine where delivery_id = %s", [delivery_id]).fetchall()
    is_noted = pc.is_in(refused["row_no"], value_set=pa.array([row["row_no"] for row in left], pa.int64()))
    refused = refused.filter(pc.invert(is_noted))
    if contract.has_telling_key:  # about whom a refused row is nobody knows, so nobody may be asked whether they read about them
        place = refused.column_names.index("source_key")
        refused = refused.set_column(place, "source_key", pa.nulls(len(refused), pa.string()))
    for group in tally(refused):
        alike = pc.and_(pc.equal(refused["field"], group["field"]), pc.equal(refused["reason"], group["reason"]))
        rows = refused.filter(alike)
        before, behind = refusal(contract, group["field"], group["reason"])
        message = pc.binary_join_element_wise(before, rows["row_no"].cast(pa.string()), behind, "")
        rows = rows.append_column("message", message).append_column("delivery_id", pa.repeat(delivery_id, len(rows)))
        copy(warehouse, sql.Identifier("ledger", "quarantine"), rows)


def rows_of(
    warehouse: Warehouse, delivery_id: str, row_no: int | None = None, reason: str | None = None, field: str | None = None
) -> list[int]:
    """The numbers of a delivery's rows that are still refused: all, one, or those with a reason, in a field."""
    rows = warehouse.execute(
        "select row_no from ledger.quarantine where delivery_id = %(delivery_id)s and state = 'quarantined' "
        "and coalesce(row_no = %(row_no)s, true) and coalesce(reason = %(reason)s, true) and coalesce(field = %(field)s, true) "
        "order by row_no",
        {"delivery_id": delivery_id, "row_no": row_no, "reason": reason, "field": field},
    ).fetchall()
    return [row["row_no"] for row in rows]


def tally(refused: pa.Table) -> list[Row]:
    """How many rows are refused for which reason in which field."""
    found = refused.group_by(["field", "reason"]).aggregate([([], "count_all")])
    return found.select(["count_all", "field", "reason"]).to_pylist()
