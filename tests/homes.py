"""Homes for the chain: a warehouse, an exchange database and folders of a test's own, cloned from what was migrated once."""

import base64
import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from cadre_cloud import contracts
from demo.settings import address
from demo.stack import Stack

OURS = ("AIRFLOW_CONN_", "CADRE_", "AIRFLOW__")
KEY = base64.b64encode(b"a key for tests, of 32 bytes ...").decode()
SALT = "a salt of tests"
CLIENT = ("platform", "a-secret-of-tests")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Home:
    """One warehouse with its surroundings: an exchange database, and a folder for its var/ and what is dropped."""

    name: str
    folder: Path
    stack: Stack
    exchange_name: str

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def drop(self) -> Path:
        return self.folder / "drop"

    @property
    def owner(self) -> str:
        return self.address("postgres")

    @property
    def exchange(self) -> str:
        return _departments(self.stack, self.exchange_name)

    def address(self, user: str) -> str:
        """The address of this home's warehouse, for a user of the stack."""
        return address(user, self.stack.secrets[user], self.stack.ports["postgres"], self.name)

    def rows(self, query: str, values: Sequence[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a query, as the warehouse's owner, whom no row policy binds."""
        with psycopg.connect(self.owner, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, values: Sequence[Any] | dict[str, Any] | None = None) -> Any:
        """The one value of a query."""
        ((value,),) = [row.values() for row in self.rows(query, values)]
        return value

    def run(self, statement: str, values: Sequence[Any] | dict[str, Any] | None = None) -> None:
        with psycopg.connect(self.owner) as connection:
            connection.execute(statement, values)

    @property
    def environment(self) -> dict[str, str]:
        """What the product's code reads, in a process that works in this home."""
        basis = {path.stem: "tests with synthetic people" for path in contracts.paths()}
        return {
            "AIRFLOW_CONN_WAREHOUSE": self.address("cadre_loader").replace("postgresql:", "postgres:"),
            "AIRFLOW_CONN_EXCHANGE": self.stack.environment["AIRFLOW_CONN_EXCHANGE"].removesuffix("exchange")
            + self.exchange_name,
            "CADRE_KEY": KEY,
            "CADRE_VAR": str(self.var),
            "CADRE_DROP": self.drop.as_uri(),
            "CADRE_LEGAL_BASIS": json.dumps(basis),
            "CADRE_DROP_QUIET": "0",
            "CADRE_SALTS": json.dumps(dict.fromkeys(basis, SALT)),
            "CADRE_REHEARSAL": "1",
        }


@contextmanager
def settled_in(home: Home) -> Iterator[Home]:
    """Have the product's code, in this process, work in a home."""
    with without_settings() as patch:
        for name, value in home.environment.items():
            patch.setenv(name, value)
        yield home


@contextmanager
def without_settings() -> Iterator[pytest.MonkeyPatch]:
    """Have no setting of the product's but those that a test makes."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(OURS):
                patch.delenv(name)
        yield patch


def clone(stack: Stack, folder: Path, like: Home | None = None, *, with_exchange: bool = True) -> Home:
    """Make a home like another one, by default an empty one: databases by TEMPLATE, folders copied.

    Without an exchange database of its own it reads the other one's.
    """
    name = f"home_{next(_numbers)}"
    own = like is None or with_exchange
    home = Home(name, folder, stack, f"{name}_exchange" if own else like.exchange_name)
    warehouses = address("postgres", stack.secrets["postgres"], stack.ports["postgres"], "postgres")
    _make_database(warehouses, name, like.name if like else "warehouse")
    if own:
        _make_database(_departments(stack, "postgres"), home.exchange_name, like.exchange_name if like else "exchange")
    for of in ("var", "drop"):
        if like:
            shutil.copytree(like.folder / of, folder / of)
        (folder / of).mkdir(parents=True, exist_ok=True)
    return home


def lodger(stack: Stack, folder: Callable[[], Path]) -> Iterator[Home]:
    """A fixture's body: an empty home to work in. Its databases go with the server."""
    home = clone(stack, folder())
    with settled_in(home):
        yield home


def _departments(stack: Stack, database: str) -> str:
    return address("postgres", stack.secrets["exchange"], stack.ports["exchange"], database)


def _make_database(server: str, name: str, template: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        # A database that somebody is connected to is no template.
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [template])
        names = map(sql.Identifier, (name, template))
        connection.execute(sql.SQL("create database {} template {} strategy file_copy").format(*names))
