"""What the warehouse holds does not depend on how often, and in how many pieces, the same things were told to it."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

from chain_in_process import gateway, publish, run_day, run_feed, run_feeds
from days import COURT, DAYS, DISCIPLINE, changes, court, few
from dump import present, whole
from homes import Home, clone, settled_in
from hypothesis import example, given
from hypothesis import strategies as st

from cadre_cloud import contracts
from cadre_cloud.feed.release import release
from cadre_cloud.feed.settle import settle_news
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import connect
from demo.stack import Stack
from transforms.contract import Contract

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


@few
@given(st.lists(touched, min_size=3, max_size=3), st.data())
def test_refused_and_released_gives_the_same_present(
    stack: Stack, roster: Home, folder: Path, days: list[dict[int, str]], data: st.DataObject
) -> None:
    """Under a contract that is too strict for some days, and mended: whenever its rows are released, and in whatever order."""
    lines = {day: changes(day, touches, {}) for day, touches in zip(DAYS, days, strict=True)}
    one = _run(stack, roster, folder, "discipline", lines, DAYS)
    other = _home(stack, roster, folder, "discipline", lines)
    with settled_in(other):
        contract = contracts.named("discipline")
        for day in DAYS:
            with gateway(other.folder / "city", day, ["discipline"]):
                run_feed(_too_strict(contract), day)
            if data.draw(st.booleans()):
                _release_all(other, contract, data)
        _release_all(other, contract, data)
        settle_news()
        publish(DAYS[-1])
        assert present(one) == present(other)
        before = whole(other, "core", "ledger")
        _release_all(other, contract, data)
        assert whole(other, "core", "ledger") == before


def test_the_same_days_give_the_same_history(stack: Stack, roster: Home, folder: Path) -> None:
    """All of it but ciphertexts, which are new each time by design."""
    fates = [["as it is"] * 12, ["delisted", "gone", "unreadable", "twice"] * 3, ["as it is", "delisted"] * 6]
    split = {day: court(day, dict(enumerate(fate))) for day, fate in zip(DAYS, fates, strict=True)}
    one, other = (_run(stack, roster, folder, "court", split, DAYS) for _ in range(2))
    assert _open(whole(one, "core", "ledger")) == _open(whole(other, "core", "ledger"))


def _run(
    stack: Stack, roster: Home, folder: Path, resource: str, delivered: dict[date, dict[str, bytes]], days: list[date]
) -> Home:
    home = _home(stack, roster, folder, resource, delivered)
    with settled_in(home):
        for day in days:
            run_day(home, home.folder / "city", day, [resource])
    assert not home.rows("select step, cause from ledger.failure")
    return home


def _home(stack: Stack, roster: Home, folder: Path, resource: str, delivered: dict[date, dict[str, bytes]]) -> Home:
    """A home in whose city something is to be delivered."""
    home = clone(stack, folder / f"home_{next(_numbers)}", roster, with_exchange=False)
    for day, files in delivered.items():
        of_day = home.folder / "city" / resource / day.isoformat()
        of_day.mkdir(parents=True)
        for name, content in files.items():
            (of_day / name).write_bytes(content)
    return home


def _too_strict(contract: Contract) -> Contract:
    """Without two measures."""
    column = contract.columns["CLLX"]
    codes = {code: text for code, text in column.codes.items() if code not in ("11", "32")}
    return contract.model_copy(update={"columns": contract.columns | {"CLLX": column.model_copy(update={"codes": codes})}})


def _release_all(home: Home, contract: Contract, data: st.DataObject) -> None:
    waiting = home.rows("select distinct delivery_id from ledger.quarantine where state = 'quarantined' order by 1")
    for row in data.draw(st.permutations(waiting)):
        with connect() as warehouse:
            release(warehouse, contract, row["delivery_id"], Act("李工", "x"))


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
