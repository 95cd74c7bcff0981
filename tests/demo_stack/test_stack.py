"""The databases of a stack, without Airflow, and one command at a time."""

import os
import sys
from pathlib import Path

import psycopg
import pytest

from demo import halt, postgres, processes
from demo.stack import Stack
from demo.trouble import Trouble


def test_databases_and_who_may_do_what(var: Path) -> None:
    with Stack(var, with_airflow=False, durable=False) as stack:
        with psycopg.connect(stack.reader_address) as reader:
            assert reader.execute("select current_user").fetchone() == ("cadre_reader_demo",)
        with psycopg.connect(stack.exchange_address, autocommit=True) as departments:
            departments.execute("create table unit as select 1 as code")
        exchange = stack.environment["AIRFLOW_CONN_EXCHANGE"]
        with psycopg.connect(exchange, autocommit=True) as platform:
            assert platform.execute("select code from unit").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                platform.execute("delete from unit")
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(stack.environment["AIRFLOW_CONN_WAREHOUSE"].replace("/warehouse", "/airflow"))
    assert not postgres.is_running(var)


def test_passwords_are_in_no_log_of_the_server(var: Path) -> None:
    with Stack(var, with_airflow=False, durable=False) as stack:
        pass
    log = (var / "postgres" / "server.log").read_text()
    assert not any(secret in log for secret in stack.secrets.values())


def test_lost_passwords_are_told(var: Path) -> None:
    with Stack(var, with_airflow=False, durable=False):
        pass
    (var / "secrets.json").unlink()
    with pytest.raises(Trouble, match="make clean"), Stack(var, with_airflow=False, durable=False):
        pass
    assert not postgres.is_running(var)


def test_nothing_is_left_after_a_failed_start(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_owner: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("demo.stack.upgrade", fail)
    with pytest.raises(KeyboardInterrupt), Stack(var, with_airflow=False, durable=False):
        pass
    assert not postgres.is_running(var)
    with halt.alone(var):
        pass


def test_one_command_at_a_time(var: Path) -> None:
    with halt.alone(var), pytest.raises(Trouble, match=f"process {os.getpid()}"), halt.alone(var):
        pass


def test_stop_ends_what_another_command_started(var: Path) -> None:
    processes.start(var / "run", "mailbox", [sys.executable, "-c", "input()"], env=os.environ, log=var / "log")
    Stack(var, with_airflow=False, durable=False).start()
    assert postgres.is_running(var)
    halt.stop(var)
    assert not postgres.is_running(var)
    assert processes.names(var / "run") == []


def test_a_gateway_that_does_not_start_is_told(var: Path) -> None:
    stack = Stack(var, with_airflow=False, durable=False)
    with stack, pytest.raises(Trouble, match="gateway does not start"):
        stack._start_server("gateway", ["nowhere"], {}, "gateway")
