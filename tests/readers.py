"""Logging in to a home's warehouse as somebody who may read about some regions."""

from contextlib import contextmanager
from typing import Any

import psycopg
from homes import Home
from psycopg import sql

from demo.settings import address

PASSWORD = "a-password-of-tests"


def admit(home: Home, role: str, *prefixes: str, group: str = "cadre_reader") -> None:
    """Make a login of a role that may read the regions whose codes begin so, as a member of a group."""
    with psycopg.connect(home.owner, autocommit=True) as owner:
        if not owner.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            make = sql.SQL("create role {} login password {} in role {}")
            owner.execute(make.format(sql.Identifier(role), sql.Literal(PASSWORD), sql.Identifier(group)))
        for prefix in prefixes:
            owner.execute("insert into core.account values (%s, %s) on conflict do nothing", [role, prefix])


@contextmanager
def login(home: Home, role: str) -> Any:
    """One transaction of a role's own, undone in the end."""
    with psycopg.connect(address(role, PASSWORD, home.stack.ports["postgres"], home.name)) as connection:
        yield connection
        connection.rollback()


def column(connection: psycopg.Connection, query: str, values: list[Any] | None = None) -> list[Any]:
    """The one column of a query's rows, each value once."""
    return sorted({row[0] for row in connection.execute(query, values)})
