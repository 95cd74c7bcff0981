"""Since when an official holds the level and the post, and how educated: out of posts and schools, now and as of then."""

from datetime import date, datetime
from typing import Any

import psycopg
import pytest
from homes import Home
from psycopg.rows import dict_row

from cadre_cloud import publication
from cadre_cloud.warehouse.connection import connect, known_at

DAY_ONE, DAY_TWO = date(2026, 6, 1), date(2026, 6, 2)
UNIT, POST, LEVEL = "U1", "科长", "141"

_CADRE = """
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, status, updated_at, original, known_from, delivery_id)
values ('C1', '王明', '', '', '', 'male', '198001', '2002-08-01', %s, %s, %s, '1', now(), '{}', %s, 'd')"""
_APPOINTMENT = """
insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, duty_level, started_on, ended_on, left_on,
                              original, known_from, delivery_id)
values (%s, 'C1', %s, %s, %s, %s, %s, %s, '{}', %s, 'd')"""
_EDUCATION = """
insert into core.education (education_no, cadre_no, level, degree, school, original, known_from, delivery_id)
values (%s, 'C1', %s, %s, '某大学', '{}', %s, 'd')"""

KEEP_THEN = """
select core.keep_versions(moments), core.keep_days(moments)
from (select array(select distinct known_from from core.cadre order by 1) as moments) as told"""


@pytest.fixture
def official(home: Home) -> Home:
    """A home with an official on the roster since day one."""
    home.run(_CADRE, [LEVEL, UNIT, POST, known_at(DAY_ONE)])
    return home


def appoint(
    home: Home, started: str, ended: str | None = None, *, unit: str = UNIT, post: str = POST, level: str | None = LEVEL,
    left: str | None = None, day: date = DAY_ONE,
) -> None:  # fmt: skip
    number = f"{started}{ended}{unit}{post}{level}{left}"
    home.run(_APPOINTMENT, [number, unit, post, level, started, ended, left, known_at(day)])


def roster(home: Home, at: datetime | None = None) -> dict[str, Any]:
    """The official's row of mart.cadre, as it is published or as of then."""
    with connect() as warehouse:
        publication._write_present(warehouse)
        warehouse.execute(KEEP_THEN)
    with psycopg.connect(home.owner, row_factory=dict_row) as warehouse:
        warehouse.execute("select set_config('cadre.as_of', %s, true)", [at.isoformat() if at else ""])
        row = warehouse.execute("select * from mart.cadre").fetchone()
    assert row
    return row


STRETCHES = {
    "none": ([], None),
    "one that goes on": ([("2020-01-15", None)], "2020-01-15"),
    "one after another, the same day": ([("2015-01-15", "2020-01-15"), ("2020-01-15", None)], "2015-01-15"),
    "one after another, the next day": ([("2015-01-15", "2020-01-14"), ("2020-01-15", None)], "2015-01-15"),
    "a break": ([("2015-01-15", "2019-12-31"), ("2020-01-15", None)], "2020-01-15"),
    "a break, and then one after another": (
        [("2010-01-01", "2012-01-01"), ("2015-01-15", "2018-01-15"), ("2018-01-15", None)], "2015-01-15"),
    "two at once, of which the older ended": ([("2015-01-15", "2024-01-15"), ("2016-01-15", None)], "2015-01-15"),
    "a short one within a long one bridges": (
        [("2010-01-15", "2024-01-15"), ("2011-01-15", "2012-01-15"), ("2023-01-15", None)], "2010-01-15"),
    "all ended": ([("2015-01-15", "2020-01-15")], None),
    "one that goes on, and another ended after a break": ([("2010-01-15", None), ("2015-01-15", "2016-01-15")], "2010-01-15"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRETCHES)
def test_since_when_the_level_is_held(official: Home, name: str) -> None:
    spans, since = STRETCHES[name]
    for started, ended in spans:
        appoint(official, started, ended)
    appoint(official, "2000-01-01", level="142")
    appoint(official, "2001-01-01", level=None)
    assert str(roster(official)["level_since"] or "") == (since or "")


def test_since_when_the_post_is_held(official: Home) -> None:
    assert roster(official)["post_since"] is None
    appoint(official, "2010-01-15", unit="U2")
    appoint(official, "2012-01-15", post="处长")
    assert str(roster(official)["post_since"]) == "2012-01-15"
    appoint(official, "2005-01-15", "2008-01-15")
    assert str(roster(official)["post_since"]) == "2012-01-15"
    appoint(official, "2011-01-15")
    assert str(roster(official)["post_since"]) == "2011-01-15"


def test_what_left_the_snapshot_counts_no_more(official: Home) -> None:
    appoint(official, "2010-01-15", left="2026-06-01")
    assert roster(official)["post_since"] is None
    assert roster(official)["level_since"] is None
    assert official.rows("select * from mart.appointment") == []


def test_the_highest_education_and_the_highest_degree(official: Home) -> None:
    assert (roster(official)["education"], roster(official)["degree"]) == (None, None)
    for number, (level, degree) in enumerate([("31", None), ("14", None), ("21", "4")]):
        official.run(_EDUCATION, [str(number), level, degree, known_at(DAY_ONE)])
    assert (roster(official)["education"], roster(official)["degree"]) == ("14", "4")


def test_as_of_then_is_what_was_known_then(official: Home) -> None:
    appoint(official, "2015-01-15")
    official.run(_EDUCATION, ["1", "31", None, known_at(DAY_ONE)])
    first = roster(official)
    official.run("update core.appointment set known_to = %s", [known_at(DAY_TWO)])
    appoint(official, "2015-01-15", "2026-06-01", day=DAY_TWO)
    appoint(official, "2026-06-01", unit="U2", level="132", day=DAY_TWO)
    official.run("update core.cadre set known_to = %s", [known_at(DAY_TWO)])
    official.run(_CADRE, ["132", "U2", POST, known_at(DAY_TWO)])
    official.run(_EDUCATION, ["2", "14", "3", known_at(DAY_TWO)])
    now = roster(official)
    assert (str(now["level_since"]), str(now["post_since"]), now["education"], now["degree"]) == (
        "2026-06-01", "2026-06-01", "14", "3")  # fmt: skip
    age = {"age": first["age"]}  # which is counted from today, or from then
    assert roster(official, known_at(DAY_ONE)) | age == first
    assert roster(official, known_at(DAY_TWO)) | age == now
