"""What a delivery says anew: repeats and conflicts among its rows, and what changed since we last had it.

An index holds, a record, two seeded 64-bit hashes: of its key and of its row; and the cursor (null in a snapshot). It is
all that is kept about records of people who are none of our business, so that only what changed costs anything. The seed is
with it, and goes on from index to index: under another one nothing would be found again, and all would seem to have left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.duck import Scratch, name, names

INDEX = pa.schema([("key_hash", pa.uint64()), ("row_hash", pa.uint64()), ("cursor", pa.timestamp("us", "UTC"))])
_KEYS = pa.schema([("source_key", pa.string())])
_SEED = b"seed"
_NONE = np.array([], np.uint64)


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
    """Compares the rows of one delivery, part by part, among themselves and with the index before."""

    def __init__(
        self,
        before: pa.Table | None,
        *,
        mode: Literal["snapshot", "changes"],
        columns: list[str],
        cursor: str | None,
        seed: str,
    ) -> None:
        """Begin it.

        Args:
            before: the index of what was last loaded, none at first.
            mode: in a `snapshot` a key that is not there has left; `changes` say nothing about other keys.
            columns: names of the columns that make a row's content (`Contract.content`).
            cursor: the column by which a later form of a record is told from an earlier one.
            seed: of a first index, a secret, so that the hashes alone tell nothing about a key; later ones go on under it.
        """
        self._mode, self._seed = mode, (before is not None and seed_of(before)) or seed
        self._unreadable_key = False
        at = name(cursor) if cursor else "null::timestamptz"
        self._hashed = f"""
            select row_no, source_key, hash($seed, source_key) as key_hash, hash($seed, {names(columns)}) as row_hash,
                   {at} as cursor from rows"""
        before = self._before = (before if before is not None else INDEX.empty_table()).combine_chunks()  # seen twice, held once
        self._keys, self._rows = before["key_hash"].to_numpy(), before["row_hash"].to_numpy()  # in the order of the keys
        self._db = Scratch(before=before)
        self._db.run("create table row (row_no bigint, key_hash ubigint, row_hash ubigint, cursor timestamptz)")
        self._db.run("create table came (row_no bigint, source_key varchar)")
        self._db.run("create table refused (key_hash ubigint)")

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything."""
        self._db.__exit__()

    def add(self, rows: pa.Table, refused_keys: pa.Array) -> pa.Array:
        """Take in a part's rows; returns the row numbers of those that do not stand in the index just so.

        Args:
            rows: `row_no, source_key` and the contract's columns, of rows that can be read.
            refused_keys: source keys of the others: those records stay as they were. A null among them is an unreadable
                key: then nothing may be taken for gone.
        """
        self._unreadable_key = self._unreadable_key or refused_keys.null_count > 0
        self._db.give(rows=rows, refused_key=pa.table({"source_key": refused_keys}, schema=_KEYS))
        part = self._db.table(self._hashed, seed=self._seed)
        new = part.filter(pc.invert(self._stands_just_so(part)))
        self._db.give(part=part, new=new)
        self._db.run("insert into row select row_no, key_hash, row_hash, cursor from part")
        self._db.run("insert into refused select hash($seed, source_key) from refused_key where source_key is not null",
                     seed=self._seed)  # fmt: skip
        self._db.run("insert into came select row_no, source_key from new")
        return new["row_no"].combine_chunks()

    def end(self) -> Difference:
        """What came of all parts."""
        for statement in (_REPEATED, _KEPT, _COMPARED):
            self._db.run(statement)
        gone = self._mode == "snapshot" and not self._unreadable_key
        self._db.run(_GONE if gone else _NOTHING_GONE)
        latest = self._db.table("select max(cursor) as cursor from row anti join dropped using (row_no)")
        return Difference(
            conflicts=self._db.table(_CONFLICTS),
            duplicate=self._db.number("select count(*) from dropped where verdict = 'duplicate'"),
            changed=self._db.table("select row_no from compared where is_changed order by row_no")["row_no"].combine_chunks(),
            unchanged=self._db.number("select count(*) from compared where not is_changed"),
            closed=self._db.number("select count(*) from gone"),
            cursor_to=latest["cursor"][0].as_py(),
            index=self._index(
                gone=self._db.table("select key_hash from gone")["key_hash"].to_numpy(),
                kept=self._db.table("select key_hash from kept")["key_hash"].to_numpy(),
            ),
        )

    def _stands_just_so(self, part: pa.Table) -> pa.Array:
        """Which rows stand in the index with key and content; looked up in its order, as a join would read all of it a part."""
        key, row = part["key_hash"].to_numpy(), part["row_hash"].to_numpy()
        order = np.argsort(key)  # neighbours are found close together
        place = np.empty(len(key), np.int64)
        place[order] = np.searchsorted(self._keys, key[order])
        place[place == len(self._keys)] = 0
        return pa.array((self._keys[place] == key) & (self._rows[place] == row) if len(self._keys) else np.zeros(len(key), bool))

    def _index(self, gone: npt.NDArray[np.uint64] = _NONE, kept: npt.NDArray[np.uint64] = _NONE) -> pa.Table:
        """What stands without what is gone, and what is new, in the order of the keys; a join of both would not fit into memory.

        A refused row's record (`kept`) stays, without a hash of what it says: when it can be read again it is looked at again, as
        somebody may have joined the roster meanwhile.
        """
        new = self._db.table("select key_hash, row_hash, cursor from compared where is_changed order by key_hash").cast(INDEX)
        self._db.__exit__()  # its memory is wanted
        if not len(self._keys):
            return new.replace_schema_metadata({_SEED: self._seed})
        new_keys, stays, rows = new["key_hash"].to_numpy(), np.ones(len(self._keys), bool), self._rows.copy()
        stays[self._places(new_keys)] = stays[self._places(gone)] = False
        rows[self._places(kept)] = 0
        places = np.searchsorted(self._keys[stays], new_keys)
        order = pa.array(np.insert(np.arange(stays.sum()), places, stays.sum() + np.arange(len(new_keys))))
        stood = {"key_hash": pa.array(self._keys), "row_hash": pa.array(rows), "cursor": self._before["cursor"].combine_chunks()}
        merged = [pa.concat_arrays([stood[each].filter(stays), new[each].combine_chunks()]).take(order) for each in INDEX.names]
        return pa.table(merged, INDEX).replace_schema_metadata({_SEED: self._seed})

    def _places(self, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Where keys stand in the index, those that do."""
        if not len(self._keys):
            return np.array([], np.int64)
        place = np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)
        return place[self._keys[place] == keys]


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
    ) -> None:
        """Begin it; `add` takes all rows of their delivery, so that repeats and conflicts among these are seen.

        Args:
            before: the index of what stands, even if it was made by another reading: of its rows only the keys count then.
            rows: the row numbers of those that are released.
            said_later: is asked about `source_key, cursor`, where what stands has just that cursor and says something else, and
                gives the keys of which a later delivery has said it.
            columns: as for `Comparison`.
            cursor: as for `Comparison`; a snapshot has none, and of snapshots only rows of the standing one are released.
            seed: as for `Comparison`.
        """
        super().__init__(before, mode="changes", columns=columns, cursor=cursor, seed=seed)
        self._said_later = said_later
        self._db.give(released=pa.table({"row_no": rows}))

    def end(self) -> Difference:
        """What came of the released rows; `closed` is nothing, and no cursor moves."""
        self._db.run(_OF_RELEASED_KEYS)
        self._db.run(_REPEATED)
        ties = self._db.table(_TIES)
        later = self._said_later(ties) if len(ties) else pa.array([], pa.string())
        self._db.give(later=pa.table({"source_key": later}, schema=_KEYS))
        self._db.run(_RELEASED, seed=self._seed)
        return Difference(
            conflicts=self._db.table(f"select * from ({_CONFLICTS}) semi join released using (row_no) order by row_no"),
            duplicate=self._db.number(
                "select count(*) from dropped semi join released using (row_no) where verdict = 'duplicate'"
            ),
            changed=self._db.table("select row_no from compared where is_changed order by row_no")["row_no"].combine_chunks(),
            unchanged=self._db.number("select count(*) from compared where not is_changed"),
            closed=0,
            cursor_to=None,
            index=self._index(),
        )


def seed_of(index: pa.Table) -> str | None:
    """Under which seed an index was made; none of those that were made before it was kept with them."""
    seed = (index.schema.metadata or {}).get(_SEED)
    return seed.decode() if seed else None


def stands_in(index: pa.Table, refused_keys: pa.Array) -> Callable[[pa.Array], pa.Array]:
    """A test of source keys: whether each is among those of a delivery, by its index and the keys of its refused rows."""

    def test(keys: pa.Array) -> pa.Array:
        with Scratch(index=index, refused=pa.table({"source_key": refused_keys}), key=pa.table({"source_key": keys})) as db:
            present = db.table(
                "select source_key from key where hash($seed, source_key) in (select key_hash from index) "
                "or source_key in (select source_key from refused where source_key is not null)",
                seed=seed_of(index),
            )
        return pc.is_in(keys, value_set=present["source_key"].combine_chunks())

    return test


# The same key with the same content is a duplicate; with other content the latest cursor wins, and rows that no cursor tells
# apart are all in conflict. A key's rows that were known word for word are among them, or all of them are.
_REPEATED = """
create table dropped as
with twice as (select key_hash from row group by key_hash having count(*) > 1),
     latest as (select row.*, cursor is not distinct from max(cursor) over (partition by key_hash) as is_latest
                from row semi join twice using (key_hash)),
     told as (select *, min(row_hash) filter (is_latest) over key as one, max(row_hash) filter (is_latest) over key as other,
                     min(row_no) filter (is_latest) over key as first
              from latest window key as (partition by key_hash))
select row_no, key_hash, case when one <> other and is_latest then 'conflict' else 'duplicate' end as verdict
from told where not (row_no = first and one = other)"""

_KEPT = """
create table kept as
select distinct key_hash from (
    select key_hash from refused union all select key_hash from dropped where verdict = 'conflict')"""

_CONFLICTS = """
with keyed as (select key_hash, any_value(source_key) as source_key from row join came using (row_no)
               semi join (select key_hash from dropped where verdict = 'conflict') using (key_hash) group by key_hash)
select row_no, source_key from dropped join keyed using (key_hash) where verdict = 'conflict' order by row_no"""

# A record that comes again with an earlier cursor is an earlier form of it, and changes nothing.
_COMPARED = """
create table compared as
select now.*, before.key_hash is null
              or (before.row_hash <> now.row_hash and coalesce(now.cursor >= before.cursor, true)) as is_changed
from (from row anti join dropped using (row_no)) as now left join before using (key_hash)"""

_GONE = "create table gone as select key_hash from before anti join compared using (key_hash) anti join kept using (key_hash)"

_NOTHING_GONE = "create table gone as select key_hash from before where false"

_OF_RELEASED_KEYS = "delete from row where key_hash not in (select key_hash from row semi join released using (row_no))"

_TO_RELEASE = "(from row semi join released using (row_no) anti join dropped using (row_no)) as now"

_TIES = f"""
select source_key, now.cursor from {_TO_RELEASE} join before using (key_hash) join came using (row_no)
where before.row_hash <> now.row_hash and before.cursor = now.cursor order by source_key"""

# In a snapshot there is no cursor, and a record of which this row is all that was said in it stands without a hash.
_RELEASED = f"""
create table compared as
select now.*,
       case when before.key_hash is null then true
            when before.row_hash = now.row_hash then false
            when now.cursor is null or before.cursor is null then before.row_hash = 0
            when now.cursor = before.cursor then now.key_hash not in (select hash($seed, source_key) from later)
            else now.cursor > before.cursor end as is_changed
from {_TO_RELEASE} left join before on before.key_hash = now.key_hash"""
