"""Where a benchmark works: its folder below var/, its databases, and what one step lays down there for the next."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from demo import credentials, ports, settings
from demo.places import VAR
from demo.stack import salts

FOLDER = VAR / "bench"
WORKBOOK = FOLDER / "sample.xlsx"
RECORDLINKAGE = VAR / "recordlinkage"  # packages that this peer alone needs: of pandas an older one than ours
CITY = FOLDER / "demo" / "city"
LANDED, CHANGED, SAME = "bench_landed", "bench_changed", "bench_same"  # states of the warehouse
RUN = "bench_run"  # the database of the stage that runs
SMALL = 1_000_000  # rows
DAYS = (date(2026, 6, 1), date(2026, 6, 2))


def rows() -> int:
    """How many rows a delivery of this run has (`BENCH_ROWS`)."""
    return int(os.environ["BENCH_ROWS"])


def resource() -> str:
    """The resource whose shape they have (`BENCH_SHAPE`)."""
    return os.environ["BENCH_SHAPE"]


def stages() -> tuple[str, ...]:
    """The stages that run (`BENCH_STAGES`), none for all."""
    return tuple(filter(None, os.environ.get("BENCH_STAGES", "").split(",")))


def is_small() -> bool:
    """Whether every stage runs; of more rows, what one stage hands to the next would not fit into memory."""
    return rows() <= SMALL


def address(database: str, user: str = "postgres") -> str:
    """The address of a database, for its owner or another user."""
    secrets, remembered = credentials.read(FOLDER), ports.remembered(FOLDER)
    server = "exchange" if database == "exchange" else "postgres"
    return settings.address(user, secrets[server if user == "postgres" else user], remembered[server], database)


def environment(database: str = "warehouse") -> dict[str, str]:
    """What the product's code reads, with one of the databases for its warehouse."""
    made = settings.environment(FOLDER, credentials.read(FOLDER), ports.remembered(FOLDER), salts=salts(CITY))
    return made | {"AIRFLOW_CONN_WAREHOUSE": address(database, "cadre_loader").replace("postgresql:", "postgres:", 1)}


def drop_folder(name: str) -> Path:
    """One of the folders into which the department drops its files."""
    return FOLDER / "demo" / name


def sent(number: str) -> Path:
    """What the department sends on one of the days."""
    (path,) = (path for path in FOLDER.glob(f"{number}.*"))
    return path


def blocks(path: Path) -> Iterator[bytes]:
    """A file, a megabyte at a time."""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def keep(name: str, thing: Any) -> None:
    """Lay something down for the stages that begin with it."""
    (FOLDER / "kept").mkdir(exist_ok=True)
    with (FOLDER / "kept" / name).open("wb") as file:
        pickle.dump(thing, file, protocol=5)


def kept(name: str) -> Any:
    """What was laid down under a name."""
    with (FOLDER / "kept" / name).open("rb") as file:
        return pickle.load(file)  # noqa: S301  # of our own making, a minute ago


def keep_rows(number: int, rows: pa.Table) -> None:
    """Lay a part of the first day's good rows down, so that those of any size can be gone through."""
    keep(f"rows {number:04}", rows)


def kept_rows() -> Iterator[pa.Table]:
    """The first day's good rows, part by part."""
    for path in sorted((FOLDER / "kept").glob("rows *")):
        yield kept(path.name)


def copy_database(name: str, copy: str) -> None:
    """Make a database like another one, in place of an older copy."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(copy)))
        server.execute(sql.SQL("create database {} template {}").format(sql.Identifier(copy), sql.Identifier(name)))


@contextmanager
def database_like(state: str) -> Iterator[None]:
    """A database for one run, like a state that was prepared; without one, an empty one."""
    copy_database(state or "template0", RUN)
    yield
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(RUN)))
