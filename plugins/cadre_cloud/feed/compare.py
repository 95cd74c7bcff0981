"""A delivery's rows sorted and compared with what stands; what is new in it is laid down, encrypted, for the load."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud import settings
from cadre_cloud.feed.read import Part, parts
from cadre_cloud.feed.sift import EVERYTHING, News, Sieve, sift
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.difference import Comparison, Difference

_KINDS = ("rows", "text", "told")
_REFUSED = pa.schema([("row_no", pa.int64()), ("source_key", pa.string()), ("field", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Counts:
    """Of a delivery's rows: received = refused + duplicate + changed + unchanged; `closed` stands beside.

    base: the delivery that left the index with which it was compared, none at first. parts: how many parts have something new.
    roster: the version by which rows about others were left out, none where all are there.
    """

    base: str | None
    received: int
    duplicate: int
    changed: int
    unchanged: int
    closed: int
    cursor_to: str | None
    parts: int
    roster: int | None


@dataclass(frozen=True)
class Compared:
    """What came of a delivery's rows; all that grows with them lies on the disk.

    refused: `row_no, source_key, field, reason`.
    """

    delivery_id: str
    counts: Counts
    refused: pa.Table

    @property
    def accepted(self) -> int:
        """How many rows are neither refused nor repeats."""
        return self.counts.changed + self.counts.unchanged

    @property
    def keys(self) -> pa.Table:
        """Those of what the next delivery is compared with, `key_hash`."""
        return vault().read_table(_path(self.delivery_id, self.delivery_id), ["key_hash"])

    @property
    def cursor_to(self) -> datetime | None:
        """The highest cursor of accepted rows."""
        return datetime.fromisoformat(self.counts.cursor_to) if self.counts.cursor_to else None

    def serves(self, roster: int) -> bool:
        """Whether everybody on that version of the roster is among those whose rows were laid down."""
        return self.counts.roster is None or self.counts.roster >= roster

    @property
    def index_file(self) -> str:
        """Where the index lies, below var/."""
        return str(_path(self.delivery_id, self.delivery_id).relative_to(settings.var()))

    def news(self) -> Iterator[News]:
        """The changed rows, part by part, as far as they are laid down."""
        changed = vault().read_table(_path(self.delivery_id, "changed"))["row_no"].to_numpy()
        for number in range(self.counts.parts):
            part = News(*(vault().read_rows(_rows_path(self.delivery_id, number, kind)) for kind in _KINDS))
            numbers = part.told["row_no"]
            first, behind = np.searchsorted(changed, [numbers[0].as_py(), numbers[-1].as_py() + 1])
            yield part if behind - first == len(numbers) else part.among(pa.array(changed[first:behind]))


def compare(
    contract: Contract, delivery: Row, comparison: Comparison, *, base: str | None = None,
    see: Callable[[Part], None] = lambda _: None, sieve: Sieve = EVERYTHING,
) -> Compared:  # fmt: skip
    """Read a landed delivery and compare it, in bounded memory.

    Args:
        contract: how its rows are read.
        delivery: from the ledger.
        comparison: with what, such as `index.against` gives.
        base: the delivery that left the index.
        see: is shown every part.
        sieve: which of the rows that bring something to lay down.

    Raises:
        Unreadable: it cannot be trusted as a whole.
    """
    delivery_id = delivery["delivery_id"]
    forget(delivery_id)
    received, number, refused = 0, 0, [_REFUSED.empty_table()]
    with comparison:
        for part in parts(contract, delivery):
            see(part)
            received += len(part.text)
            refused.append(part.typed.refused.cast(_REFUSED))
            good = part.typed.good
            new = comparison.add(good, part.typed.refused["source_key"].combine_chunks())
            if len(new):
                _lay_down(delivery_id, number, sift(contract, _among(good, new["row_no"]), part.text, new["is_known"], sieve))
                number += 1
        found = comparison.end()
    every = pa.concat_tables([*refused, _conflicts(found)]).sort_by("row_no")
    counts = _counts(found, base, received, number, sieve)
    tables = {"refused": every, "changed": pa.table({"row_no": found.changed}), delivery_id: found.index}
    _keep(delivery_id, counts, tables)
    return Compared(delivery_id, counts, every)


def kept(delivery_id: str, base: str | None) -> Compared | None:
    """What an earlier step laid down, if it is all there and was compared with the index that this delivery left."""
    try:
        counts = Counts(**json.loads(_counts_file(delivery_id).read_text()))
        refused = vault().read_table(_path(delivery_id, "refused"))
    except (FileNotFoundError, TypeError):  # or it was laid down by another version of this
        return None
    return Compared(delivery_id, counts, refused) if counts.base == base else None


def forget(delivery_id: str) -> None:
    """Remove what was laid down for a delivery."""
    shutil.rmtree(_folder(delivery_id), ignore_errors=True)


def _counts(found: Difference, base: str | None, received: int, number: int, sieve: Sieve) -> Counts:
    return Counts(
        base=base,
        received=received,
        duplicate=found.duplicate,
        changed=len(found.changed),
        unchanged=found.unchanged,
        closed=found.closed,
        cursor_to=found.cursor_to.isoformat() if found.cursor_to else None,
        parts=number,
        roster=sieve.roster,
    )


def _conflicts(found: Difference) -> pa.Table:
    rows = len(found.conflicts)
    fields = {"field": pa.array([""] * rows, pa.string()), "reason": pa.array(["key_conflict"] * rows, pa.string())}
    return pa.table({"row_no": found.conflicts["row_no"], "source_key": found.conflicts["source_key"], **fields}, schema=_REFUSED)


def _keep(delivery_id: str, counts: Counts, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        vault().write_table(_path(delivery_id, name), table)
    _counts_file(delivery_id).write_text(json.dumps(asdict(counts)))  # last: without it nothing is there


def _among(rows: pa.Table, row_nos: pa.ChunkedArray) -> pa.Table:
    """Of some rows those of the numbers, all of which are among them."""
    return rows if len(rows) == len(row_nos) else rows.filter(pc.is_in(rows["row_no"], value_set=row_nos.combine_chunks()))


def _lay_down(delivery_id: str, number: int, news: News) -> None:
    for kind in _KINDS:
        vault().write_rows(_rows_path(delivery_id, number, kind), getattr(news, kind))


def _folder(delivery_id: str) -> Path:
    return settings.var() / "work" / delivery_id


def _path(delivery_id: str, name: str) -> Path:
    return _folder(delivery_id) / f"{name}.parquet"


def _rows_path(delivery_id: str, number: int, kind: str) -> Path:
    return _folder(delivery_id) / f"{number}.{kind}.arrows"


def _counts_file(delivery_id: str) -> Path:
    return _folder(delivery_id) / "counted.json"
