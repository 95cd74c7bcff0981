"""Makes what the stages begin with: a roster in the warehouse, a court's snapshots, and what each stage hands to the next."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from bench import court, place
from bench.roster import load_roster
from cadre_cloud import contracts, landing, ledger, roster
from cadre_cloud.feed import read
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import connect
from transforms.contract import Contract
from transforms.difference import Comparison

FIRST, SECOND = place.DAYS
LANDED, CHANGED, SAME = "bench_landed", "bench_changed", "bench_same"  # states of the warehouse


def main() -> None:
    """Prepare everything."""
    bound_duckdb()
    officials = load_roster()
    court.write_days([place.FOLDER / "1.csv", place.FOLDER / "2.csv"], place.rows_wanted(), officials)
    _drop()
    _prepare_parts()
    _prepare_states()


def _drop() -> None:
    """The first day's file; the second day's; and the first day's bytes again under the second day's name."""
    for folder, day, file in (("first", FIRST, "1.csv"), ("second", SECOND, "2.csv"), ("same", SECOND, "1.csv")):
        target = place.drop_folder(folder) / "court"
        target.mkdir(parents=True)
        shutil.copyfile(place.FOLDER / file, target / f"court_{day:%Y%m%d}.csv")


def _prepare_parts() -> None:
    """What each stage of reading hands to the next, the index of the first day, and the roster."""
    contract = contracts.named("court")
    for number in ("1", "2"):
        landed = landing.land("court", [(place.FOLDER / f"{number}.csv").read_bytes()])
        parts = list(read.parts(contract, {"landing": landed.place}))
        good = pa.concat_tables(part.typed.good for part in parts)
        _write_csv(place.FOLDER / f"rows_{number}.csv", good.select(list(contract.named)))
        place.keep(f"landing {number}", landed.place)
        place.keep(f"parts {number}", parts)
    place.keep("index", _index(contract, place.kept("parts 1")))
    with connect() as warehouse:
        place.keep("roster", roster.read(warehouse, contract))


def _index(contract: Contract, parts: list[read.Part]) -> pa.Table:
    with Comparison(None, mode=contract.mode, columns=contract.content, cursor=contract.cursor, seed="s") as comparison:
        for part in parts:
            comparison.add(part.typed.good, part.typed.refused["source_key"].combine_chunks())
        return comparison.end().index


def _prepare_states() -> None:
    """The warehouse with the first day landed; that loaded and the second day landed; that loaded alone."""
    contract = contracts.named("court")
    os.environ["CADRE_DROP"] = place.drop_folder("first").as_uri()
    extract(contract, FIRST)
    place.copy_database("warehouse", LANDED)
    check(contract, FIRST)
    load(contract, FIRST, FIRST)
    place.copy_database("warehouse", SAME)
    os.environ["CADRE_DROP"] = place.drop_folder("second").as_uri()
    extract(contract, SECOND)
    place.copy_database("warehouse", CHANGED)
    with connect() as warehouse:
        loaded = ledger.deliveries(warehouse, "court", FIRST)[0]
    assert loaded["state"] == "loaded", loaded["message"]  # noqa: S101
    counts = {name: loaded[name] for name in ("received", "quarantined", "duplicate", "linked", "review", "bytes")}
    place.keep("counts", counts | {"officials": len(place.kept("roster").officials)})


def _write_csv(path: Path, table: pa.Table) -> None:
    pacsv.write_csv(table, path, pacsv.WriteOptions(include_header=False))


if __name__ == "__main__":
    main()
