"""Delimited text, in whatever encoding the contract names, some rows at a time."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from transforms.formats.damage import MARKS, row_errors
from transforms.formats.unreadable import Unreadable

_LONGEST_HEADER = 1 << 16
AT_ONCE = 1 << 24  # bytes of UTF-8; no record is longer

Chunks = Callable[[], Iterable[bytes]]


def parse(chunks: Chunks, encoding: str) -> Iterator[pa.Table]:
    """Rows of a CSV file as text, in parts of some 100,000, so that memory does not grow with the file.

    Args:
        chunks: gives the file's bytes from its beginning, each time it is called; the first record is the header.
        encoding: a Python codec name; a byte-order mark is dropped.

    Yields:
        The source's columns as strings (missing is null), `row_no` (data rows from 1, each counted once however many
        lines it spans) and `row_error` (`wrong_columns`, `undecodable` or null). At least one table, if without rows.

    Raises:
        Unreadable: the file is empty, names a column twice, or cannot be cut into rows; the last may be found late.
    """
    text = _Utf8(chunks(), encoding)
    header = _header(text.beginning)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Unreadable("column_twice", twice)
    yield from _parts(text, header)
    if text.quotes % 2:
        _refuse_open_quote(_Utf8(chunks(), encoding))


class _Utf8(io.RawIOBase):
    """A stream of bytes in some encoding, read as UTF-8."""

    def __init__(self, chunks: Iterable[bytes], encoding: str) -> None:
        """Read its beginning; raises Unreadable where there is none."""
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._pending, self._ended = b"", False
        self.quotes, self.damaged = 0, False
        text = ""
        while not self._ended and (not text or text.isspace() or len(text) < _LONGEST_HEADER):
            text += self._next()
        self.beginning = text.removeprefix("\ufeff")
        if not self.beginning or self.beginning.isspace():
            raise Unreadable("empty")
        self._pending = (self.beginning if not self._ended else self.beginning.rstrip("\r\n") + "\n").encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer, as far as there is something."""
        while not self._pending and not self._ended:
            self._pending = self._next().encode()
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def buffered(self) -> io.BufferedReader:
        """The stream as one that reads as much as is asked for."""
        return io.BufferedReader(self)  # type: ignore[type-var]

    def _next(self) -> str:
        chunk = next(self._chunks, None)
        self._ended = chunk is None
        text = self._decoder.decode(chunk or b"", final=self._ended)
        self.quotes += text.count('"')
        self.damaged = self.damaged or any(mark in text for mark in MARKS)
        return text


def _header(beginning: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(beginning, newline="")), [])
    except csv.Error as error:
        raise Unreadable("broken") from error


def _refuse_open_quote(text: _Utf8) -> None:
    """Raises Unreadable where a quotation mark is left open, which would swallow all that follows it."""
    try:
        deque(csv.reader(io.TextIOWrapper(text.buffered(), encoding="utf-8", newline=""), strict=True), maxlen=0)
    except csv.Error as error:
        raise Unreadable("broken") from error


def _parts(text: _Utf8, header: list[str]) -> Iterator[pa.Table]:
    """The rows with as many fields as the header, and the numbers of the others."""
    broken: deque[int] = deque()  # the reader is a part ahead of us

    def note(row: pacsv.InvalidRow) -> str:
        broken.append(row.number - 1)  # the reader counts the header as row 1
        return "skip"

    done = 0
    try:
        reader = pacsv.open_csv(
            pa.PythonFile(text.buffered(), mode="r"),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=AT_ONCE),  # only then are broken rows numbered
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        for batch in reader:
            part = _numbered(pa.Table.from_batches([batch]), done, broken, undecodable=text.damaged)
            done += len(part)
            yield part
        if broken or not done:
            yield _numbered(reader.schema.empty_table(), done, broken, undecodable=False)
    except pa.ArrowInvalid as error:
        raise Unreadable("broken") from error


def _numbered(table: pa.Table, done: int, broken: deque[int], *, undecodable: bool) -> pa.Table:
    """Rows with their numbers after so many that are done, and the broken ones among them; at the end all that are left."""
    between = []
    last = done + len(table)
    while broken and (broken[0] <= last + 1 or not len(table)):
        between.append(broken.popleft())
        last += 1
    every = np.arange(done + 1, done + len(table) + len(between) + 1)
    kept = every[~np.isin(every, between)] if between else every
    error = row_errors(table) if undecodable else pa.nulls(len(table), pa.string())
    table = table.append_column("row_no", pa.array(kept, pa.int64())).append_column("row_error", error)
    if not between:
        return table
    refused = pa.table({"row_no": pa.array(between, pa.int64()), "row_error": ["wrong_columns"] * len(between)},
                       schema=pa.schema([("row_no", pa.int64()), ("row_error", pa.string())]))  # fmt: skip
    return pa.concat_tables([table, refused], promote_options="default").sort_by("row_no")
