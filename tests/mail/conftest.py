"""A city with something to tell, a real mailbox beside it, and no mail written yet."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_cases import States
from homes import Home, settled_in
from mailboxes import Mailbox, keep_the_roster_fresh
from sick_smtp import SickServer


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    """After 2026-06-02: alerts of both counties, a newcomer among them."""
    home = states.lodging(tmp_path / "home", "personnel/newcomer")
    keep_the_roster_fresh(home)
    with settled_in(home):
        yield home


@pytest.fixture
def mailbox(city: Home, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    options = "disable_ssl=true&disable_tls=true&timeout=5&retry_limit=1"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{free_port}?{options}")
    box = Mailbox(tmp_path / "mail", free_port)
    box.up()
    yield box
    box.down()


@pytest.fixture
def sick(monkeypatch: pytest.MonkeyPatch) -> Iterator[SickServer]:
    """In the mailbox's place, a server that does what a test plans."""
    options = "disable_ssl=true&disable_tls=true&timeout=1&from_email=Cadre+Cloud+%3Ccadre%40city.test%3E"
    with SickServer() as server:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{server.port}?{options}")
        yield server


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
