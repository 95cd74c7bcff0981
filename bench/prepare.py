"""Makes what the stages begin with: a roster in the warehouse, a court's snapshots, and what each stage hands to the next."""

import csv
import os
import shutil
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv

from bench import court, place
from cadre_cloud import contracts, landing, ledger, roster
from cadre_cloud.feed import read
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.vault import vault
from cadre_cloud.warehouse import connect
from demo.city import generate
from demo.departments import Table, load_exchange
from transforms.difference import difference
from transforms.rows import read_types, sort_rows

FIRST, SECOND = place.DAYS
LANDED, CHANGED, SAME = "bench_landed", "bench_changed", "bench_same"  # states of the warehouse


def main() -> None:
    """Prepare everything."""
    bound_duckdb()
    city = place.FOLDER / "demo" / "city"
    generate(city, residents=2_000)
    with (city / "truth" / "person.csv").open(encoding="utf-8", newline="") as lines:
        officials = list(csv.DictReader(lines))
    court.write_days(place.FOLDER, place.rows_wanted(), officials)
    _load_roster(city)
    _drop()
    _prepare_parts()
    _prepare_states()


def _load_roster(city: Path) -> None:
    """Units and personnel through the product, as on the first day."""
    for resource in ("unit", "personnel"):
        contract = contracts.named(resource)
        sources = {column.name: source for source, column in contract.columns.items()}
        key, cursor = tuple(sources[name] for name in contract.key), sources.get(contract.cursor or "")
        table = Table(resource, contract.source.table, contract.mode, key, cursor)  # type: ignore[union-attr]
        with psycopg.connect(place.address("exchange"), autocommit=True) as exchange:
            load_exchange(exchange, city, FIRST.isoformat(), [table])
        extract(contract, FIRST)
        check(contract, FIRST)
        load(contract, FIRST)


def _drop() -> None:
    """The first day's file; the second day's; and the first day's bytes again under the second day's name."""
    for folder, day, file in (("first", FIRST, "1.csv"), ("second", SECOND, "2.csv"), ("same", SECOND, "1.csv")):
        target = place.drop_folder(folder) / "court"
        target.mkdir(parents=True)
        shutil.copyfile(place.FOLDER / file, target / f"court_{day:%Y%m%d}.csv")


def _prepare_parts() -> None:
    """What each stage of reading hands to the next, and the index of the first day."""
    contract = contracts.named("court")
    place.keep("landing", landing.land("court", [(place.FOLDER / "1.csv").read_bytes()]).place)
    for number in ("1", "2"):
        text = read.csv.parse((place.FOLDER / f"{number}.csv").read_bytes(), "gb18030")
        typed = read_types(text, contract)
        found = sort_rows(typed, contract)
        _write_csv(place.FOLDER / f"rows_{number}.csv", found.accepted.select(list(contract.named)))
        for name, part in (("text", text), ("typed", typed), ("sorted", found)):
            place.keep(f"{name} {number}", part)
        if number == "1":
            keys = found.refused["source_key"].combine_chunks()
            place.keep("index", difference(found.accepted, keys, None, mode=contract.mode, columns=contract.content,
                                           cursor=contract.cursor, seed=vault().index_seed).index)  # fmt: skip
    with connect() as warehouse:
        officials = roster.read(warehouse)
    place.keep("roster", officials)


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
