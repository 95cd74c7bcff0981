"""A business day's deliveries of a city directory, as the departments would bring them: the gateway's day, tables and files."""

from collections.abc import Iterable
from pathlib import Path

import psycopg
import requests

from demo.departments import Table, drop_files, load_exchange
from demo.trouble import Trouble
from transforms.contract import Contract


def set_day(gateway: str, day: str) -> None:
    """Have the gateway serve what was there on a day."""
    answer = requests.post(f"{gateway}/_today", data=day, timeout=30)
    if not answer.ok:
        raise Trouble(f"The gateway does not take the day {day}: HTTP {answer.status_code}.")


def fill_exchange(exchange: str, city: Path, day: str, feeds: Iterable[Contract]) -> bool:
    """Bring the feeds' tables in the exchange database to their state of a day."""
    with psycopg.connect(exchange, autocommit=True) as connection:
        load_exchange(connection, city, day, map(_table, _of_kind(feeds, "database")))
    return True


def drop_all(city: Path, day: str, feeds: Iterable[Contract], folder: Path) -> None:
    """Put the files of a day into the feeds' folders."""
    for contract in _of_kind(feeds, "drop"):
        drop_files(city, day, contract.resource, folder / contract.resource)


def sources(contract: Contract) -> dict[str, str]:
    """The source's name of each of our columns."""
    return {column.name: source for source, column in contract.columns.items()}


def _of_kind(feeds: Iterable[Contract], kind: str) -> list[Contract]:
    return [contract for contract in feeds if contract.source.kind == kind]


def _table(contract: Contract) -> Table:
    source = sources(contract)
    key = tuple(source[name] for name in contract.key)
    cursor = source[contract.cursor] if contract.cursor else None
    columns = (*contract.columns, *contract.ignore)
    return Table(contract.resource, contract.source.table, contract.mode, key, cursor, columns)  # type: ignore[union-attr]
