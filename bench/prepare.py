"""Makes what the stages begin with: a roster in the warehouse, a department's snapshots, and what one stage hands to the next."""

import os
import shutil

import pyarrow as pa
import pyarrow.csv as pacsv
from openpyxl import Workbook

from bench import place
from bench.roster import load_roster
from bench.shapes import SHAPES
from bench.stages import SAMPLE
from cadre_cloud import contracts
from cadre_cloud.feed import read
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.storage import landing
from cadre_cloud.warehouse import ledger, roster
from cadre_cloud.warehouse.connection import connect
from transforms.contract import Contract
from transforms.difference import Comparison

FIRST, SECOND = place.DAYS


def main() -> None:
    """Prepare everything."""
    bound_duckdb()
    officials = load_roster()
    shape, contract = SHAPES[place.resource()], contracts.named(place.resource())
    days = ("1",) if place.stages() else ("1", "2")  # a few stages alone begin with the rows of the first day
    shape.write_days([place.FOLDER / f"{number}.{shape.ending}" for number in days], place.rows(), officials)
    for number in days if place.is_small() else ("1",):
        _prepare_rows(contract, number)
    with connect() as warehouse:
        place.keep("roster", roster.read(warehouse, contract))
    place.keep("counts", {"received": place.rows(), "officials": len(place.kept("roster").officials)})
    if not place.stages():
        _prepare_stages(contract)


def _prepare_stages(contract: Contract) -> None:
    """What stages begin with beside the rows and the roster."""
    _drop()
    if place.is_small():
        place.keep("index", _index(contract, place.kept("parts 1")))
        _write_workbook(place.kept("parts 1")[0].text.select(list(contract.columns)).slice(0, SAMPLE))
    _prepare_states(contract)


def _drop() -> None:
    """The first day's file; the second day's; and the first day's bytes again under the second day's name."""
    for folder, day, number in (("first", FIRST, "1"), ("second", SECOND, "2"), ("same", SECOND, "1")):
        target = place.drop_folder(folder) / place.resource()
        target.mkdir(parents=True)
        shutil.copyfile(place.sent(number), target / f"{place.resource()}_{day:%Y%m%d}{place.sent(number).suffix}")


def _prepare_rows(contract: Contract, number: str) -> None:
    """Rows as CSV for PostgreSQL, and what each stage of reading hands to the next."""
    landed = landing.land(contract.resource, place.blocks(place.sent(number)))
    place.keep(f"landing {number}", landed.place)
    parts, columns = [], list(contract.named)
    with (place.FOLDER / f"rows_{number}.csv").open("wb") as file:
        for count, part in enumerate(read.parts(contract, {"landing": landed.place})):
            if number == "1":
                place.keep_rows(count, part.typed.good)
            pacsv.write_csv(part.typed.good.select(columns), file, pacsv.WriteOptions(include_header=False))
            if place.is_small():
                parts.append(part)
    place.keep(f"parts {number}", parts)


def _write_workbook(text: pa.Table) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (text.column_names, *zip(*text.to_pydict().values(), strict=True)):
        sheet.append(row)
    book.save(place.WORKBOOK)


def _index(contract: Contract, parts: list[read.Part]) -> pa.Table:
    with Comparison(None, mode=contract.mode, columns=contract.content, cursor=contract.cursor, seed="s") as comparison:
        for part in parts:
            comparison.add(part.typed.good, part.typed.refused["source_key"].combine_chunks())
        return comparison.end().index


def _prepare_states(contract: Contract) -> None:
    """The warehouse with the first day landed; that loaded and the second day landed; that loaded alone."""
    os.environ["CADRE_DROP"] = place.drop_folder("first").as_uri()
    extract(contract, FIRST)
    place.copy_database("warehouse", place.LANDED)
    check(contract, FIRST)
    load(contract, FIRST, FIRST)
    place.copy_database("warehouse", place.SAME)
    os.environ["CADRE_DROP"] = place.drop_folder("second").as_uri()
    extract(contract, SECOND)
    place.copy_database("warehouse", place.CHANGED)
    with connect() as warehouse:
        loaded = ledger.deliveries(warehouse, contract.resource, FIRST)[0]
    assert loaded["state"] == "loaded", loaded["message"]  # noqa: S101
    counts = {name: loaded[name] for name in ("received", "quarantined", "duplicate", "linked", "review", "bytes")}
    place.keep("counts", counts | {"officials": len(place.kept("roster").officials)})


if __name__ == "__main__":
    main()
