"""Which rows of those that bring something are laid down for the load: what may be about officials. Others are counted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.warehouse import links, roster
from cadre_cloud.warehouse.connection import Warehouse
from transforms.contract import Contract
from transforms.mentions import mentions_of


@dataclass(frozen=True)
class Came:
    """Rows that do not stand in the index just so.

    rows: as read. is_known: whether each one's key stands there. mentions: whom they name, of the form `MENTION`, with the row's
    number in place of its key, which may come twice.
    """

    rows: pa.Table
    is_known: pa.ChunkedArray
    mentions: pa.Table


@dataclass(frozen=True)
class Sieve:
    """lets_through: says of each row whether it is laid down. roster: the version by which it does, none if by no roster."""

    lets_through: Callable[[Came], pa.Array | pa.ChunkedArray]
    roster: int | None = None


@dataclass(frozen=True)
class News:
    """rows, text: what was let through, as read and as sent. told: of all rows `row_no`, and how many `mentions` each has."""

    rows: pa.Table
    text: pa.Table
    told: pa.Table

    def among(self, row_nos: pa.Array) -> "News":
        """The rows of some numbers."""
        return News(*(table.filter(pc.is_in(table["row_no"], value_set=row_nos)) for table in (self.rows, self.text, self.told)))


EVERYTHING = Sieve(lambda came: pa.repeat(True, len(came.rows)))


def officials(warehouse: Warehouse, contract: Contract) -> Sieve:
    """Lets through what may be about somebody on the roster, or may have been; everything, as long as there is no roster.

    Whoever joins it afterwards is searched for behind the load. A row whose key is known may be about somebody to whom a delivery
    ties it that is loaded first.
    """
    if contract.makes_roster or contract.table:
        return EVERYTHING
    known = roster.read(warehouse, contract)
    if not known.version:
        return EVERYTHING
    held = links.held(warehouse, contract.resource)["source_key"].combine_chunks()

    def lets_through(came: Came) -> pa.ChunkedArray:
        told = known.recognisable(came.mentions)
        was_held = pc.is_in(came.rows["source_key"], value_set=held)
        return pc.or_(pc.or_(named_in(came.rows, told["source_key"]), was_held), came.is_known)

    return Sieve(lets_through, known.version)


def sift(contract: Contract, rows: pa.Table, text: pa.Table, is_known: pa.ChunkedArray, sieve: Sieve) -> News:
    """Let some rows through.

    Args:
        contract: of whose mentions they are.
        rows: as read.
        text: as sent; others may be among them.
        is_known: whether each row's key stands in the index.
        sieve: what lets them through.
    """
    numbered = rows.set_column(rows.column_names.index("source_key"), "source_key", rows["row_no"].cast(pa.string()))
    mentions = mentions_of(numbered, contract)
    through = rows.filter(sieve.lets_through(Came(rows, is_known, mentions)))
    numbers = through["row_no"].combine_chunks()
    return News(through, text.filter(pc.is_in(text["row_no"], value_set=numbers)), _told(rows["row_no"], mentions["source_key"]))


def named_in(rows: pa.Table, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which rows have one of some numbers, as they stand in the mentions of `Came`."""
    return pc.is_in(rows["row_no"], value_set=numbers.combine_chunks().cast(pa.int64()))


def _told(row_no: pa.ChunkedArray, named: pa.ChunkedArray) -> pa.Table:
    numbers = row_no.to_numpy()  # in order
    places = np.searchsorted(numbers, named.cast(pa.int64()).to_numpy())
    return pa.table({"row_no": row_no, "mentions": np.bincount(places, minlength=len(numbers)).astype(np.int32)})
