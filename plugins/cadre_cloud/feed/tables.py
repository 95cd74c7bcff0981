"""Rows of the officials' own files on their way into the core's tables of the same columns."""

from collections.abc import Callable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed import forms, persons, spells
from cadre_cloud.feed.judge import Judged
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import roster, versions
from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.contract import Contract, Table
from transforms.id_number import region_of
from transforms.records import originals_of

# Tables that hold identity numbers, in these columns; what each number is bound to, by its row's key.
_SEALED = {
    "cadre": ["id_cipher", "id_lookup", "id_masked"],
    "form": ["id_cipher", "id_lookup", "id_masked"],
    "family": ["id_cipher", "id_lookup"],
}
_BOUND: dict[str, Callable[[str], str]] = {
    "cadre": roster.context,
    "form": forms.context,
    "family": roster.relative_context,
}

# Of each unit, and of the city around it, which has officials in its counties: its own code ends in 00.
_REGIONS = """
insert into core.region
select distinct unnest(array[region_code, left(region_code, 4) || '00']) from pg_temp.incoming on conflict do nothing"""


def write(warehouse: Warehouse, contract: Contract, judged: Judged, at: datetime, delivery_id: str) -> int:
    """Write what was judged: rows into their table, identity numbers only sealed, and the other persons that they name.

    Args:
        warehouse: inside a transaction.
        contract: one with a `table`.
        judged: what came of some rows.
        at: since when it is known.
        delivery_id: what brought it.

    Returns:
        How many of those others are newly held to be an official.
    """
    if len(judged.rows):
        _write_rows(warehouse, contract, judged, at, delivery_id)
    if contract.keeps_everybody:
        return 0
    found = persons.write(warehouse, contract.resource, judged, at, delivery_id)
    _end_unheld(warehouse, contract, judged, at)
    return found


def close_gone(
    warehouse: Warehouse, contract: Contract, stands: Callable[[pa.Array], pa.Array], day: date, at: datetime, delivery_id: str
) -> None:
    """Close the rows that are no longer in the snapshot of a day; `stands` tells whether a key is in it."""
    keys = _open_keys(warehouse, contract, "left_on is null")
    _stage_keys(warehouse, contract, keys.filter(pc.invert(stands(keys))))
    versions.close(warehouse, _table(contract).name, [_key(contract)], _columns_of(contract, closing=True), day, at, delivery_id)


def _write_rows(warehouse: Warehouse, contract: Contract, judged: Judged, at: datetime, delivery_id: str) -> None:
    table = _table(contract)
    rows = judged.rows.join(originals_of(judged.text, contract), keys="row_no")
    if table.name in _SEALED:
        rows = _sealed(rows, contract.key[0], _BOUND[table.name])
    for column, source in (("valid_from", table.valid_from), ("valid_to", table.valid_to)):
        rows = rows.append_column(column, _dates(rows, source))
    columns = _columns_of(contract)
    types = versions.column_types(warehouse, table.name)
    stage(warehouse, "incoming", rows, {column: types[column] for column in columns})
    versions.write(warehouse, table.name, [_key(contract)], columns, at, delivery_id, unlike=["id_cipher"])
    if table.spells:
        spells.write(warehouse, rows.select(["cadre_no", table.spells]).rename_columns(["cadre_no", "resume"]), at, delivery_id)
    if table.name == "unit":
        warehouse.execute(_REGIONS)


def _end_unheld(warehouse: Warehouse, contract: Contract, judged: Judged, at: datetime) -> None:
    """Rows that were looked at and are about nobody on the roster any more: their last version is no longer held."""
    keys = _open_keys(warehouse, contract, "true")
    looked_at = pc.is_in(keys, value_set=judged.looked_at["source_key"].combine_chunks())
    kept = pc.is_in(keys, value_set=judged.rows["source_key"].combine_chunks())
    _stage_keys(warehouse, contract, keys.filter(pc.and_(looked_at, pc.invert(kept))))
    versions.end(warehouse, _table(contract).name, [_key(contract)], at)


def _open_keys(warehouse: Warehouse, contract: Contract, condition: str) -> pa.Array:
    query = f"select {_key(contract)} as key from core.{_table(contract).name} where known_to is null and {condition}"
    return pa.array([row["key"] for row in warehouse.execute(query)], pa.string())


def _stage_keys(warehouse: Warehouse, contract: Contract, keys: pa.Array) -> None:
    stage(warehouse, "gone", pa.table({_key(contract): keys}), {_key(contract): "text"})


def _key(contract: Contract) -> str:
    """The column that names a row: the contract's only key item, or several of them joined."""
    return contract.key[0] if len(contract.key) == 1 else "source_key"


def _columns_of(contract: Contract, *, closing: bool = False) -> list[str]:
    """The core table's columns that a contract fills; a version that closes another ends on a day of its own."""
    table = _table(contract)
    hidden = contract.identity_columns | set(table.without)
    plain = [name for name in contract.named if name not in hidden]
    joined = [_key(contract)] if len(contract.key) > 1 else []
    return [*joined, *plain, *_SEALED.get(table.name, []), "original", "valid_from", *([] if closing else ["valid_to"])]


def _table(contract: Contract) -> Table:
    assert contract.table  # noqa: S101  # chosen by it
    return contract.table


def _dates(rows: pa.Table, source: str | None) -> pa.Array:
    """A column's dates; of points in time, the day in Shanghai."""
    if not source:
        return pa.nulls(len(rows), pa.date32())
    if pa.types.is_date(rows[source].type):
        return rows[source]
    return pa.array([at and at.astimezone(SHANGHAI).date() for at in rows[source].to_pylist()], pa.date32())


def _sealed(rows: pa.Table, key: str, context: Callable[[str], str]) -> pa.Table:
    numbers = rows["id_number"].to_pylist()
    contexts = map(context, rows[key].to_pylist())
    sealed = [number and vault().seal_value(number, place) for number, place in zip(numbers, contexts, strict=True)]
    return (
        rows.append_column("id_cipher", pa.array(sealed, pa.binary()))
        .append_column("id_lookup", pa.array([number and vault().lookup(number) for number in numbers], pa.binary()))
        .append_column("id_masked", region_of(rows["id_number"]))
    )
