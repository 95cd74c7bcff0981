"""Binary deliveries that a case holds as text, so that a reader sees what is in them.

<file>.parquet.csv   a header and rows; the columns have the types in which the institutions send them
<file>.lrm.txt       in GBK
<file>.zip.yaml      by member: its text, in GBK where its name ends in .lrm
<file>.xlsx.yaml     by sheet: `rows` as they stand, from the first (dates as dates), and which cells are `merged`
"""

import shutil
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pyarrow.csv
import pyarrow.parquet
import yaml
from openpyxl import Workbook

from demo.city.loans import SCHEMA


def lay(path: Path, folder: Path) -> None:
    """Put a case's file into a folder as the department would send it."""
    match path.suffixes:
        case [".parquet", ".csv"]:
            _parquet(path, folder / path.stem)
        case [".xlsx", ".yaml"]:
            _workbook(path, folder / path.stem)
        case [".lrm", ".txt"]:
            (folder / path.stem).write_bytes(path.read_text(encoding="utf-8").encode("gbk"))
        case [".zip", ".yaml"]:
            _archive(path, folder / path.stem)
        case _:
            shutil.copy(path, folder / path.name)


def _parquet(path: Path, to: Path) -> None:
    types = {field.name: field.type for field in SCHEMA}
    options = pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=True)
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(path, convert_options=options), to)


def _workbook(path: Path, to: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, sheet in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        page = book.create_sheet(name)
        for row in sheet["rows"]:
            page.append(row)
        for cells in sheet.get("merged", []):
            page.merge_cells(cells)
    book.save(to)


def _archive(path: Path, to: Path) -> None:
    with ZipFile(to, "w") as archive:
        for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            archive.writestr(ZipInfo(name), text.encode("gbk" if name.endswith(".lrm") else "utf-8"))
