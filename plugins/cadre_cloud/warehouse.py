"""The warehouse's connection, and Arrow tables on their way into it."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from airflow.sdk import Connection
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from cadre_cloud import keys
from cadre_cloud.settings import SHANGHAI

Warehouse = psycopg.Connection[DictRow]
_AT_ONCE = 100_000  # rows


@contextmanager
def connect(begin: Callable[[Warehouse], None] = keys.share) -> Iterator[Warehouse]:
    """A connection by Airflow's connection `warehouse`, one transaction unless the caller opens more.

    `begin` comes first: no keys are rotated while somebody is connected, unless by them (`keys.take`).
    """
    given = Connection.get("warehouse")
    with psycopg.connect(
        host=given.host, port=given.port, user=given.login, password=given.password, dbname=given.schema,
        application_name="cadre-cloud", connect_timeout=10, row_factory=dict_row,
    ) as connection:  # fmt: skip
        begin(connection)
        yield connection


def known_at(day: date) -> datetime:
    """Since when a business day's deliveries are known: 06:00 in Shanghai."""
    return datetime.combine(day, time(6), SHANGHAI)


def acted_at() -> datetime:
    """Since when it is known what a person does now: the clock on the wall, which nothing else asks."""
    return datetime.now(SHANGHAI)


def stage(warehouse: Warehouse, name: str, table: pa.Table, types: dict[str, str]) -> None:
    """COPY an Arrow table into a temporary table that ends with the transaction.

    Args:
        warehouse: inside a transaction.
        name: of the temporary table.
        table: its columns go by name; binary ones are written as bytea.
        types: the PostgreSQL type of each column, in the order of the table.
    """
    columns = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(t)) for c, t in types.items())
    warehouse.execute(sql.SQL("drop table if exists pg_temp.{}").format(sql.Identifier(name)))
    warehouse.execute(sql.SQL("create temp table {} ({}) on commit drop").format(sql.Identifier(name), columns))
    copy(warehouse, sql.Identifier("pg_temp", name), table.select(list(types)))


def copy(warehouse: Warehouse, into: sql.Identifier, table: pa.Table) -> None:
    """COPY an Arrow table into a table of the warehouse, some rows at a time; columns go by name, binary ones as bytea."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(into, columns)
    with warehouse.cursor().copy(statement) as stream:
        for start in range(0, len(table), _AT_ONCE):
            buffer = io.BytesIO()
            rows = _writable(table.slice(start, _AT_ONCE))
            pacsv.write_csv(rows, buffer, pacsv.WriteOptions(include_header=False))
            stream.write(buffer.getbuffer())


def _writable(table: pa.Table) -> pa.Table:
    """Binary columns as PostgreSQL's hexadecimal text."""
    for place, field in enumerate(table.schema):
        if pa.types.is_binary(field.type):
            hexes = [None if value is None else "\\x" + value.hex() for value in table[place].to_pylist()]
            table = table.set_column(place, field.name, pa.array(hexes, pa.string()))
        elif pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, pc.strftime(table[place], "%Y-%m-%d %H:%M:%S+00"))
    return table
