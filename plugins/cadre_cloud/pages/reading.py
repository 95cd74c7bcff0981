"""Reading the warehouse as whoever is signed in, with that user's rights and no others, and noting who looks at whom."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import psycopg
from airflow.sdk import Connection
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from cadre_cloud.warehouse import looks
from cadre_cloud.warehouse.acts import Act

Row = DictRow
Reader = psycopg.Connection[Row]

_TIMEOUT = "2s"  # of one statement: these processes also serve the tasks


@contextmanager
def as_reader_of(user_name: str) -> Iterator[Reader | None]:
    """One transaction in the role of a user of the pages; None for a user whom nobody admitted (`core.admit`)."""
    with _transaction() as connection:
        row = connection.execute("select role_name from core.page_user where user_name = %s", [user_name]).fetchone()
        if row:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(row["role_name"])))
        yield connection if row else None


def note_look(user_name: str, why: str, through: str, cadre_no: str) -> None:
    """Commit that a user of the pages looks at an official; only then may anything be shown."""
    with _transaction() as connection:
        looks.note(connection, Act(user_name, why), through, cadre_no=cadre_no)


def note_looks(user_name: str, why: str, through: str, cadre_nos: Iterable[str]) -> None:
    """The same of some officials at once."""
    with _transaction() as connection:
        looks.note_officials(connection, Act(user_name, why), through, cadre_nos)


@contextmanager
def _transaction() -> Iterator[Reader]:
    with _pool().connection() as connection:
        connection.execute(sql.SQL("set local statement_timeout = {}").format(sql.Literal(_TIMEOUT)))
        yield connection


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
