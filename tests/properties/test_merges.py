"""Entries of the roster that are merged and parted at any place of any history: what every view says is what a plain log says.

The log has what was filed; what is merged is worked out of it by plain rules. What is parted is as if there had been no merge.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from homes import Home
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from plain_log import Known, Log, State
from test_as_of_then import MORNING, ROSTER, _take, changes, days, keep_versions, moving, own, place, roster, shown, times, words
from told import Told

from cadre_cloud import publication
from cadre_cloud.warehouse import merges
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, connect

REVIEWER = Act("reviewer of merges", "the same person by their file")
OFFICIALS = ["C1", "C2", "C3"]  # the third is nobody's other number
GONE = ("closed", "retracted", "unlinked")
EVERYTHING = """
select to_jsonb(t) as row from mart.{} as t order by 1"""
VIEWS = (
    *(
        "cadre",
        "appointment",
        "education",
        "relative",
        "assessment",
        "training",
        "archive",
        "objective",
        "form",
        "spell",
        "record",
    ),
    *("alert", "link_review", "merged"),
)

keys = st.sampled_from(["K1", "K2"])
ones = st.sampled_from(["C1", "C2"])
statements = st.one_of(
    st.tuples(st.dictionaries(st.sampled_from(OFFICIALS), st.just("same"), max_size=1), st.sampled_from(["full_id", "old_id"])),
    st.tuples(st.dictionaries(st.sampled_from(OFFICIALS), st.just("undecided")), st.sampled_from(["several", "name_unit"])),
)


def filings(owned: list[str]) -> st.SearchStrategy[tuple[Any, ...]]:
    """What departments file and people decide, of an official's own files of some kinds."""
    places = st.one_of(st.tuples(st.sampled_from(moving), keys, ones), st.builds(place, st.sampled_from(owned), ones))
    lasting = places.filter(lambda where: where[0] != "cadre")
    return st.one_of(
        st.tuples(st.just("file"), places, words, times),
        st.tuples(st.just("file"), places, words, times),
        st.tuples(st.just("gone"), lasting, days),
        st.tuples(st.just("unheld"), lasting),
        st.tuples(st.just("record"), keys, words, times),
        st.builds(lambda key, said: ("link", key, *said), keys, statements),
        st.tuples(st.just("decide"), keys, st.sampled_from(OFFICIALS), st.sampled_from(["same", "different"])),
        st.tuples(st.just("resume"), ones, st.lists(words, max_size=3)),
        st.tuples(st.just("alert"), keys, st.sampled_from(["new", "verifying", "expired", "retracted"]), times),
    )


# A grade and a course are told of by the official's number alone, and two may be the same then.
filed = filings(["cadre", "unit"])
of_any_kind = filings(own)
judged = st.sampled_from([("merge", "C1", "C2"), ("merge", "C2", "C1"), ("unmerge", "C1"), ("unmerge", "C2")])
hours = st.sampled_from([0, 1, 24])
histories = st.lists(st.tuples(hours, st.one_of(filed, filed, judged)), min_size=1, max_size=14)
LINKS = "select source_key, cadre_no, verdict, method, decided_by from core.link where known_to is null"


@pytest.fixture(scope="module")
def warehouse(shared_home: Home) -> Iterator[Warehouse]:
    """One connection, on which what is asked again and again is planned once."""
    shared_home.run("select core.admit_to('cadre_reviewer', %s, '5299')", [REVIEWER.who])
    with connect() as connection:
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.commit()
        yield connection
        connection.rollback()


@settings(max_examples=150, phases=[Phase.explicit, Phase.generate])
@given(histories, st.data())
def test_it_is_what_a_plain_log_says(warehouse: Warehouse, history: list[tuple[int, tuple]], data: st.DataObject) -> None:
    warehouse.rollback()
    log = tell(warehouse, history)
    now = log.steps[-1][0]
    moments = [at + timedelta(minutes=minutes) for at, _ in log.steps for minutes in (-30, 0, 30)]
    assert shown(warehouse) == log.shown(now, None)
    for _ in range(2):
        then, day, since = data.draw(st.sampled_from(moments)), data.draw(days), data.draw(st.sampled_from(moments))
        assert shown(warehouse, then) == log.shown(then, None)
        assert shown(warehouse, then, day) == log.shown(then, day)
        assert shown(warehouse, None, day) == log.shown(now, day)
        assert roster(warehouse, "held_cadre") == roster(warehouse, "cadre_then")
        assert_a_copy_is_kept_up(log, changes(warehouse, since, then), since, then)


@settings(max_examples=60, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(st.tuples(hours, of_any_kind), max_size=10),
    st.lists(st.tuples(hours, of_any_kind.filter(lambda step: step[0] != "decide")), max_size=5),
    st.sampled_from([("C1", "C2"), ("C2", "C1")]),
)
def test_what_is_parted_is_as_if_there_had_been_no_merge(
    warehouse: Warehouse, before: list[tuple[int, tuple]], within: list[tuple[int, tuple]], pair: tuple[str, str]
) -> None:
    """Every column of every row, of what was told before, within and after."""
    apart = [*before, *within]
    merged = [*before, (0, ("merge", *pair)), *within, (0, ("unmerge", pair[1]))]
    found = []
    for history in (apart, merged):
        warehouse.rollback()
        tell(warehouse, history)
        found.append({view: [row["row"] for row in warehouse.execute(EVERYTHING.format(view)).fetchall()] for view in VIEWS})
    assert found[0] == found[1]


def tell(warehouse: Warehouse, history: list[tuple[int, tuple]]) -> Log:
    """Tell a warehouse a history of two officials, publish each step, and keep a log of what is to be seen."""
    log, told, at, merged = Log(), Told(warehouse), MORNING, None
    first = [
        (0, ("file", place("unit", "C1"), "a", (None, None))),
        *((0, ("file", place("cadre", no), "a", (None, None))) for no in ("C1", "C2")),
    ]
    for hours, step in [*first, *history]:
        at += timedelta(hours=hours)
        if step[0] in ("merge", "unmerge"):
            merged = _judged(warehouse, at, step, merged)
        elif step[0] == "decide" and merged:
            continue  # of a merged official it is asked under the surviving number: tests/merges has that
        else:
            _take(told, at, step)
        log.append(at, _served(warehouse, told, merged))
        if step[0] in ("merge", "unmerge") or step[1][0] in ROSTER:
            publication._write_present(warehouse)
            warehouse.execute("drop table present")
            keep_versions(warehouse, log, at)
    return log


def _judged(warehouse: Warehouse, at: datetime, step: tuple[Any, ...], merged: tuple[str, str] | None) -> tuple[str, str] | None:
    """Merge two or part them, where that can be; gives who is merged then: the surviving number and the other one."""
    name, *numbers = step
    if name == "merge" and merged is None:
        merges.merge(warehouse, *numbers, REVIEWER, at)
        return tuple(numbers)  # type: ignore[return-value]
    if name == "unmerge" and merged and merged[1] == numbers[0]:
        merges.unmerge(warehouse, *numbers, REVIEWER, at)
        return None
    with pytest.raises(Refused):
        (merges.merge if name == "merge" else merges.unmerge)(warehouse, *numbers, REVIEWER, at)
    return merged


def _served(warehouse: Warehouse, told: Told, merged: tuple[str, str] | None) -> State:
    """What is to be seen of what was filed."""
    if not merged:
        return told.state
    survivor, other = merged
    said = warehouse.execute(LINKS).fetchall()
    state = {}
    for (name, key, cadre), known in told.state.items():
        if name in ("cadre", "spell") and cadre == other:
            continue
        if name == "alert" or (name == "record" and cadre in merged):
            continue  # no rule has found anything of the two as one
        state[name, key, survivor if cadre == other else cadre] = known
    for key, known in told._records.items():
        if _is_theirs([row for row in said if row["source_key"] == key], merged):
            state["record", f"court|{key}", survivor] = known
    return state


def _is_theirs(said: list[dict[str, Any]], merged: tuple[str, str]) -> bool:
    theirs = [row for row in said if row["cadre_no"] in merged]
    others = [row for row in said if row["cadre_no"] not in merged and row["verdict"] == "undecided"]
    refused = any(row["verdict"] == "different" and row["decided_by"] != "machine" for row in theirs)
    by_person = any(row["verdict"] == "same" and row["decided_by"] != "machine" for row in theirs)
    by_machine = any(
        row["decided_by"] == "machine"
        and (row["verdict"] == "same" or (row["verdict"] == "undecided" and row["method"] == "several" and not others))
        for row in theirs
    )
    return by_person or (by_machine and not refused)


def assert_a_copy_is_kept_up(log: Log, told: dict[Any, str], since: datetime, until: datetime) -> None:
    """Whoever has what stood before a moment and does what is told since has what stands; nothing is told of what never stood."""
    before, after = log.as_of(since - timedelta(microseconds=1)), log.as_of(until)
    for thing in {*before, *after}:
        if before.get(thing, Known("")).value != after.get(thing, Known("")).value and since <= until:
            assert thing in told
    stood = {thing for at, state in log.steps if at <= until for thing in state}
    for thing, kind in told.items():
        assert thing in stood
        if kind in ("new", "changed"):
            assert thing in after
        elif kind in ("retracted", "unlinked") and thing in after:
            assert thing[0] == "alert" and after[thing].value == "retracted"
