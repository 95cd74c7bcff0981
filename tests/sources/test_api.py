"""Pulling from a gateway that speaks the city's protocol."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gateways import DAY, city_of, discipline, gateway, pulled

from cadre_cloud.sources import SourceError, arrivals
from transforms.formats import pages

NUMBER = 1_200  # more than two pages hold


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city with many decisions of one moment, and one of two weeks later."""
    records = [{"JDWH": f"{number:05d}", "GXSJ": "2026-05-01T08:00:00+08:00"} for number in range(NUMBER)]
    return city_of(tmp_path, [*records, {"JDWH": "late", "GXSJ": "2026-05-15T08:00:00+08:00"}])


@pytest.mark.parametrize("signed", [False, True])
def test_every_record_once_though_hundreds_share_a_cursor(city: Path, signed: bool) -> None:
    with gateway(city, signed=signed) as server:
        found = pulled(discipline(signed=signed))
    assert sorted(found) == [*(f"{number:05d}" for number in range(NUMBER)), "late"]
    assert [request.page for request in server.book.requests] == [0, 1, 2, 3]


def test_only_what_is_new_and_three_days_before(city: Path) -> None:
    with gateway(city):
        assert pulled(discipline(), datetime(2026, 5, 17, tzinfo=UTC)) == ["late"]
        assert pulled(discipline(), datetime(2026, 5, 19, tzinfo=UTC)) == []


@pytest.mark.usefixtures("hurried")
def test_a_missing_signature_is_told(city: Path) -> None:
    with gateway(city, signed=True), pytest.raises(SourceError, match="HTTP 403"):
        pulled(discipline(signed=False))


@pytest.mark.usefixtures("hurried")
def test_an_unknown_path_is_told(city: Path) -> None:
    with gateway(city), pytest.raises(SourceError, match="HTTP 404"):
        pulled(discipline(path="/nowhere"))


@pytest.mark.usefixtures("hurried")
def test_a_wrong_secret_is_told_and_not_named(city: Path) -> None:
    with gateway(city, secret="wrong-secret") as server, pytest.raises(SourceError) as error:
        pulled(discipline())
    assert str(error.value) == "/oauth/token: the gateway answered HTTP 401; 3 bad answers in this pull"
    assert len(server.book.requests) == 3


def test_what_a_contract_does_not_allow_is_removed_before_anything_is_kept(city: Path) -> None:
    lines = (city / "discipline" / DAY.isoformat() / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    told = [{**json.loads(line), "LXDH": "00013800138", "TXRY": {"XM": "无名同行"}} for line in lines[:3]]
    with gateway(city_of(city.parent, told)):
        (arrival,) = arrivals(discipline(allow_only=True), DAY, None)
        kept = b"".join(arrival.chunks())
    assert sorted(pages.parse(kept).column_names) == ["GXSJ", "JDWH", "row_error", "row_no"]
    assert "00013800138" not in kept.decode()
    assert "无名同行" not in kept.decode()
    assert arrival.dropped == {"LXDH": 3, "TXRY": 3}


def test_what_is_wrapped_into_an_allowed_item_was_not_allowed(city: Path) -> None:
    lines = (city / "discipline" / DAY.isoformat() / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    first, second, third = (json.loads(line) for line in lines[:3])
    told = [first | {"JDWH": {"JDWH": first["JDWH"], "GJ": "无名卡口"}}, second | {"JDWH": ["无名旅馆"]}, third]
    with gateway(city_of(city.parent, told)):
        (arrival,) = arrivals(discipline(allow_only=True), DAY, None)
        kept = b"".join(arrival.chunks())
    assert pages.parse(kept)["JDWH"].to_pylist().count(None) == 2
    assert "无名" not in kept.decode()
    assert arrival.dropped.pop("JDWH") == 2
