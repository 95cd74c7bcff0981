"""A department's exchange database that is away, slow, read-only, or goes down in mid-reading."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import timeout
from gateways import DAY
from homes import Home

from cadre_cloud import contracts
from cadre_cloud.feed.extract import extract
from cadre_cloud.sources import Later, SourceError, arrivals, database

UNIT = contracts.named("unit")
NUMBER = 5_000


@pytest.fixture
def table(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """The units' table, of which a reading takes several goes; and its department's session."""
    monkeypatch.setattr(database, "_ROWS", 100)
    with psycopg.connect(home.exchange, autocommit=True) as department:
        department.execute(
            "create table b01 as select to_char(n, 'FM00000') as b0111, repeat('单位', 50) as b0101 "
            "from generate_series(1, %s) n",
            [NUMBER],
        )
        department.execute("grant select on b01 to exchange_reader")
        yield department


def read() -> bytes:
    (arrival,) = arrivals(UNIT, DAY, None)
    return b"".join(arrival.chunks())


def exchange(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    where = {"conn_type": "postgres", "host": "127.0.0.1", "login": "reader", "password": "a secret", "schema": "exchange"}
    monkeypatch.setenv("AIRFLOW_CONN_EXCHANGE", json.dumps(where | changes))


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange(monkeypatch, port=9)
    with pytest.raises(Later, match=r"^unit: the exchange database did not deliver \(OperationalError\)$") as error:
        read()
    assert error.value.__suppress_context__


@pytest.mark.parametrize(("kind", "extra"), [("postgres", {"connect_timeout": 2}), ("mysql", {"read_timeout": 1})])
def test_a_database_that_keeps_still(monkeypatch: pytest.MonkeyPatch, silent: int, kind: str, extra: dict[str, int]) -> None:
    """What an administrator wrote beside the connection goes before our own bounds."""
    exchange(monkeypatch, conn_type=kind, port=silent, extra=extra)
    with pytest.raises(Later, match="did not deliver"):
        read()


@pytest.mark.parametrize("driver", database._BOUNDS)
def test_nobody_waits_for_ever_without_extras(monkeypatch: pytest.MonkeyPatch, driver: str) -> None:
    kind = next(kind for kind, known in database._DRIVERS.items() if known == driver)
    exchange(monkeypatch, conn_type=kind)
    assert database._address("exchange").query["connect_timeout"] == "10"


def test_a_query_that_hangs(table: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database._AT_FIRST, "postgresql", "set local statement_timeout = '200ms'")
    with table.transaction():
        table.execute("lock table b01 in access exclusive mode")
        with pytest.raises(Later, match="QueryCanceled"):
            read()
    assert read().count(b"\r\n") == 1 + NUMBER


def test_a_database_that_goes_down_in_mid_reading(home: Home, table: psycopg.Connection, caplog) -> None:
    (arrival,) = arrivals(UNIT, DAY, None)
    whole = read()
    chunks = iter(arrival.chunks())
    some = next(chunks) + next(chunks)
    terminate(table, home)
    with pytest.raises(Later, match="AdminShutdown"):
        list(chunks)
    assert caplog.messages == []
    assert whole.startswith(some)
    assert b"".join(arrival.chunks()) == whole


def test_a_server_that_stands_still(table: psycopg.Connection) -> None:
    """No timeout of its own is left to it, and no word comes: the end of the task's time has to get through."""
    (arrival,) = arrivals(UNIT, DAY, None)
    chunks = iter(arrival.chunks())
    next(chunks)
    (session,) = table.execute("select pid from pg_stat_activity where usename = 'exchange_reader'").fetchone()
    os.kill(session, signal.SIGSTOP)
    going_on = threading.Timer(10, os.kill, [session, signal.SIGCONT])
    going_on.start()
    try:
        with pytest.raises(AirflowTaskTimeout), timeout(0.5):
            list(chunks)
        assert going_on.is_alive()
    finally:
        going_on.cancel()
        os.kill(session, signal.SIGCONT)


def test_nothing_half_read_is_landed(home: Home, table: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    contract, left = contracts.named("unit"), [True]
    really = database.as_csv

    def go_down(rows: list[list[str]]) -> bytes:
        if len(rows) > 1 and left:
            terminate(table, home)
            left.clear()
        return really(rows)

    monkeypatch.setattr(database, "as_csv", go_down)
    with pytest.raises(Later):
        extract(contract, DAY)
    assert [path for path in (home.var / "landing").rglob("*") if path.is_file()] == []
    (delivery_id,) = extract(contract, DAY)
    assert home.one("select bytes from ledger.delivery where delivery_id = %s", [delivery_id]) == len(read())


def terminate(table: psycopg.Connection, home: Home) -> None:
    """End the platform's sessions, as a shutdown does."""
    table.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = 'exchange_reader'",
        [home.exchange_name],
    )


def test_a_read_only_database_is_read(home: Home, table: psycopg.Connection) -> None:
    table.execute(f'alter database "{home.exchange_name}" set default_transaction_read_only = on')
    assert read().count(b"\r\n") == 1 + NUMBER


def test_it_is_read_as_it_is_at_one_moment(table: psycopg.Connection) -> None:
    (arrival,) = arrivals(UNIT, DAY, None)
    chunks = iter(arrival.chunks())
    some = next(chunks)
    (level,) = table.execute(
        "select count(*) from pg_locks l join pg_stat_activity a using (pid) "
        "where a.usename = 'exchange_reader' and l.relation = 'b01'::regclass and a.state = 'idle in transaction'"
    ).fetchone()
    assert level == 1
    table.execute("delete from b01")
    assert (some + b"".join(chunks)).count(b"\r\n") == 1 + NUMBER


def test_we_cannot_write(home: Home, table: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    table.execute("grant insert on b01 to exchange_reader")
    monkeypatch.setitem(database._AT_FIRST, "postgresql", "insert into b01 values ('x', 'x')")
    with pytest.raises(SourceError, match="ReadOnlySqlTransaction"):
        read()


@pytest.mark.parametrize("goes", ["before", "between"])
def test_a_table_that_is_gone(table: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, goes: str) -> None:
    if goes == "between":
        really = database._query
        drop = table.execute

        def drop_and_ask(*given):
            drop("alter table b01 rename to gone")
            return really(*given)

        monkeypatch.setattr(database, "_query", drop_and_ask)
    else:
        table.execute("drop table b01")
    cause = r"unit: the exchange database (has no table b01|did not deliver \(UndefinedTable\))"
    with pytest.raises(SourceError, match=cause) as error:
        read()
    assert not isinstance(error.value, Later)
