"""What was true on a day: the post, unit, level, age and status of then, out of appointments and of what the roster said."""

from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from homes import Home
from psycopg.errors import DatetimeFieldOverflow, InvalidDatetimeFormat
from psycopg.rows import dict_row

from cadre_cloud import publication
from cadre_cloud.warehouse.connection import connect, known_at

DAY_ONE, DAY_TWO = known_at(date(2026, 6, 1)), known_at(date(2026, 6, 2))
_CADRE = """
insert into core.cadre (cadre_no, name, sex, born_on, duty_level, unit_code, post_title, status, valid_from, original, known_from,
                        known_to, left_on, delivery_id)
values ('C1', %(name)s, 'male', '19800115', %(level)s, %(unit)s, %(post)s, %(status)s, %(valid)s, '{}', %(known)s, %(ended)s,
        %(left)s, 'd')"""
_APPOINTMENT = """
insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, duty_level, started_on, ended_on, valid_from,
                              valid_to, left_on, original, known_from, known_to, delivery_id)
values (%(no)s, 'C1', %(unit)s, %(post)s, %(level)s, %(started)s, %(over)s, %(started)s, %(over)s, %(left)s, '{}', %(known)s,
        null, 'd')"""
_UNIT = """
insert into core.unit (unit_code, name, region_code, original, known_from, delivery_id)
values (%s, %s, '529900', '{}', '2026-05-01', 'd')"""
_ALERT = """
insert into core.alert (alert_no, rule, rule_version, cadre_no, matter, severity, state, title, title_en, explanation,
                        explanation_en, basis, evidence, raised_at)
values ('A1', 'r', 1, 'C1', 'm', 'notice', 'new', 't', 't', 'e', 'e', 'b', '[]', now())"""


@pytest.fixture
def official(home: Home) -> Home:
    """Of whom the roster says since 2024, and until it says otherwise since 2026, that this is the head of U2."""
    for unit in ("U1", "U2", "U3"):
        home.run(_UNIT, [unit, f"{unit}局"])
    say(home, unit="U2", post="局长", level="131", valid="2024-01-01")
    return home


def say(home: Home, **said: Any) -> None:
    """Have the roster say something, and publish it."""
    usual = {"name": "王明", "status": "1", "valid": None, "known": DAY_ONE, "ended": None, "left": None, "level": None}
    home.run("update core.cadre set known_to = %s where known_to is null", [said.get("known", DAY_ONE)])
    home.run(_CADRE, usual | said)
    with connect() as warehouse:
        publication._write_present(warehouse)


def appoint(home: Home, unit: str, post: str, level: str | None, started: str, over: str | None = None, **other: Any) -> None:
    row = {"unit": unit, "post": post, "level": level, "started": started, "over": over, "left": None, "known": DAY_ONE}
    home.run(_APPOINTMENT, row | {"no": f"{unit}{post}{started}"} | other)


def on(home: Home, day: str, view: str = "mart.cadre", at: datetime | None = None) -> list[dict[str, Any]]:
    """What a view tells of a day once all that was told is published."""
    home.run("select core.keep_days(array_agg(distinct known_from)) from core.cadre")
    with psycopg.connect(home.owner, row_factory=dict_row) as warehouse:
        warehouse.execute("select set_config('cadre.valid_on', %s, true)", [day])
        warehouse.execute("select set_config('cadre.as_of', %s, true)", [at.isoformat() if at else ""])
        return warehouse.execute(f"select * from {view}").fetchall()


def post_on(home: Home, day: str, at: datetime | None = None) -> tuple[Any, ...] | None:
    rows = on(home, day, at=at)
    return tuple(rows[0][name] for name in ("unit_name", "post_title", "duty_level")) if rows else None


def test_the_post_is_the_appointment_s_of_that_day(official: Home) -> None:
    appoint(official, "U1", "科长", "141", "2015-03-01", "2019-12-31")
    appoint(official, "U3", "副局长", "132", "2020-01-15", "2023-12-31")
    appoint(official, "U2", "局长", "131", "2024-01-01")
    assert post_on(official, "2015-02-28") is None
    assert post_on(official, "2015-03-01") == ("U1局", "科长", "141")
    assert post_on(official, "2019-12-31") == ("U1局", "科长", "141")
    assert post_on(official, "2020-01-14") is None  # the file has a gap, and the roster says nothing of that day
    assert post_on(official, "2022-01-01") == ("U3局", "副局长", "132")
    assert post_on(official, "2024-01-01") == ("U2局", "局长", "131")
    (then,) = on(official, "2022-01-15")
    assert (then["age"], then["status"], str(then["post_since"]), str(then["level_since"])) == (
        42,
        "1",
        "2020-01-15",
        "2020-01-15",
    )


def test_on_the_day_of_a_handover_it_is_the_newer_post(official: Home) -> None:
    appoint(official, "U1", "科长", "131", "2015-03-01", "2020-01-15")
    appoint(official, "U3", "副局长", "132", "2020-01-15", "2023-12-31")
    assert post_on(official, "2020-01-15") == ("U3局", "副局长", "132")
    assert {row["post_title"] for row in on(official, "2020-01-15", "mart.appointment")} == {"科长", "副局长"}
    assert {row["post_title"] for row in on(official, "2020-01-14", "mart.appointment")} == {"科长"}


def test_of_several_posts_it_is_the_roster_s_else_the_highest(official: Home) -> None:
    appoint(official, "U1", "组长", None, "2022-06-01")
    appoint(official, "U1", "成员", "141", "2021-01-01")
    appoint(official, "U2", "局长", "131", "2020-01-01")
    appoint(official, "U3", "主席", "122", "2019-01-01")
    assert post_on(official, "2023-01-01") == ("U2局", "局长", "131")
    assert post_on(official, "2019-06-01") == ("U3局", "主席", "122")


def test_an_appointment_that_is_newer_than_the_roster_s_row_wins(official: Home) -> None:
    appoint(official, "U2", "局长", "131", "2024-01-01", "2026-05-10")
    appoint(official, "U3", "书记", "131", "2026-05-10")
    assert post_on(official, "2026-05-09") == ("U2局", "局长", "131")
    assert post_on(official, "2026-05-11") == ("U3局", "书记", "131")


def test_what_the_roster_says_stands_where_appointments_say_nothing_newer(official: Home) -> None:
    appoint(official, "U1", "科长", "141", "2015-03-01")
    assert post_on(official, "2025-01-01") == ("U2局", "局长", "131")


def test_status_is_that_of_then(official: Home) -> None:
    say(official, unit="U2", post="局长", level="131", status="2", valid="2026-06-01", known=DAY_TWO, name="王铭")
    appoint(official, "U2", "局长", "131", "2020-01-01", "2026-06-01")
    found = {
        day: (on(official, day)[0]["status"], on(official, day)[0]["name"]) for day in ("2021-01-01", "2026-05-31", "2026-06-01")
    }
    assert found == {"2021-01-01": ("1", "王明"), "2026-05-31": ("1", "王明"), "2026-06-01": ("2", "王铭")}


def test_what_is_nobody_s_to_change_is_as_it_was_put_right(official: Home) -> None:
    say(official, unit="U2", post="局长", level="131", valid="2026-06-01", known=DAY_TWO)
    put_right = "update core.cadre set born_on = '19810115', id_masked = '529900********0001' where known_to is null"
    official.run(put_right)
    (then,) = on(official, "2025-01-01")
    assert (str(then["born_on"]), then["age"], then["id_masked"]) == ("1981-01-15", 43, "529900********0001")
    (then,) = on(official, "2025-01-01", at=DAY_ONE)
    assert (str(then["born_on"]), then["id_masked"]) == ("1980-01-15", None)


def test_who_left_is_there_on_the_days_before(official: Home) -> None:
    say(official, unit="U2", post="局长", level="131", valid="2024-01-01", known=DAY_TWO, left="2026-06-02")
    assert post_on(official, "2026-06-01") == ("U2局", "局长", "131")
    assert post_on(official, "2026-06-02") is None


def test_both_times_at_once(official: Home) -> None:
    appoint(official, "U1", "科长", "141", "2015-03-01", "2019-12-31", known=DAY_TWO)
    assert post_on(official, "2016-01-01") == ("U1局", "科长", "141")
    assert post_on(official, "2016-01-01", DAY_ONE) is None
    assert post_on(official, "2025-01-01", DAY_ONE) == ("U2局", "局长", "131")
    assert post_on(official, "2025-01-01", datetime.fromisoformat("2026-05-31 12:00+08:00")) is None


def test_what_left_the_snapshot_was_true_until_then(official: Home) -> None:
    appoint(official, "U1", "科长", "141", "2015-03-01", left="2020-06-01")
    assert [row["post_title"] for row in on(official, "2020-05-31", "mart.appointment")] == ["科长"]
    assert on(official, "2020-06-01", "mart.appointment") == []
    assert on(official, "", "mart.appointment") == []


@pytest.mark.parametrize("value", ["yesterdayish", "2026-13-01", "1 or 1=1"])
def test_a_bad_day_is_an_error(official: Home, value: str) -> None:
    appoint(official, "U1", "科长", "141", "2015-03-01")
    official.run(_ALERT)
    for view in ("mart.cadre", "mart.appointment", "mart.unit", "mart.alert", "mart.delivery"):
        with pytest.raises((InvalidDatetimeFormat, DatetimeFieldOverflow)):
            on(official, value, view)


def test_the_ledger_tells_of_the_days_by_then(home: Home) -> None:
    for day in (date(2026, 6, 1), date(2026, 6, 2)):
        home.run("insert into ledger.settlement (resource, day, outcome) values ('court', %s, 'loaded')", [day])
        home.run("insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, expired_at) "
                 "values (%s, 'court', %s, 'f', %s, 1, 'l', 'loaded', '2026-07-01')", [f"d{day}", day, f"{day}"])  # fmt: skip
    assert len(on(home, "2026-06-02", "mart.delivery")) == 2
    (delivery,) = on(home, "2026-06-01", "mart.delivery")
    assert delivery["expired_at"] is not None
    (delivery,) = on(home, "", "mart.delivery", known_at(date(2026, 6, 1)))
    assert delivery["expired_at"] is None
    for view, column in (("mart.freshness", "last_good_day"), ("mart.scorecard", "until")):
        assert [row[column] for row in on(home, "2026-06-01", view)] == [date(2026, 6, 1)]
