"""The roster that every benchmark links with: the officials of a small city, in the warehouse."""

import csv

import psycopg

from bench import place
from cadre_cloud import contracts
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from demo.departments import Table, load_exchange

FIRST = place.DAYS[0]


def load_roster() -> list[dict[str, str]]:
    """Load units and personnel through the product, as on the first day; returns the officials of the city's truth."""
    for resource in ("unit", "personnel"):
        contract = contracts.named(resource)
        sources = {column.name: source for source, column in contract.columns.items()}
        key, cursor = tuple(sources[name] for name in contract.key), sources.get(contract.cursor or "")
        table = Table(resource, contract.source.table, contract.mode, key, cursor)  # type: ignore[union-attr]
        with psycopg.connect(place.address("exchange"), autocommit=True) as exchange:
            load_exchange(exchange, place.CITY, FIRST.isoformat(), [table])
        extract(contract, FIRST)
        check(contract, FIRST)
        load(contract, FIRST)
    with (place.CITY / "truth" / "person.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
