"""A rehearsal whose states are kept, so that a test can go back to the morning that it wants to disturb."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from demo import settings
from demo.rehearsal import Rehearsal
from demo.stack import Stack

FOLDERS = ("landing", "index", "work", "demo/drop", "demo/mail", "demo/bounces")
DATABASES = {"warehouse": "postgres", "exchange": "exchange"}  # and the server of each


class Chain:
    """The days of a city through a stack, and what stood after each of them."""

    def __init__(self, rehearsal: Rehearsal, stack: Stack) -> None:
        self.rehearsal, self.stack = rehearsal, stack
        self.days = rehearsal.city.days
        self.stands: str | None = None

    def run_all_days(self) -> None:
        for day in self.days:
            self.rehearsal.run_day(day)
            self._keep(day)

    def go_to(self, day: str) -> None:
        """Go to the evening of a day, unless that is where things stand."""
        if self.stands != day:
            self._go_back(day)

    @contextmanager
    def disturbed(self) -> Iterator[None]:
        """What happens here is not what the days alone would have brought."""
        self.stands = None
        yield

    @contextmanager
    def warehouse(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """The warehouse, as its owner, each statement for itself."""
        with psycopg.connect(self.stack.owner_address, autocommit=True, row_factory=dict_row) as connection:
            yield connection

    def rows(self, query: str, values: Any = None) -> list[dict[str, Any]]:
        with self.warehouse() as warehouse:
            return warehouse.execute(query, values).fetchall()

    def truth(self, name: str) -> list[dict[str, str]]:
        """What is really so in the city."""
        with (self.rehearsal.city.folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def mails(self) -> list[EmailMessage]:
        """What lies in the mailbox."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[misc]
            for path in sorted(self.stack.mail.glob("*.eml"))
        ]

    def _keep(self, day: str) -> None:
        for name in DATABASES:
            self._copy_database(name, name, f"{name} {day}")
        for folder in FOLDERS:
            if (self.stack.var / folder).exists():
                shutil.copytree(self.stack.var / folder, self._kept(day) / folder)
        self.stands = day

    def _go_back(self, day: str) -> None:
        for name in DATABASES:
            self._administer(name, f'drop database "{name}" with (force)')
            self._copy_database(name, f"{name} {day}", name)
        for folder in FOLDERS:
            shutil.rmtree(self.stack.var / folder, ignore_errors=True)
            if (self._kept(day) / folder).exists():
                shutil.copytree(self._kept(day) / folder, self.stack.var / folder)
        self.stands = day

    def _kept(self, day: str) -> Path:
        return self.stack.var / "kept" / day

    def _copy_database(self, of: str, name: str, copy: str) -> None:
        self._administer(of, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
        # Of a copy that is made through the log, the default, PostgreSQL sets sequences back when it is killed later.
        self._administer(of, f'create database "{copy}" template "{name}" strategy file_copy')

    def _administer(self, of: str, statement: str) -> None:
        server = DATABASES[of]
        address = settings.address("postgres", self.stack.secrets[server], self.stack.ports[server], "postgres")
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(statement)
