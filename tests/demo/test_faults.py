"""The gateway's bad days are the same for the same seed, and bring every fault."""

import json
import os
import subprocess
import sys
import threading
from itertools import groupby, islice
from pathlib import Path

import pytest
import requests

from demo import ports, settings
from demo.faults import FAULTS, ON_PAGES, REFUSALS, FaultyServer, drawn
from demo.gateway import Endpoint, Gateway
from demo.processes import wait_until
from demo.trouble import Trouble

PAGE, TOKEN = "/discipline/v1/decisions", "/oauth/token"


def deck(seed: str, path: str, number: int = 200) -> list[str | None]:
    draw = drawn(seed)
    return list(islice((draw(path) for _ in range(number)), number))


def test_a_seed_says_which_faults_come_when() -> None:
    assert deck("7", PAGE) == deck("7", PAGE)
    assert deck("7", PAGE) != deck("8", PAGE)
    assert deck("7", PAGE) != deck("7", "/police/v1/decisions")


@pytest.mark.parametrize("seed", ["1", "2", "seven"])
def test_every_fault_comes_and_passes(seed: str) -> None:
    played = deck(seed, PAGE)
    assert set(played) == {*FAULTS, None}
    rows = [list(row) for is_fault, row in groupby(played, bool) if is_fault]
    assert max(map(len, rows)) <= 3
    assert all(sum(fault in REFUSALS for fault in row) <= 1 for row in rows)
    assert set(deck(seed, TOKEN)) == {*FAULTS, None} - {*REFUSALS, *ON_PAGES}


def test_a_book_is_kept_of_who_did_not_wait(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, {"discipline": Endpoint(PAGE, "GXSJ", ("JDWH",))}, "client", "secret")
    left = ["too many", None]
    with FaultyServer(gateway, 0, lambda _: left.pop(0)) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert requests.get(address + PAGE, timeout=5).headers["Retry-After"] == "1"
        assert requests.get(address + PAGE, timeout=5).status_code == 401
        assert requests.get(address + "/_book", timeout=5).json() == {"requests": 2, "played": {"too many": 1}, "early": 1}
        assert requests.post(address + "/_today", data="2026-06-01", timeout=5).ok
        server.shutdown()


def test_the_demo_s_gateway_plays_them(tmp_path: Path) -> None:
    """As a process of its own, by a clock that is wrong."""
    (tmp_path / "endpoints.json").write_text(json.dumps({"discipline": {"path": PAGE, "cursor": "GXSJ", "key": ["JDWH"]}}))
    port = ports.choose(tmp_path, ["gateway"])["gateway"]
    command = [sys.executable, "-m", "demo.faults", str(tmp_path), str(tmp_path / "endpoints.json"), str(port)]
    process = subprocess.Popen(command, env={**os.environ, "FAULTS": "7", "GATEWAY_CLIENT": "client:secret"})
    try:
        assert wait_until(lambda: ports.answers(port), 30)
        assert requests.get(f"http://127.0.0.1:{port}/_book", timeout=5).json() == {"requests": 0, "played": {}, "early": 0}
    finally:
        process.terminate()
        process.wait(10)


def test_a_given_gateway_has_faults_of_its_own() -> None:
    assert settings.faults({"FAULTS": "7"}) == "7"
    assert settings.faults({}) == ""
    with pytest.raises(Trouble, match="FAULTS"):
        settings.faults({"FAULTS": "7", "GATEWAY": "http://127.0.0.1:1"})
