"""What a delivery says anew: repeats and conflicts among its rows, and what changed since we last had it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.duck import Scratch, name, names
from transforms.index import CURSOR, Flags, Hashes, Index, Places, find, seed_of

_KEYS = pa.schema([("source_key", pa.string())])
_ROWS = pa.schema([("row_no", pa.int64()), ("key_hash", pa.uint64()), ("row_hash", pa.uint64())])
_NEWS = pa.schema([("row_no", pa.int64()), ("is_known", pa.bool_())])
# By way of MD5: DuckDB's own hash gives texts that are much alike, as keys are, the same number far too often.
_KEY_HASH = "hash(md5_number($seed || source_key))"


@dataclass(frozen=True)
class Difference:
    """What came of a comparison.

    conflicts: `row_no, source_key` of rows whose key comes again with other content. duplicate: how many say again what
    an accepted one says. changed: row numbers of the records that are new or altered. unchanged, closed: how many.
    cursor_to: the highest cursor of accepted rows. index: the next one.
    """

    conflicts: pa.Table
    duplicate: int
    changed: pa.Array
    unchanged: int
    closed: int
    cursor_to: datetime | None
    index: pa.Table


class Comparison:
    """Compares the rows of one delivery, part by part, among themselves and with the index before.

    Of a row that stands in the index just so, as nearly all do in a snapshot that comes again, no more than its number is kept.
    """

    def __init__(
        self,
        before: pa.Table | None,
        *,
        mode: Literal["snapshot", "changes"],
        columns: list[str],
        cursor: str | None,
        seed: str,
        part: str | None = None,
    ) -> None:
        """Begin it.

        Args:
            before: the index of what was last loaded, none at first.
            mode: in a `snapshot` a key that is not there has left; `changes` say nothing about other keys.
            columns: names of the columns that make a row's content (`Contract.content`).
            cursor: the column by which a later form of a record is told from an earlier one.
            seed: of a first index, a secret, so that the hashes alone tell nothing about a key; later ones go on under it.
            part: the column that says to which part of all records one belongs, where a snapshot is of some parts alone: what is
                not there has left those.
        """
        self._mode, self._has_cursor, self._unreadable_key = mode, cursor is not None, False
        self._leaves_out = not cursor and not part  # rows that stand just so
        self._parts = [np.array([], np.uint64)] if part else []  # that came
        self._before = Index.of(before, seed)
        self._hashed = f"""
            select row_no, source_key, {_KEY_HASH} as key_hash, {_hash_of(columns)} as row_hash
                   {f", {name(cursor)} as cursor" if cursor else ""} {f", {_hash_of([part])} as part_hash" if part else ""}
            from rows"""
        beside = [*([pa.field("cursor", CURSOR)] if cursor else []), *([pa.field("part_hash", pa.uint64())] if part else [])]
        self._rows = [pa.schema([*_ROWS, *beside]).empty_table()]
        self._refused = [np.array([], np.uint64)]
        self._seen = np.zeros(len(self._before.keys), np.int64)  # by place in the index: the number of a row that says just that
        self._db = Scratch()
        self._db.run("create table came (row_no bigint, source_key varchar)")

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything."""
        self._db.__exit__()

    def add(self, rows: pa.Table, refused_keys: pa.Array) -> pa.Table:
        """Take in a part's rows.

        Args:
            rows: `row_no, source_key` and the contract's columns, of rows that can be read.
            refused_keys: source keys of the others: those records stay as they were. A null among them is an unreadable
                key: then nothing may be taken for gone.

        Returns:
            `row_no` of the rows that do not stand in the index just so, and `is_known`: whether their key does.
        """
        self._unreadable_key = self._unreadable_key or refused_keys.null_count > 0
        self._refused.append(_hashes(self._db, refused_keys.drop_null(), self._before.seed))
        self._db.give(rows=rows)
        part = self._db.table(self._hashed, seed=self._before.seed)
        if self._parts:
            self._parts.append(np.unique(part["part_hash"].to_numpy()))
        places, known = self._before.find(part["key_hash"].to_numpy())
        stands = known.copy()
        stands[known] = self._before.rows[places[known]] == part["row_hash"].to_numpy()[known]
        new = part.filter(pa.array(~stands))
        self._db.give(new=new)
        self._db.run("insert into came select row_no, source_key from new")
        done = self._note_seen(part["row_no"].to_numpy(), places, stands)
        self._rows.append(part.drop_columns(["source_key"]).filter(pa.array(~done)))
        return pa.table([new["row_no"], pa.array(known[~stands])], schema=_NEWS)

    def end(self) -> Difference:
        """What came of all parts."""
        rows = self._gathered()
        dropped = self._dropped(rows)
        conflicts = self._db.table(_CONFLICTS)
        self._db.__exit__()  # its memory is wanted
        rows = _only(rows, ~np.isin(rows["row_no"].to_numpy(), dropped["row_no"].to_numpy()))
        changed = _only(rows, self._is_changed(rows))
        kept = np.concatenate([*self._refused, _keys(dropped.filter(pc.equal(dropped["verdict"], "conflict")))])
        gone = self._gone(_keys(rows), kept)
        return Difference(
            conflicts=conflicts,
            duplicate=_duplicates(dropped),
            changed=_sorted(changed["row_no"]),
            unchanged=len(rows) - len(changed) + int(np.count_nonzero(self._seen)),
            closed=len(gone),
            cursor_to=pc.max(rows["cursor"]).as_py() if self._has_cursor else None,
            index=self._before.followed_by(changed, gone, kept).table,
        )

    def _note_seen(self, row_no: npt.NDArray[np.int64], places: Places, stands: Flags) -> Flags:
        """Which of the rows that stand just so need not be kept: all but one that comes again; with a cursor, none."""
        done = np.zeros(len(stands), np.bool_)
        if self._leaves_out:
            at = np.flatnonzero(stands & (self._seen[places] == 0) if len(self._seen) else stands)
            self._seen[places[at]] = row_no[at]
            done[at] = self._seen[places[at]] == row_no[at]
        return done

    def _gathered(self) -> pa.Table:
        """The rows that are not done with, by key, and beside each the one of its key that was."""
        rows = pa.concat_tables(self._rows)
        self._rows.clear()
        again = self._before.standing(_keys(rows))
        again = np.unique(again[self._seen[again] > 0])
        if len(again):
            seen = [self._seen[again], self._before.keys[again], self._before.rows[again]]
            rows = pa.concat_tables([rows, pa.table(seen, schema=_ROWS)])
            self._seen[again] = 0
        order, columns = pa.array(np.argsort(_keys(rows))), {}
        for column in rows.column_names:
            columns[column] = rows[column].take(order)
            rows = rows.drop_columns([column])  # there are as many as in the delivery: none is held twice
        return pa.table(columns)

    def _dropped(self, rows: pa.Table) -> pa.Table:
        """Repeats and conflicts among rows that are in the order of their keys: `row_no, key_hash, verdict`."""
        keys = _keys(rows)
        equal = keys[1:] == keys[:-1]
        is_repeated = np.append(equal, False) | np.insert(equal, 0, False)
        self._db.give(row=_with_cursor(_only(rows, is_repeated[: len(keys)])))
        self._db.run(_REPEATED)
        return self._db.table("select * from dropped")

    def _is_changed(self, rows: pa.Table) -> Flags:
        """Which of some rows, of other keys each, say what does not stand."""
        places, known = self._before.find(_keys(rows))
        differs, places = ~known, places[known]
        differs[known] = rows["row_hash"].to_numpy()[known] != self._before.rows[places]
        if self._has_cursor:  # a record that comes again with an earlier one is an earlier form of it, and changes nothing
            later = pc.greater_equal(rows["cursor"].filter(pa.array(known)), self._before.cursor_at(pa.array(places)))
            differs[known] &= pc.fill_null(later, True).to_numpy()
        return differs

    def _gone(self, came: Hashes, kept: Hashes) -> Hashes:
        """The keys that have left."""
        if self._mode != "snapshot" or self._unreadable_key:
            return np.array([], np.uint64)
        stays = self._seen > 0
        if self._parts:
            stays |= ~self._before.among(np.concatenate(self._parts))
        for keys in (came, kept):
            stays[self._before.standing(keys)] = True
        return self._before.keys[~stays]


class Release(Comparison):
    """Compares rows that had been refused, and can be read by now, with what stands: what was said of a key since goes first."""

    def __init__(
        self,
        before: pa.Table | None,
        rows: pa.Array,
        *,
        said_later: Callable[[pa.Table], pa.Array],
        columns: list[str],
        cursor: str | None,
        seed: str,
        part: str | None = None,
    ) -> None:
        """Begin it; `add` takes all rows of their delivery, so that repeats and conflicts among these are seen.

        Args:
            before: the index of what stands, even if it was made by another reading: of its rows only the keys count then.
            rows: the row numbers of those that are released.
            said_later: is asked about `source_key, cursor`, where what stands has just that cursor and says something else, and
                gives the keys of which a later delivery has said it.
            columns: as for `Comparison`.
            cursor: as for `Comparison`; a snapshot has none, and of snapshots only rows of the standing one are released.
            seed, part: as for `Comparison`.
        """
        super().__init__(before, mode="changes", columns=columns, cursor=cursor, seed=seed, part=part)
        self._leaves_out, self._released, self._said_later = False, rows, said_later
        self._db.give(released=pa.table({"row_no": rows}))

    def end(self) -> Difference:
        """What came of the released rows; `closed` is nothing, and no cursor moves."""
        rows = self._gathered()
        of_released = rows.filter(_is_in(rows["row_no"], self._released))
        dropped = self._dropped(rows.filter(_is_in(rows["key_hash"], of_released["key_hash"])))
        now = _with_cursor(of_released.filter(pc.invert(_is_in(of_released["row_no"], dropped["row_no"]))))
        places, known = self._before.find(_keys(now))
        at = pa.array(places, mask=~known)
        stood = {"stood": pa.array(self._before.rows).take(at), "stood_at": self._before.cursor_at(at)}
        self._db.give(now=pa.table({**{column: now[column] for column in now.column_names}, **stood}))
        ties = self._db.table(_TIES)
        later = self._said_later(ties) if len(ties) else pa.array([], pa.string())
        self._db.give(later=pa.table({"source_key": later}, schema=_KEYS))
        changed = self._db.table(_RELEASED, seed=self._before.seed)
        none = np.array([], np.uint64)
        return Difference(
            conflicts=self._db.table(f"select * from ({_CONFLICTS}) semi join released using (row_no) order by row_no"),
            duplicate=_duplicates(dropped.filter(_is_in(dropped["row_no"], self._released))),
            changed=_sorted(changed["row_no"]),
            unchanged=len(now) - len(changed),
            closed=0,
            cursor_to=None,
            index=self._before.followed_by(changed if self._has_cursor else changed.drop_columns(["cursor"]), none, none).table,
        )


def stands_in(index: pa.Table, refused_keys: pa.Array) -> Callable[[pa.Array], pa.Array]:
    """A test of source keys: whether each is among those of a delivery, by its index's keys and those of its refused rows."""
    standing, seed = index["key_hash"].combine_chunks().to_numpy(), seed_of(index)

    def test(keys: pa.Array) -> pa.Array:
        with Scratch() as db:
            _, present = find(standing, _hashes(db, keys, seed))
        return pc.or_(pa.array(present), pc.is_in(keys, value_set=refused_keys.drop_null()))

    return test


def _hashes(db: Scratch, keys: pa.Array, seed: str | None) -> Hashes:
    if not len(keys):
        return np.array([], np.uint64)
    db.give(key=pa.table({"source_key": keys}, schema=_KEYS))
    return _keys(db.table(f"select {_KEY_HASH} as key_hash from key", seed=seed))


def _hash_of(columns: list[str]) -> str:
    return f"hash(md5_number($seed || json_array({names(columns)})))"


def _keys(rows: pa.Table) -> Hashes:
    return rows["key_hash"].to_numpy()


def _only(rows: pa.Table, which: Flags) -> pa.Table:
    """Some rows; all of them without a copy."""
    return rows if which.all() else rows.filter(pa.array(which))


def _is_in(values: pa.ChunkedArray, others: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=others.combine_chunks() if isinstance(others, pa.ChunkedArray) else others)


def _with_cursor(rows: pa.Table) -> pa.Table:
    """For what no cursor tells apart, an empty one."""
    return rows if "cursor" in rows.column_names else rows.append_column("cursor", pa.nulls(len(rows), CURSOR))


def _duplicates(dropped: pa.Table) -> int:
    return int(pc.sum(pc.equal(dropped["verdict"], "duplicate")).as_py() or 0)


def _sorted(row_no: pa.ChunkedArray) -> pa.Array:
    return pa.array(np.sort(row_no.to_numpy()))


# The same key with the same content is a duplicate; with other content the latest cursor wins, and rows that no cursor tells
# apart are all in conflict. A key's rows that were known word for word are among them, or all of them are.
_REPEATED = """
create table dropped as
with latest as (select *, cursor is not distinct from max(cursor) over (partition by key_hash) as is_latest from row),
     told as (select *, min(row_hash) filter (is_latest) over key as one, max(row_hash) filter (is_latest) over key as other,
                     min(row_no) filter (is_latest) over key as first
              from latest window key as (partition by key_hash))
select row_no, key_hash, case when one <> other and is_latest then 'conflict' else 'duplicate' end as verdict
from told where not (row_no = first and one = other)"""

_CONFLICTS = """
with keyed as (select key_hash, any_value(source_key) as source_key from row join came using (row_no)
               semi join (select key_hash from dropped where verdict = 'conflict') using (key_hash) group by key_hash)
select row_no, source_key from dropped join keyed using (key_hash) where verdict = 'conflict' order by row_no"""

_TIES = """
select source_key, cursor from now join came using (row_no) where row_hash <> stood and cursor = stood_at order by source_key"""

# In a snapshot there is no cursor, and a record of which this row is all that was said in it stands without a hash.
_RELEASED = f"""
select * exclude (stood, stood_at) from now
where case when stood is null then true
           when stood = row_hash then false
           when cursor is null or stood_at is null then stood = 0
           when cursor = stood_at then key_hash not in (select {_KEY_HASH} from later)
           else cursor > stood_at end
order by key_hash"""
