"""What is planted in the city makes the three rules speak, fall silent and take their word back, as it was meant to."""

import csv
from collections import Counter

import pytest
from lives import LIVES, SEVERITIES

from demo.city import generate

BY_NAME = {"audit_overdue", "petition_verified", "environment_accountability", "safety_accountability"}
DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")


@pytest.fixture(scope="module")
def roomy_truth(tmp_path_factory):
    """The truth of a city with room enough that nobody plays two parts."""
    folder = tmp_path_factory.mktemp("roomy")
    generate(folder, seed=3, officials=900, residents=1200)

    def read(name):
        with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read


def told_of(truth, part, rule):
    """The truth about the alerts of a part on each day."""
    (cadre_no,) = (person["cadre_no"] for person in truth("person") if person["part"] == part)
    found = {row["day"]: row for row in truth("alert") if (row["rule"], row["cadre_no"]) == (rule, cadre_no)}
    return [found.get(day) for day in DAYS]


@pytest.mark.parametrize("part", LIVES)
def test_planted_alerts_live_as_they_were_meant_to(roomy_truth, part):
    """What waits for a person lives only if that person confirms whom it means."""
    rule, states = LIVES[part]
    told = told_of(roomy_truth, part, rule)
    assert [row["if_confirmed"] or row["state"] if row else "-" for row in told] == states.split()


@pytest.mark.parametrize("part", SEVERITIES)
def test_planted_alerts_are_as_loud_as_they_were_meant_to_be(roomy_truth, part):
    told = told_of(roomy_truth, part, LIVES[part][0])
    assert [row["severity"] for row in told] == SEVERITIES[part].split()


def test_auditors_findings_raise_nothing_by_themselves(roomy_truth):
    alerts = [row for row in roomy_truth("alert") if row["rule"] == "audit_overdue"]
    assert {row["state"] for row in alerts} == {"none"}
    renamed = [row["if_confirmed"] for row in alerts if "another name" in row["why"]]
    assert Counter(renamed) == {"new": 2, "standing": 4}


def test_representatives_raise_nothing_by_themselves(roomy_truth):
    """A masked number with a name and no age decides nothing, however well both fit."""
    alerts = [row for row in roomy_truth("alert") if row["subject"] == "representative"]
    assert {row["rule"] for row in alerts} == {"tax_arrears"}
    assert {row["state"] for row in alerts} == {"none"}
    assert {row["if_confirmed"] for row in alerts} == {"new", "standing", "expired"}


def test_only_what_waits_for_a_person_says_how_it_would_live(roomy_truth):
    waiting = [row for row in roomy_truth("alert") if row["if_confirmed"]]
    assert {row["rule"] for row in roomy_truth("alert")} > BY_NAME
    assert all(row["rule"] in {*BY_NAME, "business_role"} or row["subject"] == "representative" for row in waiting)


def test_whoever_has_parts_for_two_rules_lives_both(roomy_truth):
    alerts = [row for row in roomy_truth("alert") if row["why"] == "listed on day 2" and row["rule"] == "dishonest_debtor"]
    assert Counter(row["state"] for row in alerts) == {"none": 2, "new": 2, "standing": 2}


def test_every_planted_part_has_a_life(roomy_truth):
    """Parts that only repeat another's life under another measure or spelling need no line of their own."""
    parts = {person["part"] for person in roomy_truth("person")} - {"", "unreadable update"}
    alike = {part for part in parts if part.startswith(("standing", "over", "debtor", "audit in")) or part == "rule of 2016"}
    assert parts - alike <= LIVES.keys()


def test_alerts_are_told_once_a_matter_and_day(roomy_truth):
    told = Counter((row["day"], row["rule"], row["cadre_no"], row["matter"]) for row in roomy_truth("alert"))
    assert set(told.values()) == {1}
