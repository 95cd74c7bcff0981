"""No room on a disk, or a disk that cannot be written to: a clear stop at each step, and on it goes when there is room again."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowException
from at_once import at_once
from chain_in_process import contract_of, publish, run_day, run_feed
from dump import present
from feed_cases import FOLDER, States
from homes import Home, clone, settled_in
from tiny_disk import TinyDisk, settle_down

from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import settle
from cadre_cloud.steps import step
from demo.stack import Stack
from transforms import duck

DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)
SENT = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_bytes()
STEPS: dict[str, Callable[[], object]] = {
    "extract": lambda: extract(contract_of("court"), NEXT, "run"),
    "check": lambda: check(contract_of("court"), NEXT),
    "load": lambda: load(contract_of("court"), NEXT, NEXT),
}
FULL = "no space is left on the disk"


@pytest.fixture
def home(states: States, tmp_path: Path) -> Home:
    """A day of the court's has run, and the next one's file is there."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    (home.drop / "court" / "court_20260602.csv").write_bytes(SENT.replace("是,".encode("gb18030"), "否,".encode("gb18030")))
    return home


@pytest.fixture
def expected(home: Home, stack: Stack, tmp_path: Path) -> dict[str, Any]:
    """What is held after the next day where there is room."""
    other = clone(stack, tmp_path / "other", home, with_exchange=False)
    with settled_in(other):
        run_feed(contract_of("court"), NEXT)
        publish(NEXT)
    return present(other)


def test_no_room_below_var_at_any_step(home: Home, expected: dict[str, Any]) -> None:
    def go() -> None:
        disk = on_a_disk_of_its_own(home.var)
        for name, act in STEPS.items():
            disk.fill()
            assert fails(name, act) == f"court {NEXT} {name}: {FULL}"
            assert settles(home) == ("failed", f"{name}: {FULL}")
            assert not list(home.var.rglob("landing/*/*.part"))
            disk.clear()
            with step("court", NEXT, name):
                act()
        assert settles(home) == ("loaded", None)
        publish(NEXT)
        assert not list(home.var.rglob("*.part"))

    at_once(lambda: in_home(home, go))
    assert present(home) == expected


def test_no_room_to_compare_in(home: Home) -> None:
    def go() -> None:
        disk = on_a_disk_of_its_own(home.var)
        disk.fill()
        cause = fails("check", sort_four_million)
        assert cause == f"court {NEXT} check: neither memory nor space on the disk is left to compare in"
        assert [path.name for path in (home.var / "duckdb").iterdir()] == []

    at_once(lambda: in_home(home, go))


def test_a_disk_that_cannot_be_written_to(home: Home, expected: dict[str, Any]) -> None:
    def go() -> None:
        disk = on_a_disk_of_its_own(home.var)
        disk.forbid_writing()
        assert fails("extract", STEPS["extract"]) == f"court {NEXT} extract: OSError: Read-only file system"
        assert settles(home) == ("failed", "extract: OSError: Read-only file system")
        disk.allow_writing()
        run_feed(contract_of("court"), NEXT)
        assert settles(home) == ("loaded", None)
        publish(NEXT)

    at_once(lambda: in_home(home, go))
    assert present(home) == expected


def test_no_room_for_the_warehouse(home: Home, expected: dict[str, Any], tmp_path: Path) -> None:
    """A server of its own, whose records lie on a disk of their own."""

    def go() -> None:
        settle_down()
        with Stack(tmp_path / "server", with_airflow=False, durable=False) as server:
            own = Home("warehouse", tmp_path / "own", server, "exchange")
            for folder in (own.var, own.drop / "court"):
                folder.mkdir(parents=True)
            with settled_in(own):
                for resource, case in (("unit", "city_units"), ("personnel", "roster")):
                    shutil.copytree(FOLDER / resource / case, own.folder / "city" / resource / DAY.isoformat())
                run_day(own, own.folder / "city", DAY, ["unit", "personnel"])
                (own.drop / "court" / "court_20260602.csv").write_bytes(SENT)
                with psycopg.connect(own.owner, autocommit=True) as owner:
                    make_room_scarce(owner, server)
                    run_feed(contract_of("court"), NEXT)
                    full = "the warehouse refused: its disk is full (53100)"
                    assert settles(own) == ("failed", f"load: {full}")
                    assert own.rows("select from core.record union all select from core.link") == []
                    owner.execute("drop table filler")
                run_feed(contract_of("court"), NEXT)
                assert settles(own) == ("loaded", None)
                assert own.one("select count(*) from core.record") == 7

    at_once(go)


def make_room_scarce(owner: psycopg.Connection, server: Stack) -> None:
    """Lay the records on a disk with no room but for the table itself."""
    data = (server.var / "postgres").resolve()
    folder = data / "scarce"
    folder.mkdir()
    TinyDisk(folder, 2)
    inner = folder / "space"
    inner.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(inner, "nobody")
        folder.chmod(0o755)
    owner.execute(f"create tablespace scarce location '{inner}'")
    owner.execute("alter table core.record set tablespace scarce")
    owner.execute("create table filler (it text) tablespace scarce")
    owner.execute("alter table filler alter it set storage plain")
    with suppress(psycopg.errors.DiskFull):
        while True:
            owner.execute("insert into filler select repeat('x', 4000) from generate_series(1, 2)")


def on_a_disk_of_its_own(var: Path) -> TinyDisk:
    """Move what lies in var/ to a disk that can be filled."""
    settle_down()
    aside = var.with_name("aside")
    shutil.copytree(var, aside)
    disk = TinyDisk(var, 16)
    shutil.copytree(aside, var, dirs_exist_ok=True)
    return disk


def in_home(home: Home, act: Callable[[], None]) -> None:
    with settled_in(home):
        act()


def fails(name: str, act: Callable[[], object]) -> str:
    with pytest.raises(AirflowException) as failed, step("court", NEXT, name):
        act()
    return str(failed.value)


def settles(home: Home) -> tuple[str, str | None]:
    with step("court", NEXT, "settle"):
        settle(contract_of("court"), NEXT, "run")
    (row,) = home.rows("select outcome, message from ledger.settlement where resource = 'court' and day = %s", [NEXT])
    return row["outcome"], row["message"]


def sort_four_million() -> None:
    duck.configure(memory_limit="40MB")
    with duck.Scratch() as db:
        db.run("create table number as select range as no, hash(range) as hashed from range(4000000)")
        db.number("select count(distinct hashed) from number where no % 10 = 0")
