"""The departments' exchange database has, day by day, what a city's departments put into it."""

import csv
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from cadre_cloud import contracts
from demo import delivery, departments, settings
from demo.city import generate
from demo.stack import Stack

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")


def delivered(city: Path, resource: str, day: str) -> list[dict[str, str | None]]:
    with (city / resource / day / "rows.csv").open(encoding="utf-8", newline="") as lines:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(lines)]


def test_every_table_follows_its_days(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_LEGAL_BASIS", settings.legal_bases())
    city = var / "city"
    generate(city, officials=60, residents=300)
    of_database = [contract for contract in contracts.expected() if contract.source.kind == "database"]
    tables = [delivery._table(contract) for contract in of_database]
    assert {table.table for table in tables} >= {"a01", "b01", "a02", "a08", "a36", "tax_arrears"}
    with (
        Stack(var, with_airflow=False, durable=False) as stack,
        psycopg.connect(stack.exchange_address, autocommit=True) as exchange,
    ):
        for day in DAYS:
            departments.load_exchange(exchange, city, day, tables)
            reading = exchange.cursor(row_factory=dict_row)
            found = {table.resource: reading.execute(f"select * from {table.table}").fetchall() for table in tables}
            for resource in ("appointment", "education", "family"):
                newest = max(path.name for path in (city / resource).iterdir() if path.name <= day)
                assert sorted(map(str, found[resource])) == sorted(map(str, delivered(city, resource, newest)))
            notices = [row for earlier in DAYS if earlier <= day for row in delivered(city, "taxation", earlier)]
            assert {row["wsh"]: row["zt"] for row in found["taxation"]} == {row["wsh"]: row["zt"] for row in notices}


def test_of_a_resource_that_the_city_does_not_have_there_is_an_empty_table(var: Path) -> None:
    table = departments.Table("taxation", "tax_arrears", "changes", ("wsh",), "gxsj", ("wsh", "gxsj"))
    with (
        Stack(var, with_airflow=False, durable=False) as stack,
        psycopg.connect(stack.exchange_address, autocommit=True) as exchange,
    ):
        assert departments.load_exchange(exchange, var / "city", DAYS[0], [table]) == {}
        assert exchange.execute("select wsh, gxsj from tax_arrears").fetchall() == []
