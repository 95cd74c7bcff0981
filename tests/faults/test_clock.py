"""The clock is set back: what comes later stays later, and nobody waits for the hours that come a second time."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from chain_in_process import contract_of, publish, run_feed
from feed_cases import FOLDER, States
from homes import Home, settled_in

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands.review import review
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.settle import roster_for
from cadre_cloud.feed.turn import _note_rest as note_rest
from cadre_cloud.feed.turn import arrivals_in_turn
from cadre_cloud.sources import Later
from cadre_cloud.warehouse.connection import acted_at, connect
from demo.stack import Stack

DAY = date(2026, 6, 1)
SENT = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_bytes()
DEBTOR = "(2026)黔9901执00001号|1"


def decide(decision: str, who: str) -> None:
    header = "resource,source_key,cadre_no,decision,who,why\n"
    assert review(f"{header}court,{DEBTOR},C0001,{decision},{who},查了档案\n".encode()).new == 1


def drop(home: Home, content: bytes, modified_at: float | None = None) -> Path:
    path = home.drop / "court" / "court_20260601.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    if modified_at:
        os.utime(path, (modified_at, modified_at))
    return path


def test_a_file_of_the_future_is_waited_for_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_DROP_QUIET", "0.2")
    drop(home, SENT, time.time() + 86_400)
    began = time.monotonic()
    assert len(extract(contract_of("court"), DAY)) == 1
    assert time.monotonic() - began < 30
    assert home.one("select state from ledger.delivery") == "landed"


def test_of_two_files_the_later_one_is_later(states: States, tmp_path: Path) -> None:
    """The first was landed an hour ahead of now, and not loaded yet."""
    home = states.lodging(tmp_path / "home", "personnel/roster")
    with settled_in(home):
        drop(home, SENT)
        extract(contract_of("court"), DAY)
        home.run("update ledger.delivery set landed_at = landed_at + interval '1 hour' where resource = 'court'")
        corrected = SENT.decode("gb18030").replace(",是,", ",否,").encode("gb18030")
        drop(home, corrected)
        run_feed(contract_of("court"), DAY)
    assert home.rows("select distinct detail ->> 'dishonest' as dishonest from core.known_record where resource = 'court'") == [
        {"dishonest": "false"}
    ]
    assert home.one("select outcome from ledger.settlement where resource = 'court'") == "loaded"


@pytest.mark.parametrize(("ago", "waits"), [("-1 day", False), ("-1 min", True), ("30 min", True), ("2 hours", False)])
def test_a_roster_is_not_waited_for_over_hours_that_come_again(home: Home, ago: str, waits: bool) -> None:
    drop(home, SENT)
    extract(contract_of("court"), DAY)
    home.run("update ledger.settlement set extracted_at = now() - %s::interval", [ago])
    assert roster_for(contract_of("court"), DAY)[0] is waits


def test_who_decides_last_decides(states: States, stack: Stack, tmp_path: Path) -> None:
    """And what happened to an alert is told in its order, now and as of then."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    noon = datetime(2026, 6, 1, 4, tzinfo=UTC)
    for who in ("李审", "赵审", "钱审"):
        home.run("select core.admit_to('cadre_reviewer', %s, '')", [who])
    with settled_in(home):
        for hours, decision, who in ((0, "different", "李审"), (-5, "same", "赵审"), (-3, "different", "钱审")):
            with time_machine.travel(noon + timedelta(hours=hours)):
                decide(decision, who)
                evaluate(DAY, acted_at())
        publish(DAY)
    (stands,) = home.rows(
        "select verdict, decided_by, known_from from core.link where source_key = %s and known_to is null", [DEBTOR]
    )
    assert (stands["verdict"], stands["decided_by"]) == ("different", "钱审")
    assert stands["known_from"] >= noon
    events = home.rows(
        "select e.kind, e.at from core.alert_event e join core.alert using (alert_no) "
        "where cadre_no = 'C0001' and rule = 'dishonest_debtor' order by event_no"
    )
    assert [event["kind"] for event in events] == ["raised", "retracted", "reopened", "retracted"]
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)


def test_a_gateway_s_rest_does_not_last_for_hours_that_come_again(home: Home) -> None:
    contract = contract_of("discipline")
    rest = "insert into ledger.rest values ('gateway', now() + interval '5 hours 1 min', now() + interval '5 hours')"
    home.run(rest)
    with connect() as warehouse, arrivals_in_turn(warehouse, contract, DAY, None) as arrivals:
        assert len(arrivals) == 1
        note_rest(warehouse, "gateway", 300)
    with connect() as warehouse, pytest.raises(Later) as told, arrivals_in_turn(warehouse, contract, DAY, None):
        pass
    assert told.value.wait
    assert 200 < told.value.wait <= 300
