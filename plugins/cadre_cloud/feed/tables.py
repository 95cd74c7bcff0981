"""Rows of the officials' own files on their way into the core's tables of the same columns."""

from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud import roster, versions
from cadre_cloud.feed.read import Rows
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.vault import vault
from cadre_cloud.warehouse import Warehouse, stage
from transforms.contract import Contract
from transforms.id_number import masked
from transforms.records import originals_of

_SEALED = ["id_cipher", "id_lookup", "id_masked"]


def write(warehouse: Warehouse, contract: Contract, rows: Rows, row_nos: pa.Array, at: datetime, delivery_id: str) -> None:
    """Write changed rows of a contract with a `table`; identity numbers only sealed."""
    changed = rows.accepted.filter(pc.is_in(rows.accepted["row_no"], value_set=row_nos.combine_chunks()))
    changed = changed.join(originals_of(rows.text, changed["row_no"], contract), keys="row_no")
    if contract.identity_columns:
        changed = _sealed(changed)
    changed = changed.append_column("valid_from", _valid_from(changed, contract))
    columns = columns_of(contract)
    types = versions.column_types(warehouse, _table(contract))
    stage(warehouse, "incoming", changed, {column: types[column] for column in columns})
    versions.write(warehouse, _table(contract), contract.key, columns, at, delivery_id, unlike=["id_cipher"])
    if _table(contract) == "unit":
        warehouse.execute("insert into core.region select distinct region_code from pg_temp.incoming on conflict do nothing")


def close_gone(warehouse: Warehouse, contract: Contract, present: pa.Array, day: date, at: datetime, delivery_id: str) -> None:
    """Close the rows that are no longer in the snapshot. `present`: every source key that is."""
    key = contract.key[0]
    rows = warehouse.execute(f"select {key} as key from core.{_table(contract)} where known_to is null and left_on is null")
    keys = pa.array([row["key"] for row in rows], pa.string())
    gone = keys.filter(pc.invert(pc.is_in(keys, value_set=present)))
    stage(warehouse, "gone", pa.table({key: gone}), {key: "text"})
    versions.close(warehouse, _table(contract), contract.key, columns_of(contract), day, at, delivery_id)


def columns_of(contract: Contract) -> list[str]:
    """The core table's columns that a contract fills."""
    plain = [name for name in contract.named if name not in contract.identity_columns]
    return [*plain, *(_SEALED if contract.identity_columns else []), "original", "valid_from"]


def _table(contract: Contract) -> str:
    assert contract.table  # noqa: S101  # chosen by it
    return contract.table.name


def _valid_from(rows: pa.Table, contract: Contract) -> pa.Array:
    source = contract.table and contract.table.valid_from
    if not source:
        return pa.nulls(len(rows), pa.date32())
    return pa.array([at and at.astimezone(SHANGHAI).date() for at in rows[source].to_pylist()], pa.date32())


def _sealed(rows: pa.Table) -> pa.Table:
    numbers = rows["id_number"].to_pylist()
    contexts = [roster.context(cadre_no) for cadre_no in rows["cadre_no"].to_pylist()]
    sealed = [vault().seal_value(number, context) for number, context in zip(numbers, contexts, strict=True)]
    return (
        rows.append_column("id_cipher", pa.array(sealed, pa.binary()))
        .append_column("id_lookup", pa.array([vault().lookup(number) for number in numbers], pa.binary()))
        .append_column("id_masked", masked(rows["id_number"]))
    )
