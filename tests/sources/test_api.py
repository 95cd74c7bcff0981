"""Pulling from a gateway that speaks the city's protocol."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cadre_cloud import contracts
from cadre_cloud.sources import SourceError, arrivals
from demo.gateway import Endpoint, serve
from transforms.contract import Contract
from transforms.formats import pages

NUMBER = 1_200  # more than two pages hold
DAY = date(2026, 6, 1)
PATH = "/discipline/v1/decisions"
SECRET = "s:e+c/ret"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city with many decisions of one moment, and one of two weeks later."""
    folder = tmp_path / "city" / "discipline" / DAY.isoformat()
    folder.mkdir(parents=True)
    records = [{"JDWH": f"{number:05d}", "GXSJ": "2026-05-01T08:00:00+08:00"} for number in range(NUMBER)]
    records.append({"JDWH": "late", "GXSJ": "2026-05-15T08:00:00+08:00"})
    (folder / "changes.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return tmp_path / "city"


@contextmanager
def gateway(city: Path, monkeypatch: pytest.MonkeyPatch, *, signed: bool = False, secret: str = SECRET) -> Iterator[None]:
    """A gateway of the city, to which the connection `gateway` leads; `secret` is what we believe the client's to be."""
    endpoint = Endpoint(PATH, "GXSJ", ("JDWH",), signed)
    with serve(city, {"discipline": endpoint}, "client", SECRET, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = {
            "conn_type": "http",
            "host": "127.0.0.1",
            "port": server.server_address[1],
            "login": "client",
            "password": secret,
        }
        monkeypatch.setenv("AIRFLOW_CONN_GATEWAY", json.dumps(where))
        yield
        server.shutdown()


def discipline(**source: object) -> Contract:
    contract = contracts.named("discipline")
    return contract.model_copy(update={"source": contract.source.model_copy(update=source)})


def pulled(contract: Contract, since: datetime | None = None) -> list[str]:
    (arrival,) = arrivals(contract, DAY, since)
    table = pages.parse(b"".join(arrival.chunks()))
    return table["JDWH"].to_pylist() if len(table) else []


@pytest.mark.parametrize("signed", [False, True])
def test_every_record_once_though_hundreds_share_a_cursor(city: Path, monkeypatch: pytest.MonkeyPatch, signed: bool) -> None:
    with gateway(city, monkeypatch, signed=signed):
        found = pulled(discipline(signed=signed))
    assert sorted(found) == [*(f"{number:05d}" for number in range(NUMBER)), "late"]


def test_only_what_is_new_and_three_days_before(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gateway(city, monkeypatch):
        assert pulled(discipline(), datetime(2026, 5, 17, tzinfo=UTC)) == ["late"]
        assert pulled(discipline(), datetime(2026, 5, 19, tzinfo=UTC)) == []


def test_a_missing_signature_is_told(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gateway(city, monkeypatch, signed=True), pytest.raises(SourceError, match="HTTP 403"):
        pulled(discipline(signed=False))


def test_an_unknown_path_is_told(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gateway(city, monkeypatch), pytest.raises(SourceError, match="HTTP 404"):
        pulled(discipline(path="/nowhere"))


def test_a_wrong_secret_is_told_and_not_named(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gateway(city, monkeypatch, secret="wrong-secret"), pytest.raises(SourceError) as error:
        pulled(discipline())
    assert "wrong-secret" not in str(error.value)
    assert "HTTP 401" in str(error.value)


def test_what_a_contract_does_not_allow_is_removed_before_anything_is_kept(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (city / "discipline" / DAY.isoformat() / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    told = [{**json.loads(line), "LXDH": "00013800138", "TXRY": {"XM": "无名同行"}} for line in lines[:3]]
    (city / "discipline" / DAY.isoformat() / "changes.jsonl").write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    with gateway(city, monkeypatch):
        (arrival,) = arrivals(discipline(allow_only=True), DAY, None)
        kept = b"".join(arrival.chunks())
    assert sorted(pages.parse(kept).column_names) == ["GXSJ", "JDWH", "row_error", "row_no"]
    assert "00013800138" not in kept.decode()
    assert "无名同行" not in kept.decode()
    assert arrival.dropped == {"LXDH": 3, "TXRY": 3}
