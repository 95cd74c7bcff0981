"""The synthetic city's drawers: each form is whose it is, and nobody is linked wrongly; and a city that has nothing but them."""

import csv
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import run_day
from feed_cases import States
from homes import Home, settled_in

from demo.city import generate

DAYS = (date(2026, 6, 1), date(2026, 6, 2))
FILES = ("unit", "personnel", "appointment", "education", "family")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    generate(folder, seed=3, officials=200, residents=600)
    return folder


def told(city: Path, name: str) -> list[dict]:
    with (city / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["resource"] == "approval_form"]


def lived_through(states: States, folder: Path, city: Path, feeds: tuple[str, ...]) -> Home:
    home = states.lodging(folder, with_exchange=True)
    with settled_in(home):
        for day in DAYS:
            run_day(home, city, day, feeds)
    assert home.rows("select * from ledger.failure") == []
    return home


def whose(home: Home) -> dict[str, str | None]:
    return {
        row["form_no"]: row["cadre_no"]
        for row in home.rows("select form_no, cadre_no from core.form_reading where known_to is null")
    }


def test_each_form_is_whose_it_is(states: States, tmp_path: Path, city: Path) -> None:
    home = lived_through(states, tmp_path / "home", city, (*FILES, "approval_form"))
    owners = {row["source_key"]: row["cadre_no"] for row in told(city, "owner") if row["since"]}
    found = whose(home)
    assert found.keys() == owners.keys()
    assert {form: found[form] for form, owner in owners.items() if owner} == {
        form: owner for form, owner in owners.items() if owner
    }
    nobodys = [found[form] for form, owner in owners.items() if not owner]
    assert sorted(number or "" for number in nobodys)[0] == "" and len(set(nobodys)) == 2  # one official, and one proposed
    refused = {
        (row["source_key"], row["reason"]) for row in home.rows("select * from mart.quarantine where resource = 'approval_form'")
    }
    assert refused == {(row["source_key"], row["reason"]) for row in told(city, "bad_row")}


def test_a_city_that_has_nothing_else(states: States, tmp_path: Path, city: Path) -> None:
    home = lived_through(states, tmp_path / "home", city, ("approval_form",))
    numbered = {row["source_key"] for row in told(city, "owner") if row["form"] == "form_with_number" and row["since"]}
    found = whose(home)
    assert {form for form, cadre_no in found.items() if cadre_no} == numbered
    roster = home.rows("select cadre_no, name, id_masked, status from mart.cadre")
    assert {row["cadre_no"] for row in roster} == set(found.values()) - {None}
    assert len(roster) == len(numbered) - 1  # of one there are two forms
    assert {row["status"] for row in roster} == {"1"} and all(row["id_masked"] for row in roster)
    assert {row["cadre_no"] for row in home.rows("select cadre_no from mart.relative")} == {row["cadre_no"] for row in roster}
    assert home.one("select count(*) from mart.spell where confidence <> 'unread'") >= len(roster)
