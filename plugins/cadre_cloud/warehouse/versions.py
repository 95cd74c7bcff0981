"""Bitemporal tables: what is known of a key is never overwritten, a newer version ends the older one's knowledge time."""

from datetime import date, datetime

from psycopg import sql

from cadre_cloud.warehouse.connection import Warehouse

_CHANGED = sql.SQL("""
delete from pg_temp.{incoming} as i using {table} as c
where {same_key} and c.known_to is null and ({old}) is not distinct from ({new})""")

_END = sql.SQL("""
update {table} as c set known_to = greatest(%(at)s, c.known_from) from pg_temp.{incoming} as i
where {same_key} and c.known_to is null""")

_BEGIN = sql.SQL("""
insert into {table} ({columns}, known_from, delivery_id)
select {columns}, greatest(%(at)s, (select max(c.known_from) from {table} c where {same_key})), %(delivery_id)s
from pg_temp.{incoming} as i""")

_CLOSE = sql.SQL("""
with ended as (
    update {table} as c set known_to = greatest(%(at)s, c.known_from) from pg_temp.gone as i
    where {same_key} and c.known_to is null and c.left_on is null
    returning c.*)
insert into {table} ({columns}, valid_to, left_on, known_from, delivery_id)
select {columns}, coalesce(valid_to, %(day)s), %(day)s, known_to, %(delivery_id)s from ended""")


def write(
    warehouse: Warehouse, table: str, key: list[str], columns: list[str], at: datetime, delivery_id: str,
    *, unlike: list[str] | None = None,
) -> int:  # fmt: skip
    """Bring a versioned core table up to what stands in the temporary table `incoming`.

    Args:
        warehouse: inside a transaction.
        table: in schema core, with `known_from, known_to, delivery_id`.
        key: the columns that name a row.
        columns: every column that `incoming` gives, the key's among them.
        at: since when it is known.
        delivery_id: what brought it.
        unlike: columns by which two versions are not compared, such as ciphertexts.

    Returns:
        How many versions begin.
    """
    compared = [c for c in columns if c not in key and c not in (unlike or [])]
    parts = {
        "table": sql.Identifier("core", table),
        "incoming": sql.Identifier("incoming"),
        "same_key": _same(key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "old": _names("c", [*compared, "left_on"]),
        "new": sql.SQL("{}, null::date").format(_names("i", compared)),
    }
    warehouse.execute(_CHANGED.format(**parts))
    warehouse.execute(_END.format(**parts), {"at": at})
    return warehouse.execute(_BEGIN.format(**parts), {"at": at, "delivery_id": delivery_id}).rowcount


def close(
    warehouse: Warehouse, table: str, key: list[str], columns: list[str], day: date, at: datetime, delivery_id: str
) -> None:
    """Close what left a snapshot: rows whose keys stand in the temporary table `gone` get `left_on` and an end.

    Args:
        warehouse, table, key, at, delivery_id: as in `write`.
        columns: every column of a version but `valid_to`, `left_on` and the knowledge times.
        day: the business day on which they were no longer there.
    """
    statement = _CLOSE.format(
        table=sql.Identifier("core", table),
        same_key=_same(key),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    warehouse.execute(statement, {"day": day, "at": at, "delivery_id": delivery_id})


def end(warehouse: Warehouse, table: str, key: list[str], at: datetime) -> int:
    """What is no longer held at all: the versions of keys in the temporary table `gone` end, and none begins. Says how many."""
    parts = {"table": sql.Identifier("core", table), "incoming": sql.Identifier("gone"), "same_key": _same(key)}
    return warehouse.execute(_END.format(**parts), {"at": at}).rowcount


def column_types(warehouse: Warehouse, table: str) -> dict[str, str]:
    """The PostgreSQL type of each column of a core table."""
    rows = warehouse.execute(
        "select attname, format_type(atttypid, atttypmod) as type from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        [f"core.{table}"],
    )
    return {row["attname"]: row["type"] for row in rows}


def _same(key: list[str]) -> sql.Composed:
    return sql.SQL(" and ").join(sql.SQL("c.{0} = i.{0}").format(sql.Identifier(name)) for name in key)


def _names(alias: str, columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in columns)
