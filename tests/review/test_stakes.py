"""What waits is in the order of what hangs on it: the alerts that there would be, the resource, and doubts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from homes import Home
from psycopg import sql
from test_review import row, take

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.alerts.stakes import weigh

DAY = date(2026, 6, 2)
URGENCY = "select source_key, cadre_no, urgency, unsure from mart.link_review order by 1, 2"
OFFICIALS = ["C1", "C2", "C3"]
TABLES = ("link", "link_decision", "alert", "alert_event", "record")


@pytest.fixture(autouse=True)
def impacts(home: Home) -> None:
    home.run("delete from ledger.feed; delete from core.stake")
    home.run("insert into ledger.feed values ('court', 'd', 't', 2, '2026-01-01', 'high')")
    home.run("""
        insert into core.cadre_now (cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, post_title, status,
                                    id_masked)
        select c, '王明', 'male', '198001', '2002-08-01', '141', 'U', 'P', '1', '' from unnest(%s::text[]) as c
        on conflict do nothing""",
        [OFFICIALS])  # fmt: skip


def urgencies(home: Home) -> list[tuple[Any, ...]]:
    return [tuple(found.values()) for found in home.rows(URGENCY)]


def test_the_alert_that_would_be_raised_says_how_urgent_it_is(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    machine("C2", key="another case")
    home.run("update core.record set detail = detail || '{\"dishonest\": false}' where source_key = 'another case'")
    assert {urgency for _, _, urgency, _ in urgencies(home)} == {"5a"}  # before it is reckoned
    weigh(DAY)
    assert urgencies(home) == [("another case", "C2", "3a", 0), ("王明|〔2026〕1号", "C1", "2a", 0)]
    take(row("same"))
    evaluate(DAY)
    assert home.rows("select cadre_no, severity from mart.alert") == [{"cadre_no": "C1", "severity": "attention"}]


def test_it_is_of_the_record_whoever_is_meant(home: Home, machine: Callable[..., None]) -> None:
    machine("C2", method="several")
    machine("C1", method="several")
    weigh(DAY)
    assert {urgency for _, _, urgency, _ in urgencies(home)} == {"2a"}


def test_one_that_stands_already_would_not_come(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    take(row("same"))
    evaluate(DAY)
    machine("C1", mention_no=2)
    weigh(DAY)
    assert urgencies(home) == [("王明|〔2026〕1号", "C1", "5a", 0)]


def test_reckoning_leaves_everything_as_it_was(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    machine("C2", "same", method="full_id", mention_no=2)
    evaluate(DAY)
    everything = sql.SQL("select md5(string_agg(t::text, '|' order by t::text)) from core.{} t")
    before = [home.one(everything.format(sql.Identifier(name)).as_string()) for name in TABLES]
    weigh(DAY)
    assert [home.one(everything.format(sql.Identifier(name)).as_string()) for name in TABLES] == before


def test_what_no_longer_waits_hangs_on_nothing(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    weigh(DAY)
    take(row("different"))
    weigh(DAY)
    assert home.rows("select * from core.stake") == []


def test_unsure_ends_nothing_and_is_counted_until_it_is_taken_back(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    assert take(row("unsure"), row("unsure", who="赵审")).new == 2
    assert take(row("unsure")).before == [1]
    assert [unsure for *_, unsure in urgencies(home)] == [2]
    assert home.rows("select verdict, decided_by from core.link") == [{"verdict": "undecided", "decided_by": "machine"}]
    assert home.rows("select core.undo_decision('李审', now())")
    assert [unsure for *_, unsure in urgencies(home)] == [1]
    assert take(row("same", who="钱审")).new == 1
    assert "does not wait" in take(row("unsure")).refused[1]
