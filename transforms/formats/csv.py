"""Delimited text, in whatever encoding the contract names."""

import csv
import io
from collections import deque

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from transforms.formats.damage import MARKS, row_errors
from transforms.formats.unreadable import Unreadable

_LONGEST_HEADER = 1 << 16


def parse(raw: bytes, encoding: str) -> pa.Table:
    """Rows of a CSV file as text.

    Args:
        raw: the file, byte for byte; its first record is the header.
        encoding: a Python codec name; a byte-order mark is dropped.

    Returns:
        The source's columns as strings (missing is null), `row_no` (data rows from 1, each counted once however many
        lines it spans) and `row_error` (`wrong_columns`, `undecodable` or null).

    Raises:
        Unreadable: the file is empty, names a column twice, or cannot be cut into rows.
    """
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    if not text or text.isspace():
        raise Unreadable("empty")
    header = _header(text)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Unreadable("column_twice", twice)
    table, broken = _rows(text, header)
    return _numbered(table, broken, undecodable=any(mark in text for mark in MARKS))


def _header(text: str) -> list[str]:
    """The first record; raises Unreadable where a quotation mark is left open, which would swallow all that follows it."""
    try:
        if text.count('"') % 2:
            deque(csv.reader(io.StringIO(text, newline=""), strict=True), maxlen=0)
        return next(csv.reader(io.StringIO(text[:_LONGEST_HEADER], newline="")), [])
    except csv.Error as error:
        raise Unreadable("broken") from error


def _rows(text: str, header: list[str]) -> tuple[pa.Table, list[int]]:
    """The rows with as many fields as the header, and the numbers of the others."""
    broken: list[int] = []

    def note(row: pacsv.InvalidRow) -> str:
        broken.append(row.number - 1)  # the reader counts the header as row 1
        return "skip"

    try:
        table = pacsv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pacsv.ReadOptions(use_threads=False),  # only then are broken rows numbered
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Unreadable("broken") from error
    return table, broken


def _numbered(table: pa.Table, broken: list[int], *, undecodable: bool) -> pa.Table:
    total = len(table) + len(broken)
    every = pa.array(range(1, total + 1), pa.int64())
    kept = every.filter(pc.invert(pc.is_in(every, value_set=pa.array(broken, pa.int64()))))
    error = row_errors(table) if undecodable else pa.nulls(len(table), pa.string())
    table = table.append_column("row_no", kept).append_column("row_error", error)
    refused = pa.table({"row_no": pa.array(broken, pa.int64()), "row_error": ["wrong_columns"] * len(broken)},
                       schema=pa.schema([("row_no", pa.int64()), ("row_error", pa.string())]))  # fmt: skip
    return pa.concat_tables([table, refused], promote_options="default").sort_by("row_no") if broken else table
