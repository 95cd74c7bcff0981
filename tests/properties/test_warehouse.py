"""What the warehouse holds does not depend on how often, and in how many pieces, the same things were told to it."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

from chain_in_process import gateway, run_day, run_feeds
from days import COURT, DAYS, DISCIPLINE, changes, court, few
from dump import present, whole
from homes import Home, clone, settled_in
from hypothesis import example, given
from hypothesis import strategies as st

from demo.stack import Stack

_numbers = itertools.count()

# A row of the court on a day: as it is, off the list, unreadable, twice, or not there.
snapshots = st.lists(
    st.sampled_from(["as it is", "delisted", "unreadable", "twice", "gone"]), min_size=len(COURT), max_size=len(COURT)
)
# A day's decisions: which ones are touched, at which hour, with which measure; the hour orders all of them.
touched = st.dictionaries(st.integers(0, len(DISCIPLINE) - 1), st.sampled_from(["11", "12", "32", "99"]), max_size=5)


@few
@example([["as it is"] * 12, ["gone", "delisted"] + ["as it is"] * 10, ["gone"] + ["as it is"] * 11])
@given(st.lists(snapshots, min_size=3, max_size=3))
def test_snapshots_split_or_merged_give_the_same_present(stack: Stack, roster: Home, folder: Path, days: list[list[str]]) -> None:
    split = {day: court(day, dict(enumerate(fates))) for day, fates in zip(DAYS, days, strict=True)}
    one = _run(stack, roster, folder, "court", split, DAYS)
    merged = {name: content for files in split.values() for name, content in files.items()}
    other = _run(stack, roster, folder, "court", {DAYS[-1]: merged}, DAYS[-1:])
    assert present(one) == present(other)
    _assert_a_second_run_changes_nothing(one, "court")


@few
@given(st.lists(touched, min_size=3, max_size=3), st.data())
def test_changes_split_or_merged_give_the_same_present(
    stack: Stack, roster: Home, folder: Path, days: list[dict[int, str]], data: st.DataObject
) -> None:
    late = [{number: data.draw(st.integers(0, 2)) for number in sorted(touches)} for touches in days]  # each up to two days
    lines = {day: changes(day, touches, by) for day, touches, by in zip(DAYS, days, late, strict=True)}
    one = _run(stack, roster, folder, "discipline", lines, DAYS)
    other = _run(stack, roster, folder, "discipline", lines, DAYS[-1:])
    refused = _refused(one) | _refused(other)
    assert _without(refused, present(one)) == _without(refused, present(other))
    _assert_a_second_run_changes_nothing(one, "discipline")


def test_the_same_days_give_the_same_history(stack: Stack, roster: Home, folder: Path) -> None:
    """All of it but ciphertexts, which are new each time by design."""
    fates = [["as it is"] * 12, ["delisted", "gone", "unreadable", "twice"] * 3, ["as it is", "delisted"] * 6]
    split = {day: court(day, dict(enumerate(fate))) for day, fate in zip(DAYS, fates, strict=True)}
    one, other = (_run(stack, roster, folder, "court", split, DAYS) for _ in range(2))
    assert _open(whole(one, "core", "ledger")) == _open(whole(other, "core", "ledger"))


def _run(
    stack: Stack, roster: Home, folder: Path, resource: str, delivered: dict[date, dict[str, bytes]], days: list[date]
) -> Home:
    home = clone(stack, folder / f"home_{next(_numbers)}", roster, with_exchange=False)
    city = home.folder / "city"
    for day, files in delivered.items():
        (city / resource / day.isoformat()).mkdir(parents=True)
        for name, content in files.items():
            (city / resource / day.isoformat() / name).write_bytes(content)
    with settled_in(home):
        for day in days:
            run_day(home, city, day, [resource])
    assert not home.rows("select step, cause from ledger.failure")
    return home


def _assert_a_second_run_changes_nothing(home: Home, resource: str) -> None:
    before = whole(home, "core", "ledger", "mail")
    with settled_in(home), gateway(home.folder / "city", DAYS[-1], [resource]):
        run_feeds(DAYS[-1], [resource])
    assert whole(home, "core", "ledger", "mail") == before


def _refused(home: Home) -> set[str]:
    """A record that became unreadable on a later day is known from the earlier one only where there was an earlier one."""
    return {row["source_key"] for row in home.rows("select source_key from ledger.quarantine where reason = 'unknown_code'")}


def _without(source_keys: set[str], tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {table: [row for row in rows if row.get("source_key") not in source_keys] for table, rows in tables.items()}


def _open(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted(({k: v for k, v in row.items() if k != "id_cipher"} for row in rows), key=repr)
        for name, rows in tables.items()
    }
