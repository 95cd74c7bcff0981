"""Planted decisions: each makes a rule speak, fall silent or take its word back, for a reason that the truth tells."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from demo.city.cast import Cast
from demo.city.days import DAYS
from demo.city.docket import (
    CHANGED,
    CLEARED,
    INVESTIGATION,
    REVOKED,
    Docket,
    late_moment,
    months_before,
)
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.names import traditional
from demo.city.people import Person, has_traditional

EFFECT, INVESTIGATED = "discipline_effect_period", "under_investigation"
# Months of effect by measure; 26 lasts until somebody leaves the roster, 31 to 33 have none.
PERIODS = {
    "11": 12, "12": 18, "13": 24, "14": 36, "15": 48, "16": 60, "21": 6, "22": 12, "23": 18, "24": 24, "25": 24,
    "34": 6,
}  # fmt: skip
ELSEWHERE = "529900"  # the commission of the city, where the home's is a county's


@dataclass
class Stories:
    """Plants situations: a part, the decisions, and the reason."""

    rng: random.Random
    docket: Docket
    cast: Cast

    def __post_init__(self) -> None:
        """Shorten what every story says."""
        self.decide, self.undo = self.docket.decide, self.docket.undo

    def part(self, name: str, why: str, *rules: str, fits: Callable = lambda _: True) -> Person:
        """Give a part away and tell what the rules, by default the one about effects, have to say about it."""
        person = self.cast.give(name, fits)
        for rule in rules or (EFFECT,):
            self.cast.explain(rule, person, why)
        return person

    def names(self) -> None:
        """Who is meant, although it is not written as on the roster; and who is not."""
        formerly = self.part("former name", "named by a former name", fits=lambda person: bool(person.former_name))
        self.decide(formerly, "22", "2026-02-12", XM=formerly.former_name)
        spelt = self.part("traditional name", "name in traditional characters", fits=has_traditional)
        self.decide(spelt, "12", "2026-02-10", XM=traditional(spelt.name))
        spaced = self.part("spaced name", "name with spaces inside")
        self.decide(spaced, "12", "2026-02-11", XM="　".join(spaced.name))
        mistaken = self.part("wrong name", "an official's number, but another person's name")
        other = next(person for person in self.cast.people.residents if person.name[0] != mistaken.name[0])
        self.decide(other, "12", "2026-02-13", SFZH=mistaken.id_number)

    def periods(self) -> None:
        """Effects that stand, that are over, and that end on one of the three days."""
        for measure, months in PERIODS.items():
            person = self.part(f"standing {measure}", f"measure {measure}, {months} months, in the middle of them")
            self.decide(person, measure, months_before(months // 2))
        for measure in ("12", "21"):
            person = self.part(f"over {measure}", f"measure {measure}, over for two months")
            self.decide(person, measure, months_before(PERIODS[measure] + 2))
        for number, (measure, day) in enumerate(zip(("11", "34", "23"), DAYS, strict=True), start=1):
            person = self.part(f"ends on day {number}", f"the period of measure {measure} ends on {day}")
            self.decide(person, measure, months_before(PERIODS[measure], day))
        verbal = self.part("no effect", "measures 31 to 33 have no effect period")
        for measure in ("31", "32", "33"):
            self.decide(verbal, measure, "2026-04-20")
        old = self.part("rule of before 2016", "a severe warning of 2015 had 12 months, over in 2016")
        self.decide(old, "12", "2015-12-20")
        new = self.part("rule of 2016", "a severe warning of 2016 has 18 months, over in 2017")
        self.decide(new, "12", "2016-01-05")
        dismissed = self.part("dismissed", "measure 26 lasts until the roster is left, on day 3")
        self.decide(dismissed, "26", "2026-05-12")
        retires = self.part("retires", "retired on day 2 and keeps what stands")
        self.decide(retires, "13", "2025-11-03")

    def several(self) -> None:
        """Several sanctions at once: the longest, and those of one governmental kind added up, at most 48 months."""
        both = self.part("party and government", "the party's 12 months are over, the government's 18 are not")
        for measure in ("11", "23"):
            self.decide(both, measure, "2025-03-11")
        added = self.part("two of a kind", "two governmental warnings are 12 months together, though 6 are over")
        for _ in range(2):
            self.decide(added, "21", "2025-09-15")
        capped = self.part("three of a kind", "three times 18 months are capped at 48, which end on day 2")
        for _ in range(3):
            self.decide(capped, "23", months_before(48, DAYS[1]))

    def undone(self) -> None:
        """Decisions that are revoked, cleared, changed or corrected."""
        before = self.part("revoked before", "revoked before day 1")
        self.undo(self.decide(before, "12", "2025-12-01"), REVOKED, "2026-03-02", 0)
        revoked = self.part("revoked on day 2", "revoked on day 2")
        self.undo(self.decide(revoked, "12", "2025-12-02"), REVOKED, DAYS[0], 1)
        cleared = self.part("cleared on day 3", "cleared on day 3")
        self.undo(self.decide(cleared, "23", "2025-12-03"), CLEARED, DAYS[1], 2)
        lighter = self.part("lightened on day 2", "changed on day 2 from 18 months to 12, counted from the first decision")
        self.undo(self.decide(lighter, "12", "2025-09-10"), CHANGED, DAYS[0], 1, CLLX="11")
        heavier = self.part("worsened on day 3", "6 months were over; changed on day 3 to 18 from the first decision")
        self.undo(self.decide(heavier, "21", "2025-10-20"), CHANGED, DAYS[1], 2, CLLX="23")
        corrected = self.part("date corrected", "the same key again on day 2: decided four months later than was said")
        self.docket.again(self.decide(corrected, "11", "2025-05-20"), 1, JDRQ="20250920")

    def arrivals(self) -> None:
        """Lines that come late, out of order, unreadable at first, or before the official they are about."""
        late = self.part("late", "arrives on day 2 with a moment days behind what was served")
        self.decide(late, "22", "2026-04-28", 1, GXSJ=late_moment(self.rng, 1))
        stale = self.part("stale line", "on day 2 an older state of the same key stands further down in the file")
        newer = self.decide(stale, "11", "2026-05-18", 1, GXSJ="2026-06-02T04:40:00+08:00")
        self.docket.again(newer, 1, CLLX="31", GXSJ="2026-06-01T09:00:00+08:00", _last=True)
        fixed = self.part("unreadable at first", "the number's check digit was wrong until day 2")
        bad = self.decide(fixed, "12", "2026-03-20", SFZH=wrong_check_digit(fixed.id_number))
        bad["_bad"] = ("id_number", "bad_check_digit")
        self.docket.again(bad, 1, SFZH=fixed.id_number)
        for part in ("newcomer of day 2, sanctioned", "newcomer of day 3, sanctioned"):
            person = self.part(part, "on record since day 1, on the roster later")
            self.decide(person, "12", "2026-01-15")
        renamed = self.part("renamed", "decided under the former name, after the name was changed")
        self.decide(renamed, "34", "2026-05-28", 2, XM=renamed.former_name)
        person = self.part("misnumbered", "the number on the roster was a stranger's until day 2")
        self.decide(person, "12", "2026-01-16")
        self.decide(self.cast.strangers["misnumbered"], "12", "2026-01-17")
        self.part("namesake's number", "the record of a namesake whose number stood on the roster until day 2")
        self.decide(self.cast.strangers["namesake's number"], "11", "2026-01-18")

    def investigations(self) -> None:
        """Investigations, which a later decision of the same commission closes."""
        both = (INVESTIGATED, EFFECT)
        pending = self.part("investigated", "no decision since", INVESTIGATED)
        self.decide(pending, INVESTIGATION, "2026-03-03")
        closed = self.part("decided on day 2", "the same commission decides on day 2", *both)
        self.decide(closed, INVESTIGATION, "2026-03-04")
        self.decide(closed, "13", DAYS[0], 1)
        other = self.part("decided elsewhere", "another commission decides on day 2, which closes nothing", *both)
        self.decide(other, INVESTIGATION, "2026-03-05")
        self.decide(other, "22", DAYS[0], 1, region=ELSEWHERE)
        before = self.part("decided before", "the same commission decided before day 1", *both)
        self.decide(before, INVESTIGATION, "2025-11-06")
        self.decide(before, "12", "2026-02-06")
        opened = self.part("opened on day 3", "opened on day 3", INVESTIGATED)
        self.decide(opened, INVESTIGATION, DAYS[1], 2)
        dropped = self.part("dropped on day 3", "the investigation itself is revoked on day 3", INVESTIGATED)
        self.undo(self.decide(dropped, INVESTIGATION, "2026-03-07"), REVOKED, DAYS[1], 2)

    def specimens(self) -> None:
        """Lines that cannot be read, one of each kind, about residents."""
        flaws = (
            ("XM", "person_name", "", "missing"),
            ("SFZH", "id_number", None, "missing"),
            ("SFZH", "id_number", wrong_check_digit, "bad_check_digit"),
            ("SFZH", "id_number", impossible_birth, "impossible_date"),
            ("SFZH", "id_number", lambda number: number[:15], "bad_format"),
            ("CLLX", "measure", "99", "unknown_code"),
            ("ZT", "status", "9", "unknown_code"),
            ("JDRQ", "decided_on", "20260230", "impossible_date"),
            ("JDRQ", "decided_on", "2026/03/01", "bad_format"),
            ("JDJG", "authority", "", "missing"),
            ("JDWH", "decision_no", "", "missing"),
        )
        for day in (0, 1):
            people = self.rng.sample(self.cast.people.residents, len(flaws))
            for (column, name, flaw, reason), person in zip(flaws, people, strict=True):
                if day and column == "JDWH":
                    continue  # one line without a key is enough: two would be the same record
                line = self.decide(person, "11", "2026-03-25", day)
                line[column] = flaw(line[column]) if callable(flaw) else flaw
                line |= {"_bad": (name, reason), "_keyless": column == "JDWH"}


def plant_sanctions(rng: random.Random, docket: Docket, cast: Cast) -> None:
    """Plant every situation that the discipline feed can bring about."""
    stories = Stories(rng, docket, cast)
    stories.names()
    stories.periods()
    stories.several()
    stories.undone()
    stories.arrivals()
    stories.investigations()
    stories.specimens()
