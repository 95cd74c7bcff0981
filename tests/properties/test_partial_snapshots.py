"""Snapshots of parts of all records, such as a file a year, against a dictionary that forgets only within the parts that came."""

import pyarrow as pa
from deliveries import few
from hypothesis import given
from hypothesis import strategies as st

from transforms.difference import Comparison, Difference, stands_in

Said = dict[tuple[int, str], str]  # by year and key: what a row says

saids = st.dictionaries(st.tuples(st.sampled_from([2023, 2024, 2025]), st.sampled_from("abc")), st.sampled_from("xy"), max_size=7)
refusals = st.sets(st.tuples(st.sampled_from([2024, 2025]), st.sampled_from("abc")), max_size=2)


def key(place: tuple[int, str]) -> str:
    return f"{place[1]}|{place[0]}"


def compare(said: Said, before: pa.Table | None, refused: set[tuple[int, str]] = frozenset()) -> Difference:
    rows = pa.table({
        "row_no": pa.array(range(1, len(said) + 1), pa.int64()),
        "source_key": pa.array(map(key, said), pa.string()),
        "year": pa.array([year for year, _ in said], pa.int64()),
        "says": pa.array(said.values(), pa.string()),
    })  # fmt: skip
    words = {"mode": "snapshot", "columns": ["source_key", "says"], "cursor": None, "seed": "s", "part": "year"}
    with Comparison(before, **words) as comparison:
        comparison.add(rows.slice(0, 3), pa.array(map(key, sorted(refused)), pa.string()))
        comparison.add(rows.slice(3), pa.array([], pa.string()))
        return comparison.end()


@few
@given(st.lists(st.tuples(saids, refusals), max_size=4))
def test_a_file_of_some_years_says_nothing_of_the_others(files: list[tuple[Said, set[tuple[int, str]]]]) -> None:
    stands: Said = {}
    index = None
    for sent, refused in files:
        said = {place: says for place, says in sent.items() if place not in refused}
        found = compare(said, index, refused)
        years = {year for year, _ in said}
        gone = {place for place in stands if place[0] in years and place not in said and place not in refused}
        assert found.closed == len(gone)
        assert len(found.changed) + found.unchanged == len(said)
        assert {place for place in said if stands.get(place) != said[place]} <= {
            list(said)[no - 1] for no in found.changed.to_pylist()
        }
        stands = {place: says for place, says in stands.items() if place not in gone} | said
        index = found.index
        assert len(index) == len(stands)
        keys = pa.array([*map(key, stands), *map(key, gone)], pa.string())
        assert stands_in(index, pa.array([], pa.string()))(keys).to_pylist() == [True] * len(stands) + [False] * len(gone)


def test_one_year_then_another_then_the_first_with_a_row_less() -> None:
    first = {(2024, "a"): "x", (2024, "b"): "x"}
    one = compare(first, None)
    two = compare({(2025, "a"): "x"}, one.index)
    assert (two.closed, len(two.index)) == (0, 3)
    again = compare({(2024, "a"): "y"}, two.index)
    assert (again.closed, len(again.changed), len(again.index)) == (1, 1, 2)
    back = compare(first, again.index)
    assert (back.closed, len(back.changed), len(back.index)) == (0, 2, 3)
