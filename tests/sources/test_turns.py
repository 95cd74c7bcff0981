"""Who asks a gateway when: one pull at a time, and none before it wants to be asked again, whichever task or process it is."""

import threading
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from gateways import DAY, PATH, city_of, discipline, gateway, script
from homes import Home

from cadre_cloud import contracts
from cadre_cloud.feed import turn
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.search import _read_again
from cadre_cloud.sources import Later, patience
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect
from demo import faults
from demo.gateway import Endpoint
from transforms.contract import Contract

NUMBER = 1_100
DECISION = {"XM": "张伟", "SFZH": "529901198001010019", "CLLX": "11", "JDRQ": "20260501", "JDJG": "市纪委监委", "ZT": "1"}

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture
def city(home: Home, tmp_path: Path) -> Path:
    return city_of(tmp_path, [decision(number) for number in range(NUMBER)])


@pytest.fixture
def contract(home: Home) -> Contract:
    """With the home's legal basis."""
    return discipline()


def decision(number: int, at: str = "2026-05-30T08:00:00+08:00") -> dict[str, str]:
    return {**DECISION, "JDWH": f"{number:05d}", "GXSJ": at}


def landed(home: Home) -> list[dict]:
    return home.rows("select delivery_id, state, received, accepted, duplicate, quarantined from ledger.delivery")


def test_a_rest_outlives_the_task(home: Home, city: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the day is tried again, and by whichever feed, nobody asks before it is over."""
    monkeypatch.setattr(patience, "_SHORT", 0.1)
    with gateway(city, draw=script(None, "unavailable", path=PATH)) as server:
        with pytest.raises(Later, match="HTTP 503") as first:
            extract(contract, DAY)
        assert first.value.wait == faults.REST
        asked = len(server.book.requests)
        for other in (contract, contracts.named("public_security")):
            with pytest.raises(Later, match="wants to be left alone") as again:
                extract(other, DAY)
            assert 0 < again.value.wait <= faults.REST
        assert len(server.book.requests) == asked
        assert landed(home) == []
        time.sleep(again.value.wait)
        extract(contract, DAY)
        assert server.book.early == 0
    assert len(landed(home)) == 1


def test_a_task_killed_while_it_waits(home: Home, city: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(faults, "REST", 30)
    with gateway(city, draw=script("too many", path="/oauth/token")) as server:
        with monkeypatch.context() as killing:
            killing.setattr(patience, "time", SimpleNamespace(monotonic=time.monotonic, sleep=kill))
            with pytest.raises(KeyboardInterrupt):
                extract(contract, DAY)
        with pytest.raises(Later) as error:
            extract(contract, DAY)
        assert 25 < error.value.wait <= 30
        assert len(server.book.requests) == 1


def test_reading_again_for_newcomers_waits_as_well(home: Home, city: Path, contract: Contract) -> None:
    home.run("insert into ledger.rest values ('gateway', now() + interval '1 hour')")
    with gateway(city) as server, connect() as warehouse, pytest.raises(Later, match="wants to be left alone"):
        _read_again(warehouse, contract, DAY)
    assert server.book.requests == []


def test_pulls_take_turns(home: Home, city: Path, contract: Contract) -> None:
    """Two resources of one gateway, at once: one's requests come before the other's."""
    police = contracts.named("public_security")
    sent = {column.name: name for name, column in police.columns.items()}
    with gateway(city, draw=script("error", None, None, "error")) as server:
        key = tuple(sent[name] for name in police.key)
        server.gateway.resources["public_security"] = Endpoint(police.source.path, sent[police.cursor], key, police.source.signed)
        tasks = [threading.Thread(target=extract, args=(each, DAY)) for each in (contract, police)]
        for task in tasks:
            task.start()
        for task in tasks:
            task.join()
    assert sorted(row["state"] for row in landed(home)) == ["landed", "landed"]
    paths = [request.path for request in server.book.requests if request.path != "/oauth/token"]
    assert paths in ([*[PATH] * 5, police.source.path], [police.source.path, *[PATH] * 5])


def test_a_turn_that_does_not_come_soon(home: Home, city: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "_WAITING", "set local lock_timeout = '50ms'")
    with gateway(city) as server:
        with psycopg.connect(home.owner, autocommit=True) as other:
            other.execute("select pg_advisory_lock(hashtext('cadre source'), hashtext('gateway'))")
            with pytest.raises(Later, match="another pull from gateway goes on"):
                extract(contract, DAY)
        assert server.book.requests == []
        monkeypatch.undo()
        extract(contract, DAY)
        extract(contract, DAY)  # the turn was given back


def test_a_bad_day_leaves_nothing_out_and_nothing_twice(home: Home, city: Path, contract: Contract) -> None:
    """Records that move, are touched and come late, with every other fault between."""
    every = [fault for fault in faults.FAULTS if fault not in ("drip", "drip headers", "endless")]
    played = [fault for pair in zip(every, [None] * len(every), strict=True) for fault in pair]
    with gateway(city, draw=script(None, "move", *played)) as server:
        run(contract, DAY)
        assert server.book.early == 0
    (first,) = landed(home)
    assert (first["state"], first["accepted"], first["quarantined"]) == ("loaded", NUMBER, 0)
    assert first["received"] == NUMBER + first["duplicate"] > NUMBER

    late = decision(NUMBER, "2026-05-27T08:00:00+08:00")  # three days behind what was served
    touched = decision(1, "2026-06-01T20:00:00+08:00")
    city_of(city.parent, [late, touched, decision(NUMBER + 1, "2099-01-01T00:00:00+08:00")], date(2026, 6, 2))
    unseen = decision(NUMBER + 2, "2026-06-02T07:00:00+08:00")
    city_of(city.parent, [unseen], date(2026, 6, 3))
    for day in (date(2026, 6, 2), date(2026, 6, 3)):
        with gateway(city, draw=script("cut", "hang up")) as server:
            server.gateway.set_today(day)
            run(contract, day)
    counts = home.rows("select day, changed from ledger.delivery order by day")
    assert [row["changed"] for row in counts] == [NUMBER, 3, 1]


def run(contract: Contract, day: date) -> None:
    extract(contract, day)
    check(contract, day)
    load(contract, day)


def test_no_day_has_read_beyond_its_end(home: Home) -> None:
    home.run(
        "insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, cursor_to) values "
        "('1', 'discipline', '2026-06-01', 'f', 's', 0, '', 'loaded', '2099-01-01 00:00+08')"
    )
    with connect() as warehouse:
        assert ledger.cursor_before(warehouse, "discipline", DAY) is None
        found = ledger.cursor_before(warehouse, "discipline", date(2026, 6, 2))
    assert found and found.isoformat() == "2026-06-01T16:00:00+00:00"
