"""The warehouse's connection, and Arrow tables on their way into it."""

import io
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from datetime import time as time_of_day
from itertools import chain, repeat

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from airflow.sdk import Connection
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from cadre_cloud import settings
from cadre_cloud.readable import Readable
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import keys

log = logging.getLogger(__name__)

Warehouse = psycopg.Connection[DictRow]
_AT_ONCE = 100_000  # rows
_PAUSES = (0.1, 0.3, 1.0, 3.0, 5.0)  # seconds between two tries; the last one again and again

# Of a machine that lost its power neither side hears anything: after two minutes it is taken for gone, and its locks with it.
_SESSION = (
    "connect_timeout=10 keepalives_idle=60 keepalives_interval=10 keepalives_count=6 "
    "options='-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=6'"
)

# What a server says that lets nobody in; libpq hands on no code of it. In another language it is taken for one that is away.
_FULL = ("too many", "remaining connection slots")
_REFUSED = ("authentication failed", "does not exist", "pg_hba.conf", "permission denied", "not permitted to log in")


class Unavailable(Readable, psycopg.OperationalError):
    """Why there is no connection to be had, in a sentence without an address; nothing was done."""


@contextmanager
def connect(begin: Callable[[Warehouse], None] = keys.share) -> Iterator[Warehouse]:
    """A connection by Airflow's connection `warehouse`, one transaction unless the caller opens more.

    While the server is away, or has no connection free, that is waited for, up to `CADRE_WAREHOUSE_WAIT` seconds. `begin` comes
    first: no keys are rotated while somebody is connected, unless by them (`keys.take`).

    Raises:
        Unavailable: there was none for so long, or the server lets this login in under no circumstances.
    """
    with _patiently() as connection:
        begin(connection)
        yield connection


def _patiently() -> Warehouse:
    begin, most, pauses = time.monotonic(), settings.warehouse_wait(), chain(_PAUSES, repeat(_PAUSES[-1]))
    while True:
        try:
            return _open()
        except psycopg.OperationalError as error:
            told = str(error)  # with the address, which stays here
        if _is_among(_REFUSED, told):
            raise Unavailable("the warehouse refuses the login of Airflow's connection `warehouse`")
        why = "has no connection free" if _is_among(_FULL, told) else "cannot be reached"
        waited = time.monotonic() - begin
        if waited >= most:
            raise Unavailable(f"the warehouse {why}; it was waited for {most:g} s")
        if (pause := next(pauses)) == _PAUSES[0]:
            log.warning("The warehouse %s; waiting up to %.0f s", why, most)
        time.sleep(pause)


def _is_among(words: tuple[str, ...], told: str) -> bool:
    return any(word in told for word in words)


def _open() -> Warehouse:
    given = Connection.get("warehouse")
    return psycopg.connect(
        _SESSION, host=given.host, port=given.port, user=given.login, password=given.password, dbname=given.schema,
        application_name=f"cadre-cloud {os.getpid()}",  # a task's sockets Airflow hides from whoever looks for its process
        row_factory=dict_row,
    )  # fmt: skip


def known_at(day: date) -> datetime:
    """Since when a business day's deliveries are known: 06:00 in Shanghai."""
    return datetime.combine(day, time_of_day(6), SHANGHAI)


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
