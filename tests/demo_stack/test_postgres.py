"""A real PostgreSQL of the tests' own; as root this also covers a folder that `nobody` cannot get to."""

import os
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from demo import ports, postgres, processes
from demo.settings import address
from demo.trouble import Trouble

PASSWORD = "only-for-a-test"


def start(var: Path) -> int:
    port = ports.choose(var, ("postgres",))["postgres"]
    postgres.start(var, PASSWORD, port, durable=False)
    return port


def connect(port: int, password: str = PASSWORD) -> psycopg.Connection:
    return psycopg.connect(address("postgres", password, port, "postgres"), autocommit=True)


def test_data_outlive_the_server(var: Path) -> None:
    with connect(start(var)) as connection:
        connection.execute("create table kept as select 'as it was' as text")
        assert connection.execute("show server_encoding").fetchone() == ("UTF8",)
    postgres.stop(var)
    assert not postgres.is_running(var)
    with connect(start(var)) as connection:
        assert connection.execute("select text from kept").fetchone() == ("as it was",)


def test_it_is_for_this_machine_and_those_who_know_the_password(var: Path) -> None:
    port = start(var)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(port, "another")
    with connect(port) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("show unix_socket_directories").fetchone() == ("",)
    data = (var / "postgres" / "data").stat()
    assert stat.S_IMODE(data.st_mode) == 0o700
    assert data.st_uid != 0
    assert not (var / "postgres" / "password").exists()


def test_a_killed_server_is_started_again(var: Path) -> None:
    start(var)
    data = var / "postgres" / "data"
    os.kill(postgres._postmaster(data), 9)
    with connect(start(var)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_server_left_over_makes_way(var: Path) -> None:
    start(var)
    left_over = postgres._postmaster(var / "postgres" / "data")
    start(var)
    assert processes._see(left_over) is None
    assert postgres.is_running(var)


def test_an_interrupted_initialisation_is_done_again(var: Path) -> None:
    home = postgres._home(var)
    (home.folder / "data.new" / "base").mkdir(parents=True)
    start(var)
    assert not (home.folder / "data.new").exists()


def test_its_own_reason_is_told_when_it_does_not_start(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = pytest.raises(Trouble, match="does not start: could not create any TCP/IP sockets")
    with socket.create_server(("127.0.0.1", 0)) as taken, reason:
        postgres.start(var, PASSWORD, taken.getsockname()[1], durable=False)
    monkeypatch.setenv("PG_BIN", "/nowhere")
    with pytest.raises(Trouble, match="No PostgreSQL in /nowhere"):
        start(var)


def test_databases_of_another_version_are_told(var: Path) -> None:
    home = postgres._home(var)
    home.data.mkdir()
    (home.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 9\.6"):
        start(var)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_a_closed_folder_stays_closed(var: Path) -> None:
    var.parent.chmod(0o700)
    start(var)
    assert stat.S_IMODE(var.parent.stat().st_mode) == 0o700
    outside = (var / "postgres").readlink()
    assert not outside.is_relative_to(var.parent)
    postgres.stop(var)
    postgres.remove(var)
    assert not outside.exists()
