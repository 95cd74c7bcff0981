"""Delimited text, in whatever encoding the contract names, some rows at a time."""

import codecs
import csv
import io
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from transforms.formats.damage import MARKS, row_errors
from transforms.formats.header import each_once, tidy
from transforms.formats.unreadable import Unreadable
from transforms.text import SPACES

_LONGEST_HEADER = 1 << 16
AT_ONCE = 1 << 23  # bytes of UTF-8; no record is longer
_BUFFER = 1 << 16  # bytes; without one the blocks would be Python's, and a thread of Arrow's may free one when Python has ended
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5")  # that files come in, and what else may stand between two values
_UTF_8, _BEGINS, _LONGEST = ("utf-8", "utf-8-sig"), 0xC0, 4  # names, the first byte of a long character, and its most bytes
_MARKS = [mark.encode() for mark in MARKS]
_DELIMITERS = ",;\t|，；"

Chunks = Callable[[], Iterable[bytes]]


def parse(chunks: Chunks, encoding: str, columns: Sequence[str] = ()) -> Iterator[pa.Table]:
    """Rows of a CSV file as text, in parts of some megabytes, so that memory does not grow with the file.

    Args:
        chunks: gives the file's bytes from its beginning, each time it is called; the first record is the header.
        encoding: a Python codec name; a byte-order mark is dropped.
        columns: names of which the header must have one; if it has none it is told why.

    Yields:
        The source's columns as strings (missing is null), `row_no` (data rows from 1, each counted once however many
        lines it spans) and `row_error`: `wrong_columns` (other fields than the header, or a value in a column without a
        name), `undecodable` or null. At least one table, if without rows.

    Raises:
        Unreadable: the file is `empty`, in a `wrong_encoding` or with a `wrong_delimiter` (`new` is what was found), names a
            `column_twice`, none of `columns` (`missing_column`), or is `broken`: it cannot be cut into rows, which may be
            found late.
    """
    text = _Utf8(chunks(), encoding)
    sent = _header(text)
    header = [tidy(name) for name in sent]
    if columns and not set(header) & set(columns):
        _explain(chunks, encoding, set(columns))
        raise Unreadable("missing_column", list(columns))  # and what stands there are no names, or not of columns
    yield from _parts(text, sent, each_once(header))
    if text.quotes % 2:
        _refuse_open_quote(_Utf8(chunks(), encoding))


def records(chunks: Chunks, encoding: str, row_no: int) -> tuple[list[str], list[str]]:
    """The header and one data row of a file that `parse` has read, as they stand there, however many fields they have."""
    text = io.TextIOWrapper(_Utf8(chunks(), encoding).buffered(), encoding="utf-8", newline="")
    rows = filter(None, csv.reader(text))  # a line with nothing on it is no row
    return next(rows), next(itertools.islice(rows, row_no - 1, None))


class _Utf8(io.RawIOBase):
    """A stream of bytes in some encoding, read as UTF-8."""

    def __init__(self, chunks: Iterable[bytes], encoding: str) -> None:
        """Read its beginning; raises Unreadable where there is none."""
        self._chunks = iter(chunks)
        self._to_utf8 = _passed_on if codecs.lookup(encoding).name in _UTF_8 else _decoded(encoding)
        self._rest = b""  # of a chunk that ends in mid character
        self._pending, self._ended, self._reading = b"", False, threading.Lock()
        self.quotes, self.damaged = 0, False
        text = ""
        while not self._ended and len(text) < _LONGEST_HEADER:
            text = (text + self._next().decode()).lstrip(SPACES)
        if not text:
            raise Unreadable("empty")
        self.beginning, self.is_whole = text, self._ended
        self._pending = (text.rstrip("\r\n") + "\n" if self._ended else text).encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer, as far as there is something."""
        with self._reading:
            while not self._pending and not self._ended:
                self._pending = self._next()
            size = min(len(buffer), len(self._pending))
            buffer[:size] = self._pending[:size]
            self._pending = self._pending[size:]
            return size

    def buffered(self) -> io.BufferedReader:
        """The stream as one that reads as much as is asked for."""
        return io.BufferedReader(self)

    def stop(self) -> None:
        """End it here, whoever reads ahead in another thread: that one must not be inside when the process ends."""
        with self._reading:
            self._pending, self._ended = b"", True

    def _next(self) -> bytes:
        chunk = next(self._chunks, None)
        self._ended = chunk is None
        text, self._rest = self._to_utf8(self._rest + (chunk or b""), self._ended)
        self.quotes += text.count(b'"')
        self.damaged = self.damaged or any(mark in text for mark in _MARKS)
        return text


def _decoded(encoding: str) -> Callable[[bytes, bool], tuple[bytes, bytes]]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    return lambda chunk, final: (decoder.decode(chunk, final).encode(), b"")


def _passed_on(chunk: bytes, final: bool) -> tuple[bytes, bytes]:
    """UTF-8 as it is, but for what is none; and the last character's bytes, which may go on."""
    begun = next((len(chunk) - back for back in range(1, min(_LONGEST, len(chunk)) + 1) if chunk[-back] >= _BEGINS), len(chunk))
    text, rest = (chunk, b"") if final else (chunk[:begun], chunk[begun:])
    try:
        offsets = pa.py_buffer(np.array([0, len(text)], np.int64))
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return text.decode(errors="replace").encode(), rest
    return text, rest


def _header(text: _Utf8) -> list[str]:
    """The first record; it ends within the beginning, or nowhere."""
    records = csv.reader(io.StringIO(text.beginning, newline=""))
    try:
        header = next(records, [])
        if not text.is_whole and next(records, None) is None:
            raise Unreadable("broken")
    except csv.Error as error:
        raise Unreadable("broken") from error
    return header


def _explain(chunks: Chunks, encoding: str, columns: set[str]) -> None:
    """Raises Unreadable where the header's names are there, if it is read in another way, or where it is no text."""
    raw = b""
    for chunk in chunks():
        raw += chunk
        if len(raw) > _LONGEST_HEADER:
            break
    for other, delimiter in itertools.product((encoding, *_ENCODINGS), _DELIMITERS):
        if columns & {tidy(name.strip('"')) for name in _first_line(raw, other).split(delimiter)}:
            raise _found(encoding, other, delimiter)
    if any(mark in _first_line(raw, encoding) for mark in MARKS):
        raise Unreadable("wrong_encoding")


def _first_line(raw: bytes, encoding: str) -> str:
    return "".join(raw.decode(encoding, errors="replace").strip(SPACES).splitlines()[:1])


def _found(agreed: str, encoding: str, delimiter: str) -> Unreadable:
    if encoding != agreed:
        return Unreadable("wrong_encoding", new=[encoding])
    return Unreadable("wrong_delimiter", new=[delimiter]) if delimiter != "," else Unreadable("broken")  # an open quotation mark


def _refuse_open_quote(text: _Utf8) -> None:
    """Raises Unreadable where a quotation mark is left open, which would swallow all that follows it."""
    try:
        deque(csv.reader(io.TextIOWrapper(text.buffered(), encoding="utf-8", newline=""), strict=True), maxlen=0)
    except csv.Error as error:
        raise Unreadable("broken") from error


def _parts(text: _Utf8, sent: list[str], header: list[str]) -> Iterator[pa.Table]:
    """The rows with as many fields as the header, and the numbers of the others."""
    broken: deque[int] = deque()  # the reader is a part ahead of us

    def note(row: pacsv.InvalidRow) -> str:
        broken.append(row.number - 1)  # the reader counts the header as row 1
        return "skip"

    done = 0
    try:
        reader = pacsv.open_csv(
            pa.BufferedInputStream(pa.PythonFile(text.buffered(), mode="r"), _BUFFER),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=AT_ONCE),  # only then are broken rows numbered
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(sent, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
        for batch in reader:
            part = _numbered(pa.Table.from_batches([batch]).rename_columns(header), done, broken, undecodable=text.damaged)
            done += len(part)
            yield part
        if broken or not done:
            yield _numbered(reader.schema.empty_table().rename_columns(header), done, broken, undecodable=False)
    except pa.ArrowInvalid as error:
        raise Unreadable("broken") from error
    finally:
        text.stop()


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
    table, error = _named(table, error)
    table = table.append_column("row_no", pa.array(kept, pa.int64())).append_column("row_error", error)
    if not between:
        return table
    refused = pa.table({"row_no": pa.array(between, pa.int64()), "row_error": ["wrong_columns"] * len(between)},
                       schema=pa.schema([("row_no", pa.int64()), ("row_error", pa.string())]))  # fmt: skip
    return pa.concat_tables([table, refused], promote_options="default").sort_by("row_no")


def _named(table: pa.Table, error: pa.Array) -> tuple[pa.Table, pa.Array]:
    """Only columns with a name; a value in another one is a row that is shifted."""
    unnamed = [place for place, name in enumerate(table.column_names) if not name]
    for place in unnamed:
        error = pc.if_else(pc.is_valid(table.column(place)), "wrong_columns", error)
    return table.select([place for place in range(table.num_columns) if place not in unnamed]), error
