"""Reading the warehouse as whoever is signed in, with that user's rights and no others."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg
from airflow.sdk import Connection
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Row = DictRow
Reader = psycopg.Connection[Row]

_TIMEOUT = "2s"  # of one statement: these processes also serve the tasks


@contextmanager
def as_reader_of(user_name: str) -> Iterator[Reader | None]:
    """One transaction in the role of a user of the pages; None for a user whom nobody admitted (`core.admit`)."""
    with _pool().connection() as connection:
        connection.execute(sql.SQL("set local statement_timeout = {}").format(sql.Literal(_TIMEOUT)))
        row = connection.execute("select role_name from core.page_user where user_name = %s", [user_name]).fetchone()
        if row:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(row["role_name"])))
        yield connection if row else None


@cache
def _pool() -> "ConnectionPool[Reader]":
    given = Connection.get("warehouse_web")
    return ConnectionPool(
        kwargs={
            "host": given.host, "port": given.port, "user": given.login, "password": given.password, "dbname": given.schema,
            "application_name": "cadre-cloud-pages", "row_factory": dict_row,
        },
        min_size=0, max_size=4, timeout=5, max_idle=60, open=True,
        check=ConnectionPool.check_connection,  # the database may have been started anew meanwhile
    )  # fmt: skip
