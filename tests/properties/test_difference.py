"""The difference between deliveries, against a dictionary that keeps what each key last said."""

from datetime import UTC, datetime

import pyarrow as pa
from deliveries import few
from hypothesis import given
from hypothesis import strategies as st

from transforms.difference import Comparison, Difference

Said = dict[str, tuple[str, int]]  # by key: what a row says, and the hour of its cursor

saids = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from("xyz"), st.integers(1, 3)), max_size=6)
refusals = st.sets(st.sampled_from("abcdefg"), max_size=2)


def table(said: Said) -> pa.Table:
    return table_of([(key, says, hour) for key, (says, hour) in said.items()])


def table_of(rows: list[tuple[str, str, int]]) -> pa.Table:
    return pa.table({
        "row_no": pa.array(range(1, len(rows) + 1), pa.int64()),
        "source_key": pa.array([key for key, _, _ in rows], pa.string()),
        "says": pa.array([says for _, says, _ in rows], pa.string()),
        "at": pa.array([datetime(2026, 6, 1, hour, tzinfo=UTC) for _, _, hour in rows], pa.timestamp("us", "UTC")),
    })  # fmt: skip


def compare(
    said: Said,
    before: pa.Table | None = None,
    refused: set[str | None] = frozenset(),
    *,
    mode: str = "snapshot",
    seed: str = "s",
) -> Difference:
    return compare_rows(table(without(said, refused)), before, refused, mode=mode, seed=seed)


def compare_rows(
    rows: pa.Table, before: pa.Table | None, refused: set[str | None] = frozenset(), *, mode: str = "snapshot", seed: str = "s"
) -> Difference:
    cursor = "at" if mode == "changes" else None
    columns = ["source_key", "says", *([cursor] if cursor else [])]
    keys, none = pa.array(sorted(refused, key=str), pa.string()), pa.array([], pa.string())
    with Comparison(before, mode=mode, columns=columns, cursor=cursor, seed=seed) as comparison:
        parts = [(rows.slice(0, 2), none), (rows.slice(2, 1), keys), (rows.slice(3), none)]
        new = [number for part, refused_keys in parts for number in comparison.add(part, refused_keys)["row_no"].to_pylist()]
        found = comparison.end()
    assert set(found.changed.to_pylist()) <= set(new)
    return found


def without(said: Said, keys: set[str | None]) -> Said:
    return {key: value for key, value in said.items() if key not in keys}


def keys_of(found: Difference, said: Said) -> set[str]:
    """The keys of the rows that changed."""
    listed = list(said)
    return {listed[number - 1] for number in found.changed.to_pylist()}


def equal(one: pa.Table, other: pa.Table) -> bool:
    return one.sort_by("key_hash").equals(other.sort_by("key_hash"))


@few
@given(saids)
def test_at_first_everything_is_new(said: Said) -> None:
    found = compare(said)
    assert (len(found.changed), found.unchanged, found.closed, len(found.index)) == (len(said), 0, 0, len(said))


@few
@given(saids, saids)
def test_the_second_snapshot_is_what_stands(first: Said, second: Said) -> None:
    found = compare(second, compare(first).index)
    changed = {key for key in second if key not in first or first[key][0] != second[key][0]}
    assert keys_of(found, second) == changed
    assert found.unchanged == len(second) - len(changed)
    assert found.closed == len(set(first) - set(second))
    assert equal(found.index, compare(second).index)


@few
@given(saids, st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.just(1)), max_size=9))
def test_repeats_and_conflicts_are_found_whatever_stands(first: Said, rows: list[tuple[str, str, int]]) -> None:
    """Also among rows that say what stands, of which no more than a number is kept."""
    said = {key: {says for other, says, _ in rows if other == key} for key, _, _ in rows}
    torn = {key for key, every in said.items() if len(every) > 1}
    whole = {key: min(every) for key, every in said.items() if key not in torn}
    found = compare_rows(table_of(rows), compare(first).index)
    assert {rows[row["row_no"] - 1][0]: row["source_key"] for row in found.conflicts.to_pylist()} == {key: key for key in torn}
    assert len(found.conflicts) == sum(key in torn for key, _, _ in rows)
    assert len(rows) == len(found.conflicts) + found.duplicate + len(found.changed) + found.unchanged
    changed = {key for key, says in whole.items() if key not in first or first[key][0] != says}
    assert {rows[number - 1][0] for number in found.changed.to_pylist()} == changed
    assert found.closed == len(set(first) - set(said))
    assert len(found.index) == len(whole) + len(torn & set(first))


@few
@given(saids, saids)
def test_what_is_new_comes_with_whether_its_key_is_known(first: Said, second: Said) -> None:
    with Comparison(
        compare(first).index, mode="snapshot", columns=["source_key", "says"], cursor=None, seed="other"
    ) as comparison:
        news = comparison.add(table(second), pa.array([], pa.string()))
    keys = list(second)
    expected = [(keys.index(key) + 1, key in first) for key in second if key not in first or first[key][0] != second[key][0]]
    assert list(zip(*news.to_pydict().values(), strict=True)) == expected


@few
@given(saids)
def test_the_same_again_changes_nothing(said: Said) -> None:
    for mode in ("snapshot", "changes"):
        index = compare(said, mode=mode).index
        again = compare(said, index, mode=mode)
        assert (len(again.changed), again.unchanged, again.closed) == (0, len(said), 0)
        assert equal(again.index, index)


@few
@given(saids, saids, refusals)
def test_a_quarantined_row_leaves_its_record_as_it_was(first: Said, second: Said, refused: set[str]) -> None:
    """It is not closed; and is looked at again as soon as it can be read, as people may have joined the roster meanwhile."""
    found = compare(second, compare(first).index, refused)
    stays = {key: value for key, value in first.items() if key in refused}
    assert found.closed == len(set(first) - set(second) - refused)
    mended = {**without(second, refused), **stays}
    again = compare(mended, found.index)
    assert (keys_of(again, mended), again.closed) == (set(stays), 0)
    assert equal(again.index, compare(mended).index)


@few
@given(saids, saids, refusals)
def test_a_key_that_cannot_be_read_closes_nothing(first: Said, second: Said, refused: set[str]) -> None:
    found = compare(second, compare(first).index, {*refused, None})
    assert found.closed == 0
    mended = {**first, **without(second, refused)}
    again = compare(mended, found.index)
    assert (keys_of(again, mended), again.closed) == (set(first) & refused, 0)
    assert equal(again.index, compare(mended).index)


@few
@given(saids, saids)
def test_changes_say_nothing_about_other_keys(first: Said, second: Said) -> None:
    found = compare(second, compare(first, mode="changes").index, mode="changes")
    assert found.closed == 0
    assert len(found.index) == len({**first, **second})


@few
@given(st.lists(saids, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_changes_are_the_same_in_whatever_order_they_come(pulls: list[Said], random: object) -> None:
    """As long as a cursor tells one form of a record from another."""
    pulls = [{key: (f"{key}{hour}", hour) for key, (_, hour) in pull.items()} for pull in pulls]
    shuffled = list(pulls)
    random.shuffle(shuffled)
    one, other = (_index_after(order) for order in (pulls, shuffled))
    assert equal(one, other)


@few
@given(saids)
def test_an_earlier_form_that_comes_late_changes_nothing(said: Said) -> None:
    later = {key: ("later", hour + 1) for key, (_, hour) in said.items()}
    found = compare(said, compare(later, mode="changes").index, mode="changes")
    assert (len(found.changed), found.unchanged) == (0, len(said))
    assert equal(found.index, compare(later, mode="changes").index)


def test_an_index_tells_nothing_without_its_seed() -> None:
    said = {"a": ("x", 1)}
    other = compare(said, seed="t")
    assert compare(said).index["key_hash"] != other.index["key_hash"]


def _index_after(pulls: list[Said]) -> pa.Table:
    index = None
    for pull in pulls:
        index = compare(pull, index, mode="changes").index
    return index


def test_texts_that_are_much_alike_are_told_apart() -> None:
    keys = [f"GB5299{number}|{year}" for number in range(12_000, 16_000) for year in range(2012, 2020)]
    first = compare_rows(table_of([(key, "x", 1) for key in keys]), None)
    assert (len(first.conflicts), first.duplicate, len(first.changed)) == (0, 0, len(keys))


def test_a_row_that_says_something_much_alike_has_changed() -> None:
    first = compare({"a": ("GB529912000|2012", 1)})
    assert len(compare({"a": ("GB529915000|2019", 1)}, first.index).changed) == 1
