"""Ports are kept from start to start, and left to whoever took them."""

import socket
from pathlib import Path

from demo import ports


def test_ports_are_distinct_and_kept(var: Path) -> None:
    first = ports.choose(var, ("postgres", "airflow", "gateway"))
    assert len(set(first.values())) == 3
    assert ports.choose(var, ("postgres", "airflow", "gateway")) == first
    assert ports.remembered(var) == first


def test_a_taken_port_is_left_alone(var: Path) -> None:
    first = ports.choose(var, ("postgres", "airflow"))
    with socket.create_server(("127.0.0.1", first["postgres"])):
        second = ports.choose(var, ("postgres", "airflow"))
    assert second["postgres"] not in first.values()
    assert second["airflow"] == first["airflow"]


def test_a_port_taken_on_all_addresses_counts_as_taken(var: Path) -> None:
    port = ports.choose(var, ("postgres",))["postgres"]
    with socket.create_server(("", port)):
        assert not ports.is_free(port)
        assert ports.answers(port)
    assert ports.is_free(port)
