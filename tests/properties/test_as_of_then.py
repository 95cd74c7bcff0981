"""What every object of schema mart says as of then is what a plain log says, and `mart.change` what is otherwise since."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from homes import Home
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_log import Log, Thing
from told import Told

from cadre_cloud import publication
from cadre_cloud.warehouse.connection import Warehouse, connect, known_at

MORNING = known_at(date(2026, 6, 1))
DAYS = [date(2025, 6, 1), date(2026, 5, 20), date(2026, 6, 1), date(2026, 6, 2)]
ROSTER = {"cadre", "unit", "appointment", "education"}  # of what the roster's present and versions are made
SHOWN = """
select 'unit' as object, unit_code as key, null as cadre_no, name as value from mart.unit
union all select 'cadre', cadre_no, cadre_no, name from mart.cadre
union all select 'appointment', appointment_no, cadre_no, post_title from mart.appointment
union all select 'education', education_no, cadre_no, school from mart.education
union all select 'relative', family_no, cadre_no, name from mart.relative
union all select 'assessment', cadre_no || '|' || year, cadre_no, grade from mart.assessment
union all select 'training', class_no || '|' || cadre_no, cadre_no, class_name from mart.training
union all select 'archive', archive_no, cadre_no, audit_result from mart.archive
union all select 'objective', objective_no, cadre_no, title from mart.objective
union all select 'form', form_no, cadre_no, method from mart.form
union all select 'record', resource || '|' || source_key, cadre_no, summary from mart.record
union all select 'spell', cadre_no, cadre_no, string_agg(raw, '|' order by spell_no) from mart.spell group by cadre_no
union all select 'alert', alert_no, cadre_no, state from mart.alert"""

NARROW = f"cadre_no, {publication._COLUMNS}"

officials, words, keys = st.sampled_from(["C1", "C2"]), st.sampled_from(["a", "b"]), st.sampled_from(["K1", "K2"])
days = st.sampled_from(DAYS)
times = st.tuples(st.none() | days, st.none() | days)
moving = ["appointment", "education", "relative", "archive", "objective", "form"]  # whose rows may come to be another official's
states = ["new", "new", "verifying", "expired", "retracted", "closed", "unfounded"]
own = ["cadre", "assessment", "training", "unit"]


def place(name: str, cadre: str) -> tuple[str, str, str | None]:
    """The key of what is one official's for good, or nobody's."""
    key = {"cadre": cadre, "assessment": f"{cadre}|2025", "training": f"P|{cadre}", "unit": f"U{cadre[1]}"}[name]
    return name, key, None if name == "unit" else cadre


places = st.one_of(
    st.tuples(st.sampled_from(moving), keys, officials),
    st.builds(place, st.sampled_from(own), officials),
)
steps = st.one_of(
    st.tuples(st.just("file"), places, words, times),
    st.tuples(st.just("file"), places, words, times),
    st.tuples(st.just("gone"), places, days),
    st.tuples(st.just("unheld"), places),
    st.tuples(st.just("record"), keys, words, times),
    st.tuples(st.just("record_gone"), keys, days),
    st.tuples(st.just("link"), keys, st.dictionaries(officials, st.just("same"), max_size=1)
              | st.dictionaries(officials, st.just("undecided")), st.sampled_from(["full_id", "old_id"])),
    st.tuples(st.just("decide"), keys, officials, st.sampled_from(["same", "different"])),
    st.tuples(st.just("resume"), officials, st.lists(words, max_size=3)),
    st.tuples(st.just("alert"), keys, st.sampled_from(states), times),
)  # fmt: skip
# Hours between what is told; on one morning several things are.
histories = st.lists(st.tuples(st.sampled_from([0, 1, 24]), steps), min_size=1, max_size=14)


@pytest.fixture(scope="module")
def warehouse(shared_home: Home) -> Iterator[Warehouse]:
    """One connection, on which what is asked again and again is planned once."""
    with connect() as connection:
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.commit()
        yield connection
        connection.rollback()


@settings(max_examples=200)
@given(histories, st.data())
def test_it_is_what_a_plain_log_says(warehouse: Warehouse, history: list[tuple[int, tuple]], data: st.DataObject) -> None:
    warehouse.rollback()
    log = tell(warehouse, history)
    moments = [at + timedelta(minutes=minutes) for at, _ in log.steps for minutes in (-30, 0, 30)]
    now = log.steps[-1][0]
    assert shown(warehouse) == log.shown(now, None)
    for _ in range(2):
        then, day, since = data.draw(st.sampled_from(moments)), data.draw(days), data.draw(st.sampled_from(moments))
        assert shown(warehouse, then) == log.shown(then, None)
        assert shown(warehouse, then, day) == log.shown(then, day)
        assert shown(warehouse, None, day) == log.shown(now, day)
        assert changes(warehouse, since) == log.changes(since, now)
        assert changes(warehouse, since, then) == log.changes(since, then)


@settings(max_examples=100)
@given(histories, st.data())
def test_versions_and_days_of_the_roster_are_what_is_worked_out_of_all_that_was_known(
    warehouse: Warehouse, history: list[tuple[int, tuple]], data: st.DataObject
) -> None:
    """And are the same where days are published again, from any of them on."""
    warehouse.rollback()
    log = tell(warehouse, history)
    moments = sorted({at for at, _ in log.steps})
    keep_versions(warehouse, log, moments[0])
    kept = versions(warehouse)
    keep_versions(warehouse, log, data.draw(st.sampled_from(moments)))
    assert versions(warehouse) == kept
    for moment in moments[:-1]:
        warehouse.execute("select set_config('cadre.as_of', %s, true)", [moment.isoformat()])
        assert roster(warehouse, "held_cadre") == roster(warehouse, "described_cadre")
    warehouse.execute("select set_config('cadre.as_of', '', true)")
    for day in {day + timedelta(days=number) for day in DAYS for number in (-1, 0, 1)}:
        warehouse.execute("select set_config('cadre.valid_on', %s, true)", [day.isoformat()])
        assert roster(warehouse, "held_cadre") == roster(warehouse, "cadre_then")
    warehouse.execute("select set_config('cadre.valid_on', '', true)")


def roster(warehouse: Warehouse, view: str) -> list[Any]:
    return warehouse.execute(f"select {NARROW} from core.{view} order by cadre_no").fetchall()


def versions(warehouse: Warehouse) -> list[Any]:
    tables = ("cadre_version", "cadre_day")
    return [warehouse.execute(f"select v::text from core.{table} as v order by 1").fetchall() for table in tables]


def tell(warehouse: Warehouse, history: list[tuple[int, tuple]]) -> Log:
    """Tell a warehouse a history, publish what of it is published, and keep a log beside it."""
    log, told, at = Log(), Told(warehouse), MORNING
    for hours, step in history:
        at += timedelta(hours=hours)
        _take(told, at, step)
        log.append(at, told.state)
        if step[1][0] in ROSTER:
            publication._write_present(warehouse)
            warehouse.execute("drop table present")
            keep_versions(warehouse, log, at)
    return log


def keep_versions(warehouse: Warehouse, log: Log, since: datetime) -> None:
    """Have the warehouse keep the roster's versions of all that was told at a moment and after."""
    moments = sorted({at for at, _ in log.steps if at >= since})
    warehouse.execute("select core.keep_versions(%(moments)s), core.keep_days(%(moments)s)", {"moments": moments})


def _take(told: Told, at: datetime, step: tuple[Any, ...]) -> None:
    name, *what = step
    match name, what:
        case "file", [place_, value, time]:
            told.file(at, *place_, value, time)
        case "gone", [(of, key, _), day] if of != "form":
            told.gone(at, of, key, day)
        case "unheld", [(of, key, _)]:
            told.unheld(at, of, key)
        case _ if name != "gone":
            getattr(told, name)(at, *what)


def shown(warehouse: Warehouse, then: datetime | None = None, day: date | None = None) -> dict[Thing, str]:
    """What all views tell."""
    _ask(warehouse, then, day)
    rows = warehouse.execute(SHOWN, prepare=True).fetchall()
    found = {(row["object"], row["key"], row["cadre_no"]): row["value"] for row in rows}
    assert len(found) == len(rows)
    return found


def changes(warehouse: Warehouse, since: datetime, then: datetime | None = None) -> dict[Thing, str]:
    _ask(warehouse, then, None)
    rows = warehouse.execute("select * from mart.change(%s)", [since], prepare=True).fetchall()
    found = {(row["object"], row["key"], row["cadre_no"]): row["kind"] for row in rows}
    assert len(found) == len(rows)
    assert all(since <= row["known_from"] <= (then or row["known_from"]) for row in rows)
    return found


def _ask(warehouse: Warehouse, then: datetime | None, day: date | None) -> None:
    warehouse.execute(
        "select set_config('cadre.as_of', %s, true), set_config('cadre.valid_on', %s, true)",
        [then.isoformat() if then else "", day.isoformat() if day else ""],
    )
