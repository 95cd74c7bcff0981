"""The warehouse's server is away, full, or lets nobody in: that is waited for, for a time, and then said in one sentence."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from airflow.sdk.exceptions import AirflowException
from homes import Home
from psycopg.conninfo import conninfo_to_dict

from cadre_cloud.steps import step
from cadre_cloud.warehouse.connection import Unavailable, connect
from demo import postgres
from demo.processes import wait_until
from demo.stack import Stack

DAY = date(2026, 6, 1)


@contextmanager
def later(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Have something happen while something else goes on."""
    timer = threading.Timer(seconds, act)
    timer.start()
    yield
    timer.join()


def stop(stack: Stack) -> None:
    """The platform's server, not the departments'; whoever is connected is cut off."""
    os.kill(int((stack.var / "postgres" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
    assert wait_until(lambda: not postgres.is_running(stack.var), 60)


def start(stack: Stack) -> None:
    postgres.start(stack.var, stack.secrets["postgres"], stack.ports["postgres"], durable=False)


@pytest.fixture
def loader_limit(home: Home) -> Iterator[Callable[[int], None]]:
    """Set how many connections the tasks' login may have."""

    def limit(number: int) -> None:
        home.run(f"alter role cadre_loader connection limit {number}")

    yield limit
    limit(-1)


def test_a_server_that_restarts_is_waited_for(home: Home, stack: Stack) -> None:
    stop(stack)
    with later(1, lambda: start(stack)), connect() as warehouse:
        assert warehouse.execute("select 1 as one").fetchone() == {"one": 1}


def test_a_step_whose_server_restarts_says_so_once_it_can(home: Home, stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it had not committed is gone; the ledger has the cause, and no line of the log more than that."""
    cause = "the warehouse refused: it was shut down (57P01)"
    with failing(cause), connect() as warehouse:
        warehouse.execute("insert into core.region values ('529999')")
        stop(stack)
        with later(1, lambda: start(stack)):
            pass
        warehouse.execute("select 1")
    assert home.rows("select step, cause from ledger.failure") == [{"step": "load", "cause": cause}]
    assert not home.rows("select from core.region")
    assert_no_address(caplog.text, home)


def test_free_connections_are_waited_for(home: Home, loader_limit: Callable[[int], None]) -> None:
    loader_limit(0)
    with later(0.5, lambda: loader_limit(-1)), connect() as warehouse:
        assert warehouse.execute("select 1 as one").fetchone() == {"one": 1}


def test_for_a_time_only(
    home: Home, loader_limit: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CADRE_WAREHOUSE_WAIT", "0.3")
    loader_limit(0)
    began = time.monotonic()
    with failing("the warehouse has no connection free; it was waited for 0.3 s"), connect():
        pass
    assert time.monotonic() - began < 10
    assert set(caplog.messages) == {"The warehouse has no connection free; waiting up to 0 s"}


@pytest.mark.parametrize("address", ["postgres://a:b@127.0.0.1:1/warehouse", "postgres://a:b@nowhere.invalid/warehouse"])
def test_nobody_there(home: Home, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CADRE_WAREHOUSE_WAIT", "0")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", address)
    with pytest.raises(Unavailable) as failed, connect():
        pass
    assert str(failed.value) == "the warehouse cannot be reached; it was waited for 0 s"
    assert failed.value.__context__ is None


def test_a_wrong_password_is_not_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    address = home.environment["AIRFLOW_CONN_WAREHOUSE"]
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", address.replace("cadre_loader:", "cadre_loader:x"))
    began = time.monotonic()
    with pytest.raises(Unavailable, match="the warehouse refuses the login of Airflow's connection `warehouse`"), connect():
        pass
    assert time.monotonic() - began < 10


def test_what_the_warehouse_lacks_is_told_from_what_is_wrong_in_a_row(home: Home) -> None:
    with failing("the warehouse refused: it only lets itself be read (25006)"), connect() as warehouse:
        warehouse.execute("set transaction read only")
        warehouse.execute("insert into core.region values ('529999')")
    with failing("the warehouse refused: UniqueViolation (23505, region_pkey)"), connect() as warehouse:
        warehouse.execute("insert into core.region values ('529999'), ('529999')")


@contextmanager
def failing(cause: str) -> Iterator[None]:
    """A step that has to fail, with this cause and no more."""
    with pytest.raises(AirflowException) as failed, step("court", DAY, "load"):
        yield
    assert str(failed.value) == f"court {DAY} load: {cause}"


def assert_no_address(text: str, home: Home) -> None:
    described = conninfo_to_dict(home.address("cadre_loader"))
    for item in ("password", "port", "user"):
        assert str(described[item]) not in text
