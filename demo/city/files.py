"""What the organization department's own files have in common: they name officials by their number alone."""

from collections.abc import Callable
from pathlib import Path

from demo.city.expect import Known
from demo.city.truth import Truth, count_duplicates
from demo.city.workbook import write_sheet
from demo.city.write import write_csv


def deliver(
    out: Path, truth: Truth, resource: str, day: str, file: str, columns: tuple[str, ...], rows: list[dict],
    key_of: Callable[[dict], str], sheet: str = "",
) -> None:  # fmt: skip
    """Write a snapshot, as a workbook where a sheet is named, and tell the truth about it; `_person` is whose a row is."""
    path = out / resource / day / file
    if sheet:
        write_sheet(path, sheet, columns, rows)
    else:
        write_csv(path, columns, rows)
    truth.deliver(resource, day, file, len(rows), duplicate=count_duplicates(rows, columns), why="the whole file")
    own(truth, resource, day, file, rows, key_of)


def own(truth: Truth, resource: str, day: str, file: str, rows: list[dict], key_of: Callable[[dict], str]) -> None:
    """Tell which rows cannot be read, and whose the others are."""
    truth.condemn(resource, day, file, rows, key_of=key_of)
    for row in rows:
        if not row.get("_keyless"):
            truth.own(resource, day, row, key_of(row), row["_person"], form="cadre_no")


def on_roster(row: dict, known: Known) -> bool:
    """Whether the official is known at all: the number says who is meant."""
    return row["_person"].cadre_no in known.rows
