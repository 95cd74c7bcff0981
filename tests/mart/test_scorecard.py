"""What a month of a department's deliveries adds up to."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from feed_cases import States
from homes import Home
from psycopg.rows import dict_row

FEEDS = """
insert into ledger.feed values
    ('daily', '甲局', '日报', 2, '2026-05-01'), ('monthly', '乙局', '月报', 62, '2026-05-01'),
    ('silent', '丙局', '不报', 14, '2026-05-01');
insert into ledger.settlement (resource, day, outcome)
select resource, day, 'nothing'
from unnest(array['daily', 'monthly', 'silent']) as resource,
     generate_series(date '2026-05-01', date '2026-06-20', '1 day') as day"""
ARRIVED = """
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, received, accepted, quarantined,
                             duplicate, unchanged, changed, mentions, linked, review, nobody, identity)
values (%(resource)s || %(day)s || %(state)s, %(resource)s, %(day)s::date, 'f', %(day)s || %(state)s, 1, 'x', %(state)s,
        100, 90, 8, 2, 50, 40, 40, 20, 5, 15, '{"full_id": 15, "masked_id": 5}')"""


@pytest.fixture
def home(states: States, tmp_path: Path) -> Iterator[Home]:
    home = states.lodging(tmp_path / "home")
    for statement in FEEDS.split(";"):
        home.run(statement)
    yield home


def arrive(home: Home, resource: str, *days: str, state: str = "loaded") -> None:
    for day in days:
        home.run(ARRIVED, {"resource": resource, "day": day, "state": state})


def card(home: Home, resource: str, month: str) -> dict:
    (found,) = home.rows("select * from mart.scorecard where resource = %s and month = %s", [resource, f"{month}-01"])
    return found


def punctuality(home: Home, resource: str, month: str) -> tuple[int, int, int]:
    found = card(home, resource, month)
    return found["due"], found["on_time"], found["missed"]


def test_each_day_without_a_daily_delivery_is_missed(home: Home) -> None:
    arrive(home, "daily", *(f"2026-05-{day:02}" for day in range(1, 32) if day not in (10, 11, 31)))
    arrive(home, "daily", "2026-06-03")
    # After a gap of two days the day that it comes again was due as well, and the one that comes is late.
    assert punctuality(home, "daily", "2026-05") == (30, 27, 3)
    assert punctuality(home, "daily", "2026-06") == (19, 0, 19)


def test_a_monthly_delivery_is_due_once_a_month_with_three_days_grace(home: Home) -> None:
    arrive(home, "monthly", "2026-05-02", "2026-06-05")
    assert punctuality(home, "monthly", "2026-05") == (1, 1, 0)
    assert punctuality(home, "monthly", "2026-06") == (1, 1, 0)


def test_a_monthly_delivery_a_day_later_is_missed_once(home: Home) -> None:
    arrive(home, "monthly", "2026-05-02", "2026-06-06")
    assert punctuality(home, "monthly", "2026-06") == (1, 0, 1)


def test_what_never_comes_is_missed_from_the_first_day_that_it_was_awaited(home: Home) -> None:
    assert punctuality(home, "silent", "2026-05") == (4, 0, 4)
    assert punctuality(home, "silent", "2026-06") == (3, 0, 3)


def test_held_refused_and_identity_add_up_over_the_month(home: Home) -> None:
    arrive(home, "daily", "2026-05-01", "2026-05-02")
    arrive(home, "daily", "2026-05-03", state="held")
    arrive(home, "daily", "2026-05-04", state="outdated")
    arrive(home, "daily", "2026-06-01")
    for delivery, rows in (("daily2026-05-01loaded", 3), ("daily2026-05-03held", 2), ("daily2026-06-01loaded", 9)):
        home.run(
            "insert into ledger.quarantine select %(delivery)s, n, null, case n when 1 then 'name' else 'id_number' end, "
            "'missing', 'm' "
            "from generate_series(1, %(rows)s) n", {"delivery": delivery, "rows": rows},
        )  # fmt: skip
        home.run("insert into ledger.quality values (%s, 1, 'e', null, 'warning', false, null, null)", [delivery])
    home.run("insert into ledger.failure (resource, day, step, cause) values ('daily', '2026-05-05', 'load', 'c')")
    home.run(
        "insert into ledger.act (at, who, why, kind, delivery_id) values (now(), 'w', 'y', 'accepted', 'daily2026-05-03held')"
    )
    found = card(home, "daily", "2026-05")
    assert {name: found[name] for name in ("department", "title", "until")} == {
        "department": "甲局", "title": "日报", "until": date(2026, 5, 31),
    }  # fmt: skip
    counted = ("deliveries", "held", "received", "accepted", "quarantined", "duplicate", "warnings", "failures", "acts")
    assert [found[name] for name in counted] == [3, 1, 300, 270, 24, 6, 2, 1, 1]
    assert found["reasons"] == [
        {"field": "id_number", "reason": "missing", "rows": 3}, {"field": "name", "reason": "missing", "rows": 2},
    ]  # fmt: skip
    assert [found[name] for name in ("mentions", "linked", "review", "nobody")] == [120, 60, 15, 45]
    assert found["identity"] == {"full_id": 30, "masked_id": 10}


def test_as_of_then_a_month_ends_where_it_was_known(home: Home) -> None:
    arrive(home, "daily", *(f"2026-05-{day:02}" for day in range(1, 21)))
    with psycopg.connect(home.owner, row_factory=dict_row) as warehouse:
        warehouse.execute("set cadre.as_of = '2026-05-10T12:00:00+08:00'")
        found = warehouse.execute(
            "select until, on_time, missed, received from mart.scorecard where resource = 'daily'"
        ).fetchone()
    assert found
    assert (found["until"], found["on_time"], found["missed"], found["received"]) == (date(2026, 5, 10), 10, 0, 1000)
