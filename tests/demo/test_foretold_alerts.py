"""What is planted in the city makes the three rules speak, fall silent and take their word back, as it was meant to."""

import csv
from collections import Counter

import pytest

from demo.city import generate

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")
# By part: rule, and the state on each of the three days.
LIVES = {
    "standing 12": ("discipline_effect_period", "new standing standing"),
    "over 12": ("discipline_effect_period", "none none none"),
    "ends on day 1": ("discipline_effect_period", "none none none"),
    "ends on day 2": ("discipline_effect_period", "new expired -"),
    "ends on day 3": ("discipline_effect_period", "new standing expired"),
    "no effect": ("discipline_effect_period", "none none none"),
    "rule of before 2016": ("discipline_effect_period", "none none none"),
    "party and government": ("discipline_effect_period", "new standing standing"),
    "two of a kind": ("discipline_effect_period", "new standing standing"),
    "three of a kind": ("discipline_effect_period", "new expired -"),
    "dismissed": ("discipline_effect_period", "new standing expired"),
    "retires": ("discipline_effect_period", "new standing standing"),
    "revoked before": ("discipline_effect_period", "none none none"),
    "revoked on day 2": ("discipline_effect_period", "new retracted -"),
    "cleared on day 3": ("discipline_effect_period", "new standing retracted"),
    "lightened on day 2": ("discipline_effect_period", "new standing standing"),
    "worsened on day 3": ("discipline_effect_period", "none none new"),
    "date corrected": ("discipline_effect_period", "none new standing"),
    "late": ("discipline_effect_period", "none new standing"),
    "stale line": ("discipline_effect_period", "none new standing"),
    "unreadable at first": ("discipline_effect_period", "none new standing"),
    "newcomer of day 2, sanctioned": ("discipline_effect_period", "none new standing"),
    "newcomer of day 3, sanctioned": ("discipline_effect_period", "none none new"),
    "renamed": ("discipline_effect_period", "none none new"),
    "misnumbered": ("discipline_effect_period", "none new standing"),
    "namesake's number": ("discipline_effect_period", "new retracted -"),
    "wrong name": ("discipline_effect_period", "none none none"),
    "former name": ("discipline_effect_period", "new standing standing"),
    "traditional name": ("discipline_effect_period", "new standing standing"),
    "spaced name": ("discipline_effect_period", "new standing standing"),
    "investigated": ("under_investigation", "new standing standing"),
    "decided on day 2": ("under_investigation", "new expired -"),
    "decided elsewhere": ("under_investigation", "new standing standing"),
    "decided before": ("under_investigation", "none none none"),
    "opened on day 3": ("under_investigation", "none none new"),
    "dropped on day 3": ("under_investigation", "new standing retracted"),
    "listed": ("dishonest_debtor", "new standing standing"),
    "delisted on day 2": ("dishonest_debtor", "new expired -"),
    "closed on day 2": ("dishonest_debtor", "new expired -"),
    "gone on day 2": ("dishonest_debtor", "new expired -"),
    "listed on day 2": ("dishonest_debtor", "none new standing"),
    "filed before day 2": ("dishonest_debtor", "none new standing"),
    "creditor": ("dishonest_debtor", "none none none"),
    "closed before": ("dishonest_debtor", "none none none"),
    "unreadable on day 2": ("dishonest_debtor", "new standing standing"),
    "delisted by a held file": ("dishonest_debtor", "new standing standing"),
    "retired": ("dishonest_debtor", "none none none"),
    "newcomer of day 2, indebted": ("dishonest_debtor", "none new standing"),
    "newcomer of day 3, indebted": ("dishonest_debtor", "none none new"),
}


@pytest.fixture(scope="module")
def roomy_truth(tmp_path_factory):
    """The truth of a city with room enough that nobody plays two parts."""
    folder = tmp_path_factory.mktemp("roomy")
    generate(folder, seed=3, officials=400, residents=800)

    def read(name):
        with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read


@pytest.mark.parametrize("part", LIVES)
def test_planted_alerts_live_as_they_were_meant_to(roomy_truth, part):
    rule, states = LIVES[part]
    (cadre_no,) = (person["cadre_no"] for person in roomy_truth("person") if person["part"] == part)
    told = {row["day"]: row["state"] for row in roomy_truth("alert") if (row["rule"], row["cadre_no"]) == (rule, cadre_no)}
    assert [told.get(day, "-") for day in DAYS] == states.split()


def test_every_planted_part_has_a_life(roomy_truth):
    """Parts that only repeat another's life under another measure or spelling need no line of their own."""
    parts = {person["part"] for person in roomy_truth("person")} - {"", "unreadable update"}
    alike = {part for part in parts if part.startswith(("standing", "over", "debtor")) or part == "rule of 2016"}
    assert parts - alike <= LIVES.keys()


def test_alerts_are_told_once_a_matter_and_day(roomy_truth):
    told = Counter((row["day"], row["rule"], row["cadre_no"], row["matter"]) for row in roomy_truth("alert"))
    assert set(told.values()) == {1}
