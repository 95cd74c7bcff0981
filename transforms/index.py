"""The index of what stands: what the next delivery is compared with, and all that is kept about records of other people.

It holds, a record, two seeded 64-bit hashes, of its key and of its row, in the order of the keys; of a changes feed the cursor,
and where a snapshot is of a part of all records a hash of that part. The seed is with it, and goes on from index to index: under
another one nothing would be found again, and all would seem to have left.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

CURSOR = pa.timestamp("us", "UTC")
BESIDE = ("cursor", "part_hash")
COLUMNS = ("key_hash", "row_hash", *BESIDE)
_SEED = b"seed of md5"

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Index:
    """keys: hashes, ascending, each once. rows: of what was last said of each, 0 where that is not known.

    beside: by record, `cursor` and `part_hash` where there is one. seed: under which the hashes were made.
    """

    keys: Hashes
    rows: Hashes
    beside: dict[str, pa.Array]
    seed: str

    @classmethod
    def of(cls, table: pa.Table | None, seed: str) -> Self:
        """As `table` gave it, or an empty one under a seed."""
        if table is None:
            return cls(np.array([], np.uint64), np.array([], np.uint64), {}, seed)
        keys, rows = (table[name].combine_chunks().to_numpy() for name in ("key_hash", "row_hash"))
        beside = {name: table[name].combine_chunks() for name in BESIDE if name in table.column_names}
        return cls(keys, rows, beside, seed_of(table) or seed)

    @property
    def table(self) -> pa.Table:
        """`key_hash, row_hash`, and `cursor` and `part_hash` where there is one."""
        columns = {"key_hash": pa.array(self.keys), "row_hash": pa.array(self.rows), **self.beside}
        return pa.table(columns).replace_schema_metadata({_SEED: self.seed})

    def find(self, keys: Hashes) -> tuple[Places, Flags]:
        """Where each key stands, and whether it does."""
        return find(self.keys, keys)

    def standing(self, keys: Hashes) -> Places:
        """Where keys stand, those that do."""
        places, stands = self.find(keys)
        return places[stands]

    def cursor_at(self, places: pa.Array) -> pa.Array:
        """What stands at some places; null at none."""
        return self.beside["cursor"].take(places) if "cursor" in self.beside else pa.nulls(len(places), CURSOR)

    def among(self, parts: Hashes) -> Flags:
        """Which records belong to one of some parts."""
        return np.isin(self.beside["part_hash"].to_numpy(), parts) if len(self.keys) else np.array([], np.bool_)

    def followed_by(self, new: pa.Table, gone: Hashes, kept: Hashes) -> "Index":
        """What stands without what is gone, and what is new.

        Args:
            new: `key_hash, row_hash` and, where there is one, `cursor` and `part_hash` of records that are new or
                altered, by `key_hash`.
            gone: keys of records that have left.
            kept: keys of records of which a row was refused. They stay, without a hash of what they say: when the row can be read
                again it is looked at again, as somebody may have joined the roster meanwhile.
        """
        if not len(self.keys):
            return Index.of(new.select([name for name in COLUMNS if name in new.column_names]), self.seed)
        new_keys, new_rows = new["key_hash"].to_numpy(), new["row_hash"].to_numpy()
        stays, rows = np.ones(len(self.keys), np.bool_), self.rows.copy()
        for keys in (new_keys, gone):
            stays[self.standing(keys)] = False
        rows[self.standing(kept)] = 0
        places = np.searchsorted(self.keys[stays], new_keys)
        named = [name for name in BESIDE if name in new.column_names]
        beside = {name: self._beside(name, stays, places, new[name].combine_chunks()) for name in named}
        return Index(np.insert(self.keys[stays], places, new_keys), np.insert(rows[stays], places, new_rows), beside, self.seed)

    def _beside(self, name: str, stays: Flags, places: Places, new: pa.Array) -> pa.Array:
        stood = self.beside.get(name, pa.nulls(len(self.keys), new.type)).filter(pa.array(stays))
        order = np.insert(np.arange(len(stood)), places, len(stood) + np.arange(len(new)))
        return pa.concat_arrays([stood, new]).take(pa.array(order))


def find(standing: Hashes, keys: Hashes) -> tuple[Places, Flags]:
    """Where each key is in an ascending list, and whether it is; where it is not, any place, or none in an empty list."""
    if not len(standing):
        return np.zeros(len(keys), np.intp), np.zeros(len(keys), np.bool_)
    order = np.argsort(keys)  # neighbours are found close together
    places = np.empty(len(keys), np.intp)
    places[order] = np.searchsorted(standing, keys[order]).clip(max=len(standing) - 1)
    return places, standing[places] == keys


def seed_of(table: pa.Table) -> str | None:
    """Under which seed an index was made; none of those that were hashed otherwise once."""
    seed = (table.schema.metadata or {}).get(_SEED)
    return seed.decode() if seed else None
