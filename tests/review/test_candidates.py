"""Who is named by name, unit and post alone is among the first who are asked about, however the unit is written."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import run_day
from homes import Home, clone, settled_in

from cadre_cloud.commands.learn_links import main
from demo.city import generate
from demo.stack import Stack
from transforms.link import MOST
from transforms.link.model import Model

RESOURCES = ("audit", "petitions", "environment", "work_safety")
DAYS = (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3))
FIRST, SHARE = 3, 0.98
Place = tuple[str, str, int]


@pytest.fixture(scope="module")
def city(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """All days of a city in which some of one unit share a name."""
    home = clone(stack, tmp_path_factory.mktemp("candidates"))
    generate(home.folder / "city", seed=5, officials=2500, residents=2500)
    with settled_in(home):
        for day in DAYS:
            run_day(home, home.folder / "city", day, ("unit", "personnel", "appointment", "discipline", *RESOURCES))
        yield home


@pytest.fixture(scope="module")
def ranks(city: Home) -> dict[Place, dict[str, int]]:
    """Of each mention that waits who is asked about, and in which order."""
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    waiting = "select * from core.link where known_to is null and resource = any(%s)"
    for row in city.rows(waiting, [list(RESOURCES)]):
        assert (row["verdict"], row["method"]) == ("undecided", "name_unit")
        found[row["resource"], row["source_key"], row["mention_no"]][row["cadre_no"]] = row["rank"]
    return found


@pytest.fixture(scope="module")
def owners(city: Home) -> dict[Place, str]:
    """Of each mention that could be read and means an official, whom."""
    with (Path(city.folder) / "city" / "truth" / "owner.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["resource"] in RESOURCES and row["since"] and row["cadre_no"]]
    return {(row["resource"], row["source_key"], int(row["mention_no"])): row["cadre_no"] for row in rows}


def test_a_model_is_learnt_on_what_is_landed(city: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["learn_links", str(tmp_path / "model.json")])
    with settled_in(city):
        assert main() == 0
    model = Model.of_json((tmp_path / "model.json").read_text(encoding="utf-8"))
    bits = {(weight.of, weight.says): weight.bits for weight in model.weights}
    assert bits["name", "agrees"] > 0 > bits["name", "differs"]
    assert bits["unit", "then"] > 0 > bits["unit", "differs"]
    assert bits["post", "agrees"] > bits["post", "agrees_in_part"] > 0 > bits["post", "differs"]
    assert set(model.base) == {"", "discipline", *RESOURCES}
    assert not model.automatic
    assert not model.seen  # nobody has decided anything


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_right_one_is_among_the_first(resource: str, ranks: dict, owners: dict) -> None:
    mine = {place: cadre_no for place, cadre_no in owners.items() if place[0] == resource}
    places = Counter(ranks[place].get(cadre_no, MOST + 1) for place, cadre_no in mine.items())
    assert len(mine) >= 20
    assert sum(count for place, count in places.items() if place <= FIRST) >= SHARE * len(mine), places


def test_no_more_are_asked_about_than_a_person_can_look_at(ranks: dict) -> None:
    for asked in ranks.values():
        assert sorted(asked.values()) == list(range(1, len(asked) + 1))
        assert len(asked) <= MOST
