"""Workbooks (Excel's xlsx) as people keep them: titles above the table, merged cells, a total at its end."""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from transforms.formats.damage import row_errors
from transforms.formats.header import each_once, tidy
from transforms.formats.unreadable import Unreadable
from transforms.text import SPACES, plain

LARGEST = 200_000_000  # bytes of a workbook unpacked: some 300,000 rows of 12 columns
PARTS = 10_000  # of which a workbook consists; each costs memory, be it empty
CELLS = 10_000_000  # that calamine lays out: it keeps a place for every cell up to the last, filled or not
SERIALS = (10_000, 73_050)  # 1927 to 2099: a lower number in a column of dates is rather a year

_TOTALS = pa.array(["合计", "总计", "小计"])
_ERROR = r"^#(?:[A-Z][A-Z0-9/_]*[!?]|N/A|GETTING_DATA)$"
_SERIAL = r"^(?P<days>\d{5})(?:\.\d+)?$"
_TIME_OF_DAY = r"^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}.*$"
_NULL = pa.scalar(None, pa.string())

# Attributes of cells, in every way in which XML lets them be written.
_FAR_CELL = r"""\sr\s*=\s*["'](?:[A-Za-z]{2}|[A-Za-z]*\d{7})"""
_CELL = rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']"""
_ERROR_CELL = rb"""(<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*)(?:"e"|'e')"""
_SHARED_CELL = rb"""\st\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v>(\d+)<"""
_SINCE_1904 = rb"""\bdate1904\s*=\s*["'](?:1|true)["']"""

_ENTRY = b"PK\x01\x02"  # stands before each part in a ZIP's directory

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def parse(
    raw: bytes, *, sheet: str, columns: Sequence[str], fill_down: Sequence[str] = (), date_columns: Sequence[str] = ()
) -> pa.Table:
    """Rows of one sheet as text.

    The header is the first row that holds all of `columns`; what stands above it is dropped, and so are blank rows, rows
    of totals (合计, 总计 or 小计 in the first column), and what stands alone in its row below the last of them. Formulas
    count by the value that was saved with them; one that was saved without is missing. Numbers are plain digits (`629.76`,
    `46038`), days ISO (`2025-01-28`), a day with a time `2025-01-28 10:30:00`, truth `true` or `false`; all else is as
    typed.

    Args:
        raw: the file, byte for byte.
        sheet: its name.
        columns: names that the header must hold.
        fill_down: those of `columns` in which a cell stands for the rows below it as well, first the one that makes the
            blocks: where cells are merged, and where they are blank below a value of the same block. The first is filled
            only where its cells are merged, so that a missing key stays missing; if none are, wherever it is blank.
        date_columns: columns where five digits are a serial number of Excel's calendar (1900, or the workbook's own of
            1904), and a time of day is dropped.

    Returns:
        The columns under the header's names as strings (blank is null), `row_no` (data rows from 1) and `row_error`:
        `wrong_columns` (a value beside the header's columns), `undecodable` (an error such as #REF!, or damaged text).

    Raises:
        Unreadable: `empty`, `broken` (no xlsx, encrypted, damaged), `too_big`, `no_sheet` (several, and none of that name),
            `missing_column`, `column_twice`.
    """
    book, since = _opened(raw)
    grid, merged = _grid(book, sheet)
    top, header = _header(grid, columns)
    cells = _columns(grid[top + 1 :], len(header))
    rows = len(cells[0])
    total = _is_total(cells[next((place for place, name in enumerate(header) if name), 0)])
    spans = [(header.index(name), _spans(merged, header.index(name), top + 1, rows)) for name in fill_down]
    kept = ~(_is_blank(cells) | total | _is_note(cells, total))
    table = pa.table({
        name: _dates(column, since) if name in date_columns else column
        for name, column in zip(header, _filled(cells, spans, total), strict=True)
        if name
    })  # fmt: skip
    row_no = pa.array(np.where(kept, np.cumsum(kept), 0), pa.int64())
    table = table.append_column("row_no", row_no).append_column("row_error", _row_errors(cells, header))
    return table.filter(pa.array(kept))


def _opened(raw: bytes) -> tuple[calamine.CalamineWorkbook, np.datetime64]:
    """The workbook, and the day 0 of its serial numbers (in Excel's calendar, 1900 has a 29 February)."""
    members = _unpacked(raw)
    since = np.datetime64("1904-01-01" if re.search(_SINCE_1904, members["xl/workbook.xml"]) else "1899-12-30")
    try:
        return calamine.load_workbook(_packed(members)), since
    except calamine.CalamineError as error:
        raise Unreadable("broken") from error


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The workbook's parts by name, never more than they say and we can hold."""
    if not raw:
        raise Unreadable("empty")
    if raw.count(_ENTRY) > PARTS:
        raise Unreadable("too_big")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = [part for part in packed.infolist() if part.filename.lower().endswith((".xml", ".rels"))]
            if sum(part.file_size for part in parts) > LARGEST:
                raise Unreadable("too_big")
            members = {part.filename.replace("\\", "/"): _member(packed, part) for part in parts}
    except Unreadable:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Unreadable("broken") from error
    if "xl/workbook.xml" not in members:
        raise Unreadable("broken")
    return members


def _member(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack more than is asked for
        raise Unreadable("broken")
    with packed.open(part) as source:
        return source.read(part.file_size)


def _packed(members: dict[str, bytes]) -> io.BytesIO:
    """What was unpacked and nothing else, in a form in which errors can be told from blank cells."""
    _refuse_echo(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, xml in members.items():
            _refuse_sprawl(xml)
            packed.writestr(name, _errors_as_text(xml))
    out.seek(0)
    return out


def _refuse_sprawl(xml: bytes) -> None:
    """One cell at XFD1048576 makes a sheet of 17 thousand million, and ends the process."""
    if not pc.match_substring_regex(pa.array([xml], pa.binary()), _FAR_CELL)[0].as_py():
        return
    named = {cell.groups() for cell in re.finditer(_CELL, xml)}
    last_row = max((int(row) for _, row in named), default=0)
    last_column = max((_column_no(letters) for letters, _ in named), default=0)
    if last_row * last_column > CELLS:
        raise Unreadable("too_big")


def _refuse_echo(members: dict[str, bytes]) -> None:
    """A text that many cells share is laid out in each of them."""
    sizes = np.array([len(text) for text in members.get("xl/sharedStrings.xml", b"").split(b"</si>")])
    sheets = [xml for name, xml in members.items() if name.startswith("xl/worksheets/")]
    if sizes.max() * sum(xml.count(b"<v>") for xml in sheets) <= LARGEST:
        return
    named = np.array([int(number) for xml in sheets for number in re.findall(_SHARED_CELL, xml)], np.int64)
    if sizes[named[named < len(sizes)]].sum() > LARGEST:
        raise Unreadable("too_big")


def _column_no(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _errors_as_text(xml: bytes) -> bytes:
    """Error cells as cells of text: calamine reads an error as a blank."""
    return re.sub(_ERROR_CELL, rb'\1"str"', xml) if b'"e"' in xml or b"'e'" in xml else xml


def _grid(book: calamine.CalamineWorkbook, sheet: str) -> tuple[list[list[Any]], Places]:
    """Values from the first cell that has one on, and merged cells (top, left, bottom, right) counted from there."""
    try:
        if sheet not in book.sheet_names:
            raise Unreadable("no_sheet", [sheet], _shown(book))
        found = book.get_sheet_by_name(sheet)
        merged = np.array(found.merged_cell_ranges or [], np.int64).reshape(-1, 4)
        return found.to_python(), merged - np.array((found.start or (0, 0)) * 2)
    except calamine.CalamineError as error:
        raise Unreadable("broken") from error


def _shown(book: calamine.CalamineWorkbook) -> list[str]:
    return [about.name for about in book.sheets_metadata if about.visible == calamine.SheetVisibleEnum.Visible]


def _header(grid: list[list[Any]], columns: Sequence[str]) -> tuple[int, list[str]]:
    """Where the header stands, and its names; a column without one has an empty name."""
    if not grid:
        raise Unreadable("empty")
    best: list[str] = []
    for place, row in enumerate(grid):
        names = [tidy(cell) if isinstance(cell, str) else "" for cell in row]
        if set(columns) <= set(names):
            return place, each_once(names)
        best = max(best, names, key=lambda names: len(set(columns) & set(names)))
    missing = [name for name in columns if name not in best]
    raise Unreadable("missing_column", missing, [name for name in best if name and name not in columns])


def _columns(body: list[list[Any]], width: int) -> list[pa.Array]:
    return [_texts(column) for column in zip(*body, strict=True)] if body else [_texts(())] * width


def _texts(cells: Sequence[Any]) -> pa.Array:
    """A column's values as text, null where there is nothing but spaces."""
    try:
        text = pa.array(cells, pa.string())
    except pa.ArrowTypeError:
        text = pa.array([cell if type(cell) is str else _WRITERS[type(cell)](cell) for cell in cells], pa.string())
    return pc.if_else(pc.equal(pc.utf8_trim(text, characters=SPACES), ""), _NULL, text)


def _number(number: float) -> str:
    """The shortest digits that are this number, without an exponent."""
    text = repr(number).removesuffix(".0")
    return format(Decimal(text), "f") if "e" in text else text.replace("-0", "0") if not number else text


def _moment(moment: dt.datetime) -> str:
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat(" ")


def _duration(span: dt.timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    int: str,
    float: _number,
    bool: lambda truth: str(truth).lower(),
    dt.date: dt.date.isoformat,
    dt.datetime: _moment,
    dt.time: dt.time.isoformat,
    dt.timedelta: _duration,
}


def _dates(text: pa.Array, since: np.datetime64) -> pa.Array:
    """Serial numbers and moments as days; all else as it is."""
    days = pc.struct_field(pc.extract_regex(text, _SERIAL), "days").cast(pa.int64())
    within = pc.and_(pc.greater_equal(days, SERIALS[0]), pc.less_equal(days, SERIALS[1]))
    shifted = pc.add(days, int(since.astype("datetime64[D]").astype(np.int64))).cast(pa.int32()).cast(pa.date32())
    day = pc.if_else(within, shifted.cast(pa.string()), _NULL)
    return pc.coalesce(day, pc.replace_substring_regex(text, _TIME_OF_DAY, r"\1"))


def _is_error(text: pa.Array) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(text, _ERROR), False)


def _is_total(first: pa.Array) -> Mask:
    """Rows of totals, however the word is spaced out."""
    words = pc.replace_substring_regex(plain(first), r"[ :]", "")
    return np.asarray(pc.is_in(words, value_set=_TOTALS))


def _is_blank(cells: list[pa.Array]) -> Mask:
    return _filled_cells(cells) == 0


def _is_note(cells: list[pa.Array], total: Mask) -> Mask:
    """What stands alone in a row below the last total: who filled the sheet in, and when."""
    below = np.cumsum(total) == total.sum()
    return below & total.any() & (_filled_cells(cells) == 1)


def _filled_cells(cells: list[pa.Array]) -> Places:
    """How many cells of each row say something."""
    return np.sum([np.asarray(pc.is_valid(column)) for column in cells], axis=0)


def _row_errors(cells: list[pa.Array], header: list[str]) -> pa.Array:
    """Why a row cannot be trusted: a value that stands in no column, an error, damaged text."""
    if not len(cells[0]):
        return _texts(())
    damaged = row_errors(pa.table({str(place): column for place, column in enumerate(cells)}))
    for name, column in zip(header, cells, strict=True):
        damaged = pc.if_else(_is_error(column), "undecodable", damaged)
        if not name:
            damaged = pc.if_else(pc.is_valid(column), "wrong_columns", damaged)
    return damaged


def _spans(merged: Places, column: int, first: int, rows: int) -> Places:
    """First and last row, counted from the first of the data, of the merged cells that begin in a column."""
    spans = merged[merged[:, 1] == column][:, [0, 2]] - first
    spans[:, 1] = spans[:, 1].clip(max=rows - 1)
    return spans[(spans[:, 0] >= 0) & (spans[:, 1] > spans[:, 0])]


def _filled(cells: list[pa.Array], spans: list[tuple[int, Places]], total: Mask) -> list[pa.Array]:
    """The columns without errors, and with what a cell says for the rows below it; a row of totals ends a block."""
    cells, block = list(cells), None
    for place, merged in spans:
        has = np.asarray(pc.is_valid(cells[place]))
        begin = block
        if begin is None:
            begin = np.arange(len(has)) if len(merged) else np.maximum.accumulate(np.where(total, np.arange(len(has)) + 1, 0))
        source = _sources(has, merged, begin)
        cells[place] = cells[place].take(pa.array(source))
        block = source if block is None else block
    return [pc.if_else(_is_error(column), _NULL, column) for column in cells]


def _sources(has: Mask, merged: Places, begin: Places) -> Places:
    """The row whose cell counts for each row: its own, the first of its merged cells, or the last one filled since `begin`."""
    source = np.arange(len(has))
    lengths = merged[:, 1] - merged[:, 0] + 1
    covered = np.repeat(merged[:, 0] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    source[covered] = np.where(has[covered], covered, np.repeat(merged[:, 0], lengths))
    last = np.maximum.accumulate(np.where(has, np.arange(len(has)), -1))
    return np.where(~has & (source == np.arange(len(has))) & (last >= begin), last, source)
