"""Landed bytes as rows, part by part."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from cadre_cloud.storage import landing
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract, DropSource
from transforms.formats import csv, pages, parquet, workbook
from transforms.formats.unreadable import Unreadable
from transforms.forms import rows
from transforms.rows import Typed, read_types


@dataclass(frozen=True)
class Part:
    """Some rows of a delivery: the text as sent, and what was read in it (both with `row_no`)."""

    text: pa.Table
    typed: Typed


def parts(contract: Contract, delivery: Row) -> Iterator[Part]:
    """A landed delivery read by its contract, in order; raises `Unreadable` where it cannot be trusted as a whole."""
    received = broken = 0
    for text in texts(contract, delivery["landing"]):
        received += len(text)
        broken += len(text) - text["row_error"].null_count
        yield Part(text, read_types(text, contract))
        pa.default_memory_pool().release_unused()  # else what it holds on to grows from part to part
    if broken > received / 2 and not contract.brings_forms:  # of which each stands for itself
        raise Unreadable("broken_rows")


def texts(contract: Contract, place: str) -> Iterator[pa.Table]:
    """The text as sent, by the parser of its format; what a database gave was landed as CSV."""
    source = contract.source
    if source.kind == "api":
        return iter([pages.parse(_whole(place))])
    if not isinstance(source, DropSource):
        return csv.parse(partial(landing.read, place), "utf-8")
    match source.format:
        case "csv":
            return csv.parse(partial(landing.read, place), source.encoding, list(contract.columns))
        case "parquet":
            return _parquet(place)
        case "form":
            return rows.tables(landing.read(place))
    return iter([_workbook(contract, source, _whole(place, workbook.LARGEST))])


def fields_of(contract: Contract, place: str, row_no: int) -> list[tuple[str, str]]:
    """A row whose fields are others than its header's: them all in their order, each with what stands above it.

    None where the parser of its format has placed them all.
    """
    source = contract.source
    if not isinstance(source, DropSource) or source.format != "csv":
        return []
    header, row = csv.records(partial(landing.read, place), source.encoding, row_no)
    return list(itertools.zip_longest(header, row, fillvalue=""))


def _whole(place: str, largest: float = math.inf) -> bytes:
    blocks, size = [], 0
    for block in landing.read(place):
        blocks.append(block)
        size += len(block)
        if size > largest:
            raise Unreadable("too_big")
    return b"".join(blocks)


def _parquet(place: str) -> Iterator[pa.Table]:
    with landing.opened(place) as file:
        yield from parquet.parse(file)


def _workbook(contract: Contract, source: DropSource, raw: bytes) -> pa.Table:
    dates = [sent for sent, column in contract.columns.items() if column.type == "date"]
    merged = [name for name in source.fill_down if name in contract.columns]
    return workbook.parse(raw, sheet=source.sheet, columns=list(contract.columns), fill_down=merged, date_columns=dates)
