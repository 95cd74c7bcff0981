"""Parquet: typed columns, handed on as text in one canonical form a type."""

import io
import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.duck import Scratch
from transforms.formats.damage import MARKS, row_errors
from transforms.formats.unreadable import Unreadable
from transforms.text import holds

LARGEST = 2_000_000_000  # bytes, unpacked or as text: some ten million rows of ten columns
_LARGEST_FOOTER = 50_000_000  # bytes, which are all in memory; a file of a thousand row groups has some of them
_AT_ONCE, _FEW_AT_ONCE = 131_072, 128  # rows
_BYTES_AT_ONCE, _MOST_AT_ONCE = 64_000_000, 256_000_000  # as the file says, and with each value by itself
_BUFFER = 1 << 20  # bytes of a column's pages that are read ahead
_BESIDE = ["row_no", "row_error"]
_FEW = 4096  # distinct values
_CENTS = 2  # digits of a fraction that stand as they are

_TRAILING_ZEROS = r"(\.\d*[1-9])0+$|\.0+$"
_MIDNIGHT = r"^(\S+) 00:00:00(?:\.0+)?$"
_FRACTION = r"(?:(\.\d*[1-9])0*|\.0+)(Z|[+-]\d{4})?$"


def parse(file: BinaryIO) -> Iterator[pa.Table]:
    """Rows of a Parquet file as text, in parts of some 130,000.

    Numbers are plain digits without an exponent, of a fraction the fewest (a decimal's cents stand as they are); NaN is
    missing, as those who write it mean it. Truth is `true` or `false`. Days are ISO, points in time
    `2026-05-28 10:30:00+0800` with the offset only where the file has a zone; without one, midnight is a day: that is how
    pandas writes days. Bytes are UTF-8. Lists, structs and maps are JSON text, so that a new column of that kind is
    reported like any other.

    Yields:
        The file's columns as strings (missing is null), `row_no` from 1 and `row_error` (`undecodable` or null). At least
        one table, if without rows.

    Raises:
        Unreadable: `empty`, `broken` (not Parquet, encrypted, damaged), `too_big`, `column_twice`.
    """
    _refuse_ends(file)
    try:
        about = pq.read_metadata(file)
        _refuse(about)
        done = 0
        for batch in _batches(file, about):
            row_no = pa.array(np.arange(done + 1, done + len(batch) + 1))
            yield pa.Table.from_batches([batch]).add_column(batch.num_columns - 1, "row_no", row_no)
            done += len(batch)
        if not done:
            text = [(name, pa.string()) for name in about.schema.to_arrow_schema().names]
            yield pa.schema([*text, ("row_no", pa.int64()), ("row_error", pa.string())]).empty_table()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno:  # it is not the file that is broken
            raise
        raise Unreadable("broken") from error


def _refuse_ends(file: BinaryIO) -> None:
    """What there is too little of, or whose footer says that it is longer than any."""
    size = file.seek(0, io.SEEK_END)
    if not size:
        raise Unreadable("empty")
    file.seek(max(size - 8, 0))
    if int.from_bytes(file.read(4), "little") > _LARGEST_FOOTER < size:
        raise Unreadable("too_big")


def _refuse(about: pq.FileMetaData) -> None:
    """What cannot be read at all, by what the file says of itself."""
    names = [*about.schema.to_arrow_schema().names, *_BESIDE]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unreadable("column_twice", twice)
    unpacked = sum(group.total_byte_size for group in _groups(about))
    if max(unpacked, about.num_rows * len(names) * 4) > LARGEST:  # text takes four bytes a row even where it is missing
        raise Unreadable("too_big")


def _groups(about: pq.FileMetaData) -> list[pq.RowGroupMetaData]:
    return [about.row_group(number) for number in range(about.num_row_groups)]


def _chunks(about: pq.FileMetaData) -> list[pq.ColumnChunkMetaData]:
    return [group.column(number) for group in _groups(about) for number in range(group.num_columns)]


def _opened(file: BinaryIO, about: pq.FileMetaData, folded: list[str]) -> pq.ParquetFile:
    return pq.ParquetFile(
        file, metadata=about, page_checksum_verification=True, read_dictionary=folded, buffer_size=_BUFFER, pre_buffer=False
    )


def _folded(file: BinaryIO, about: pq.FileMetaData, number: int, rows: int) -> list[str]:
    """Columns of a row group that are read with each distinct value once, as they are written.

    So a long value that comes a million times takes no room, and a few are looked at once. Of many, which are written plainly
    behind the first ones, Arrow would gather all that came before in each part.
    """
    chunks = [about.row_group(number).column(place) for place in range(about.num_columns)]
    texts = [chunk for chunk in chunks if chunk.physical_type == "BYTE_ARRAY"]
    coded = [chunk.path_in_schema for chunk in texts if any("DICTIONARY" in encoding for encoding in chunk.encodings)]
    first = next(_opened(file, about, coded).iter_batches(batch_size=1, row_groups=[number], columns=coded), None)
    return [name for name in coded if not first or not _are_many(first, name, longest=_MOST_AT_ONCE / (rows * len(coded)))]


def _are_many(first: pa.RecordBatch, name: str, longest: float) -> bool:
    """Whether a column begins with many distinct values, none of more than some bytes, so that unfolded they fit into memory."""
    if name not in first.schema.names:  # a part of something nested
        return False
    values = first.column(name).dictionary
    return len(values) > _FEW and pc.max(pc.binary_length(values.cast(pa.large_binary()))).as_py() <= longest


def _rows_at_once(about: pq.FileMetaData) -> int:
    """As many as fit into memory together; few where values are written as what is new in each, which hides their size."""
    widest = max((group.total_byte_size / max(group.num_rows, 1) for group in _groups(about)), default=0)
    if widest > _BYTES_AT_ONCE:
        raise Unreadable("too_big")
    most = _FEW_AT_ONCE if any("DELTA_BYTE_ARRAY" in chunk.encodings for chunk in _chunks(about)) else _AT_ONCE
    return min(most, int(_BYTES_AT_ONCE / max(widest, 1)))


def _batches(file: BinaryIO, about: pq.FileMetaData) -> Iterator[pa.RecordBatch]:
    """The rows as text, some at a time, each with its `row_error`."""
    size, rows = 0, _rows_at_once(about)
    for folded, groups in itertools.groupby(range(about.num_row_groups), lambda number: _folded(file, about, number, rows)):
        for batch in _opened(file, about, folded).iter_batches(batch_size=rows, row_groups=list(groups)):
            size += sum(_size(column) for column in batch.columns)
            if size > LARGEST:
                raise Unreadable("too_big")
            columns = [_text(column) for column in batch.columns]
            yield pa.record_batch([*columns, _errors(columns)], [*batch.schema.names, "row_error"])


def _size(column: pa.Array) -> int:
    """How many bytes a column's values take, each by itself."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    return int(pc.sum(pc.take(pc.binary_length(column.dictionary.cast(pa.large_binary())), column.indices)).as_py() or 0)


def _errors(columns: list[pa.Array]) -> pa.Array:
    rows = len(columns[0])
    if not any(holds(column, mark) for column in columns for mark in MARKS):
        return pa.nulls(rows, pa.string())
    return row_errors(pa.table({str(place): column for place, column in enumerate(columns)})).combine_chunks()


def _text(column: pa.Array) -> pa.Array:
    """One column as strings, by its type."""
    plain = column.storage if isinstance(column, pa.ExtensionArray) else column
    for fits, read in _READERS:
        if fits(plain.type):
            return read(plain)
    return plain.cast(pa.string())


def _decoded(column: pa.Array) -> pa.Array:
    """Bytes as UTF-8; what is none gets the mark of a damaged character. Writers do not always check."""
    try:
        return column.cast(pa.large_binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array(
            [one if one is None else one.decode(errors="replace") for one in column.cast(pa.large_binary()).to_pylist()],
            pa.string(),
        )


def _float(column: pa.Array) -> pa.Array:
    return _plain_digits(pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column).cast(pa.string()))


def _decimal(column: pa.Array) -> pa.Array:
    text = column.cast(pa.string())
    return text if 0 <= column.type.scale <= _CENTS else _plain_digits(text)


def _plain_digits(text: pa.Array) -> pa.Array:
    """Numbers without an exponent, and without zeros at the end of a fraction."""
    powers = pc.fill_null(pc.match_substring(text, "e", ignore_case=True), False)
    if pc.any(powers).as_py():
        digits = [format(Decimal(number), "f") for number in text.filter(powers).to_pylist()]
        text = pc.replace_with_mask(text, powers, pa.array(digits, pa.string()))
    text = pc.replace_substring_regex(text, _TRAILING_ZEROS, r"\1")
    return pc.if_else(pc.equal(text, "-0"), "0", text)


def _moment(column: pa.Array) -> pa.Array:
    days = pc.replace_substring_regex(column.cast(pa.string()), _MIDNIGHT, r"\1")
    return pc.replace_substring_regex(days, _FRACTION, r"\1\2")


def _json(column: pa.Array) -> pa.Array:
    with Scratch(nested=pa.table({"value": column})) as db:
        return db.table("select to_json(value)::varchar as json from nested")["json"].combine_chunks()


_READERS: list[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]]] = [
    (pa.types.is_dictionary, lambda column: pc.take(_text(column.dictionary), column.indices)),
    (pa.types.is_nested, _json),
    (pa.types.is_floating, _float),
    (pa.types.is_decimal, _decimal),
    (pa.types.is_timestamp, _moment),
    (pa.types.is_time, _moment),
    *(
        (fits, _decoded)
        for fits in (
            pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view,
            pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary,
        )
    ),
]  # fmt: skip
