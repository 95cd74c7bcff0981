"""A city's past is as its deliveries would have had it then, and ends in what the first day says."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from demo.city import generate

YEARS = 20
FIRST, REFORM = "2026-06-01", "2018-12-01"


@pytest.fixture(scope="module")
def old_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    generate(folder, seed=1, officials=400, residents=600, years=YEARS)
    return folder


@pytest.fixture(scope="module")
def days(old_city: Path) -> list[str]:
    return [str(day) for day in yaml.safe_load((old_city / "city.yaml").read_text(encoding="utf-8"))["past"]]


@pytest.fixture(scope="module")
def told(old_city: Path) -> Callable[[str, str], list[dict]]:
    """What a department last told by a day."""

    def read(resource: str, day: str) -> list[dict]:
        paths = [path for path in old_city.glob(f"{resource}/*/rows.csv") if path.parent.name <= day]
        if not paths:
            return []
        with max(paths).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read


def test_there_is_a_day_of_each_year(days: list[str]) -> None:
    assert [day[:4] for day in days] == [str(year) for year in range(2006, 2026)]
    assert max(days) < FIRST


def test_a_post_is_told_while_it_is_held_at_a_unit_that_there_is(days: list[str], told: Callable) -> None:
    before = 0
    for day in days:
        posts, units = told("appointment", day), {row["b0111"] for row in told("unit", day)}
        assert all(row["a0243"] <= day and row["a0265"] <= day and row["a0201b"] in units for row in posts)
        assert {row["a0195"] for row in told("personnel", day)} <= units
        assert all(row["a0804"] <= day[:7].replace("-", "") >= row["a0807"] for row in told("education", day))
        assert all(row["a1521"] < day[:4] for row in told("assessment", day))
        before, last = len(posts), before
        assert before >= last > 0 or day == days[0]


def test_units_were_renamed_and_merged(days: list[str], told: Callable) -> None:
    (old, new) = ({row["b0111"]: row["b0101"] for row in told("unit", day)} for day in ("2017-12-01", REFORM))
    assert len(old.keys() - new.keys()) == 2 * 9  # tourism and quality supervision, of each region
    assert new.keys() <= old.keys()
    assert Counter(old[code][-3:] for code in new if old[code] != new[code])["农业局"] == 9
    moved = {row["a0000"] for row in told("personnel", REFORM) if row["a0195"] in new}
    assert moved & {row["a0000"] for row in told("appointment", "2017-12-01") if row["a0201b"] not in new}


def test_the_roster_brings_each_state_on_the_first_day_after_it_was_written(old_city: Path, days: list[str]) -> None:
    numbers: dict[str, set[str]] = {}
    before = ""
    for day in (*days, FIRST):
        with (old_city / "personnel" / day / "rows.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                assert before < row["updated_at"][:10] <= day
                numbers.setdefault(row["a0000"], set()).add(row["a0184"])
        before = day
    assert {len(known) for known in numbers.values()} == {1, 2}  # some were put right


def test_decisions_of_the_past_have_no_effect_any_more(old_city: Path, days: list[str]) -> None:
    """Those that the first day does not tell of otherwise raise nothing."""
    lines = {
        day: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for day in (*days, FIRST)
        if (path := old_city / "discipline" / day / "changes.jsonl").exists()
    }
    assert len(lines) > 8
    for day, mine in lines.items():
        before = max((one for one in days if one < day), default="")
        assert all(before < line["GXSJ"] < f"{day}T06" for line in mine)
    every = [line for mine in lines.values() for line in mine]
    assert Counter(line["ZT"] for line in every if line["JDRQ"] < "2025")["3"] > 0
    assert all(re.fullmatch(r"20[01]\d|202[0-6]", line["JDRQ"][:4]) for line in every if line["JDRQ"])


def test_without_years_there_is_no_past(city: Path) -> None:
    assert "past" not in yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))
    assert {path.name for path in city.glob("*/20*")} == {"2026-06-01", "2026-06-02", "2026-06-03"}
