"""Rows that were refused and are released, in whatever order: what stands is as if they had been read from the start."""

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_difference import Said, equal, table

from transforms.difference import Comparison, Release

few = settings(max_examples=10)  # each opens some ten DuckDBs
NONE = pa.array([], pa.string())

# By key: what a row says, the hour of its cursor, and whether it is refused when it comes.
rows = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.sampled_from("xyz"), st.integers(1, 3), st.booleans()), min_size=1, max_size=4
)
deliveries = st.lists(rows, min_size=1, max_size=4)


class World:
    """What a resource's core holds, one delivery after the other."""

    def __init__(self, mode: str) -> None:
        self.mode, self.cursor = mode, "at" if mode == "changes" else None
        self.words = {
            "columns": ["source_key", "says", *([self.cursor] if self.cursor else [])],
            "cursor": self.cursor,
            "seed": "s",
        }
        self.index: pa.Table | None = None
        self.held: dict[str, str] = {}
        self.came: list[Said] = []
        self.waits: list[set[str]] = []

    def take(self, said: Said, refused: set[str]) -> None:
        good = table(said).filter(pa.array([key not in refused for key in said], pa.bool_()))
        with Comparison(self.index, mode=self.mode, **self.words) as comparison:
            comparison.add(good, pa.array(sorted(refused), pa.string()))
            found = comparison.end()
        self._know(said, found.changed.to_pylist(), found.index)
        if self.mode == "snapshot":
            self.held = {key: says for key, says in self.held.items() if key in said}
        self.came.append(said)
        self.waits.append(refused)

    def release(self, number: int, keys: set[str]) -> None:
        said = self.came[number]
        numbers = pa.array([place for place, key in enumerate(said, start=1) if key in keys], pa.int64())
        still = self.waits[number] - keys
        readable = table(said).filter(pa.array([key not in still for key in said], pa.bool_()))

        def said_later(ties: pa.Table) -> pa.Array:
            said = {(key, at.hour) for key, at in zip(*ties.to_pydict().values(), strict=True)}
            came = [
                key
                for later, waits in zip(self.came[number + 1 :], self.waits[number + 1 :], strict=True)
                for key, (_, hour) in later.items()
                if key not in waits and (key, hour) in said
            ]
            return pa.array(came, pa.string())

        with Release(self.index, numbers, said_later=said_later, **self.words) as release:
            release.add(readable, pa.array(sorted(still), pa.string()))
            found = release.end()
        assert len(found.changed) + found.unchanged + found.duplicate + len(found.conflicts) == len(numbers)
        assert set(found.changed.to_pylist()) <= set(numbers.to_pylist())
        self._know(said, found.changed.to_pylist(), found.index)
        self.waits[number] -= keys

    def _know(self, said: Said, changed: list[int], index: pa.Table) -> None:
        keys = list(said)
        self.held |= {keys[number - 1]: said[keys[number - 1]][0] for number in changed}
        self.index = index


def without_flags(sent: dict[str, tuple[str, int, bool]]) -> tuple[Said, set[str]]:
    return {key: (says, hour) for key, (says, hour, _) in sent.items()}, {key for key, (_, _, bad) in sent.items() if bad}


@few
@example([{"a": ("x", 2, True)}, {"a": ("y", 2, False)}, {"a": ("z", 2, True)}], [0, 2, 1])
@example([{"a": ("x", 2, False)}, {"a": ("y", 2, True)}, {"a": ("x", 2, False)}], [1, 0, 2])
@example([{"a": ("x", 3, True)}, {"a": ("y", 3, False)}, {"a": ("x", 1, True)}], [2, 0, 1])
@example([{"a": ("x", 3, False)}, {"a": ("y", 3, True)}, {"a": ("z", 2, True)}], [2, 1, 0])
@given(deliveries, st.data())
def test_changes_released_in_any_order(sent: list[dict[str, tuple[str, int, bool]]], data: st.DataObject | list[int]) -> None:
    right, mended = World("changes"), World("changes")
    for one in sent:
        said, refused = without_flags(one)
        right.take(said, set())
        mended.take(said, refused)
        if isinstance(data, st.DataObject) and data.draw(st.booleans()):
            release_some(mended, data)
    for number in data.draw(st.permutations(range(len(sent)))) if isinstance(data, st.DataObject) else data:
        mended.release(number, set(mended.waits[number]))
    assert mended.held == right.held
    assert set(mended.index["key_hash"].to_pylist()) == set(right.index["key_hash"].to_pylist())


@few
@given(deliveries)
def test_a_released_row_is_known_to_the_next_delivery(sent: list[dict[str, tuple[str, int, bool]]]) -> None:
    world = World("changes")
    for one in sent:
        world.take(*without_flags(one))
    for number in range(len(sent)):
        world.release(number, set(world.waits[number]))
    before, index = dict(world.held), world.index
    world.take(world.came[-1], set())
    assert (world.held, equal(world.index, index)) == (before, True)


@few
@given(deliveries, st.data())
def test_the_standing_snapshot_released(sent: list[dict[str, tuple[str, int, bool]]], data: st.DataObject) -> None:
    right, mended = World("snapshot"), World("snapshot")
    for number, one in enumerate(sent):
        said, refused = without_flags(one)
        right.take(said, set())
        mended.take(said, refused)
        if refused and (number == len(sent) - 1 or data.draw(st.booleans())):
            first = data.draw(st.sets(st.sampled_from(sorted(refused))))
            for keys in (first, refused - first):
                mended.release(number, set(keys))
    assert mended.held == right.held
    assert equal(mended.index, right.index)


@few
@given(deliveries)
def test_a_second_release_changes_nothing(sent: list[dict[str, tuple[str, int, bool]]]) -> None:
    world = World("changes")
    for one in sent:
        world.take(*without_flags(one))
    for _ in range(2):
        for number, one in enumerate(sent):
            world.release(number, without_flags(one)[1])
        before, index = dict(world.held), world.index
    assert (world.held, equal(world.index, index)) == (before, True)


def test_rows_of_one_key_that_disagree_stay_out() -> None:
    """One of them was accepted when the other could not be read."""
    said = pa.concat_tables([table({"a": ("x", 1)}), table({"a": ("y", 1)})])
    said = said.set_column(0, "row_no", pa.array([1, 2], pa.int64()))
    with Comparison(None, mode="snapshot", columns=["source_key", "says"], cursor=None, seed="s") as comparison:
        comparison.add(said.slice(1), pa.array(["a"], pa.string()))
        index = comparison.end().index
    with Release(
        index, pa.array([1], pa.int64()), said_later=lambda _: NONE, columns=["source_key", "says"], cursor=None, seed="s"
    ) as release:
        release.add(said, NONE)
        found = release.end()
    assert found.conflicts.to_pylist() == [{"row_no": 1, "source_key": "a"}]
    assert (len(found.changed), equal(found.index, index)) == (0, True)


def release_some(world: World, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(world.came) - 1))
    if world.waits[number]:
        world.release(number, data.draw(st.sets(st.sampled_from(sorted(world.waits[number])))))
