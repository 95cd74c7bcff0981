"""Workbooks as offices type them, with titles, merged cells and a total, or a plain list. The same rows give the same bytes."""

import io
import re
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW = 3
SAVED = datetime(2026, 5, 31, 17, 0)


def write_workbook(path: Path, sheet: str, titles: tuple[str, str], columns: tuple[str, ...], rows: list[dict],
                   merged: tuple[str, ...], total: list[object]) -> None:  # fmt: skip
    """Write rows below two titles and a header; what repeats in the merged columns stands once. A total row ends it."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for number, title in enumerate(titles, start=1):
        page.cell(number, 1, title)
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(columns))
    for place, column in enumerate(columns, start=1):
        page.cell(HEADER_ROW, place, column)
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        for place, column in enumerate(columns, start=1):
            page.cell(number, place, row[column] if row[column] != "" else None)
    for column in merged:
        _merge(page, rows, columns.index(column) + 1)
    for place, value in enumerate(total, start=1):
        page.cell(HEADER_ROW + len(rows) + 1, place, value)
    book.create_sheet("填报说明").cell(1, 1, "金额以万元计，日期按年.月.日填写。")
    _save(book, path)


def write_sheet(path: Path, sheet: str, columns: tuple[str, ...], rows: list[dict]) -> None:
    """Write rows below a header, and nothing else."""
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(columns)
    for row in rows:
        page.append([row[column] if row[column] != "" else None for column in columns])
    _save(book, path)


def _merge(page: Worksheet, rows: list[dict], place: int) -> None:
    """Merge the cells of each project in one column."""
    first = 0
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number]["_project"] != rows[first]["_project"]:
            if number - first > 1:
                top, bottom = HEADER_ROW + 1 + first, HEADER_ROW + number
                page.merge_cells(start_row=top, end_row=bottom, start_column=place, end_column=place)
            first = number


def _save(book: Workbook, path: Path) -> None:
    """Write without the moment of writing: in the properties and in the archive a fixed one."""
    book.properties.created = SAVED
    buffer = io.BytesIO()
    book.save(buffer)
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(buffer) as written, ZipFile(path, "w", ZIP_DEFLATED) as kept:
        for name in written.namelist():
            content = written.read(name)
            if name == "docProps/core.xml":
                moment = f"{SAVED:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, content)
            kept.writestr(ZipInfo(name, SAVED.timetuple()[:6]), content, ZIP_DEFLATED)
