"""What changed between what a resource delivered and what we last had of it.

An index holds, a record, two seeded 64-bit hashes: of its key and of its row; and the cursor (null in a snapshot). It is
all that is kept about records of people who are none of our business, so that only what changed costs anything.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from transforms.duck import Scratch, name, names

INDEX = pa.schema([("key_hash", pa.uint64()), ("row_hash", pa.uint64()), ("cursor", pa.timestamp("us", "UTC"))])


@dataclass(frozen=True)
class Difference:
    """changed: row numbers of the records that are new or altered. unchanged, closed: how many. index: the next one."""

    changed: pa.Array
    unchanged: int
    closed: int
    index: pa.Table


def difference(
    rows: pa.Table,
    refused_keys: pa.Array,
    before: pa.Table | None,
    *,
    mode: Literal["snapshot", "changes"],
    columns: list[str],
    cursor: str | None,
    seed: str,
) -> Difference:
    """Compare accepted rows with the index before.

    Args:
        rows: `row_no, source_key` and the contract's columns, one row a key.
        refused_keys: source keys of quarantined rows; those records stay as they were. A null among them is an
            unreadable key: then nothing may be taken for gone.
        before: the index of what was last loaded, none at first.
        mode: in a `snapshot` a key that is not there has left; `changes` say nothing about other keys.
        columns: names of the columns that make a row's content (`Contract.content`).
        cursor: the column by which a later form of a record is told from an earlier one.
        seed: a secret, so that the index alone tells nothing about a key.
    """
    content = names(columns)
    at = name(cursor) if cursor else "null::timestamptz"
    refused = pa.table({"source_key": refused_keys})
    index_before = before if before is not None else INDEX.empty_table()
    with Scratch(rows=rows, refused=refused, before=index_before) as db:
        db.run(
            f"create table now as select row_no, hash($seed, source_key) as key_hash, "
            f"hash($seed, {content}) as row_hash, {at} as cursor from rows",
            seed=seed,
        )
        db.run("create table kept as select distinct hash($seed, source_key) as key_hash from refused", seed=seed)
        db.run(_COMPARE)
        unreadable = refused_keys.null_count > 0
        db.run(_GONE if mode == "snapshot" and not unreadable else _NOTHING_GONE)
        return Difference(
            changed=db.table("select row_no from compared where is_changed order by row_no")["row_no"],
            unchanged=db.number("select count(*) from compared where not is_changed"),
            closed=db.number("select count(*) from gone"),
            index=db.table(_NEXT_INDEX).cast(INDEX),
        )


# A record that comes again with an earlier cursor is an earlier form of it, and changes nothing.
_COMPARE = """
create table compared as
select now.*, before.key_hash is null
              or (before.row_hash <> now.row_hash and coalesce(now.cursor >= before.cursor, true)) as is_changed
from now left join before using (key_hash)"""

_GONE = """
create table gone as
select key_hash from before anti join now using (key_hash) anti join kept using (key_hash)"""

_NOTHING_GONE = "create table gone as select key_hash from before where false"

# A refused row's record stays, without a hash of what it says: when it can be read again it is looked at again, as somebody may
# have joined the roster meanwhile.
_NEXT_INDEX = """
select key_hash, row_hash, cursor from compared where is_changed
union all
select key_hash, case when kept.key_hash is null then row_hash else 0 end, cursor
from before anti join (select key_hash from compared where is_changed) using (key_hash) anti join gone using (key_hash)
     left join kept using (key_hash)
order by key_hash"""


def latest_cursor(rows: pa.Table, cursor: str) -> datetime | None:
    """The highest cursor value of accepted rows, null where there are none."""
    return max((at for at in rows[cursor].to_pylist() if at is not None), default=None)
