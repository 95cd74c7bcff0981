"""Yearly grades of officials, as the department's own table: two snapshots of all years."""

import random
from pathlib import Path

from demo.city.cast import Cast
from demo.city.days import DAYS
from demo.city.expect import snapshots
from demo.city.files import deliver, on_roster
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice

RESOURCE, FILE = "assessment", "rows.csv"
COLUMNS = ("a0000", "a1521", "a1517")
RULE = "weak_assessment"
EXCELLENT, COMPETENT, BASIC, INCOMPETENT, UNDECIDED = "12345"
WEAK = (BASIC, INCOMPETENT)
LAST_YEAR, KEPT_YEARS = 2025, 2
Grades = dict[int, str]


class Department:
    """Of a row, `_person` is whose it is. The first and the third day bring a snapshot."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a grade."""
        self.rng = rng
        self.days: tuple[list[dict], list[dict]] = ([], [])

    def grade(self, person: Person, first: Grades, second: Grades | None = None) -> None:
        """Add somebody's grades by year, and those of the second snapshot where they are others."""
        for rows, grades in zip(self.days, (first, first if second is None else second), strict=True):
            rows += [_row(person, year, grade) for year, grade in grades.items()]

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of a grade, and rows that cannot be read."""

        def graded(part: str, why: str, first: Grades, second: Grades | None = None) -> None:
            self.grade(cast.plant(RULE, part, why), first, second)

        graded("graded 3", "last year's grade is 3", {2024: COMPETENT, 2025: BASIC})
        graded("graded 4", "last year's grade is 4", {2024: BASIC, 2025: INCOMPETENT})
        graded("graded 4 twice", "4 twice running", {2024: INCOMPETENT, 2025: INCOMPETENT})
        graded("graded 4 with a year between", "4 twice, with a year between", {2023: INCOMPETENT, 2025: INCOMPETENT})
        graded("graded 5", "last year's grade is left open", {2024: COMPETENT, 2025: UNDECIDED})
        graded("graded well after a 4", "a 4, and a good grade since", {2024: INCOMPETENT, 2025: COMPETENT})
        graded("graded long ago", "a 4 of more than 24 months ago", {2022: COMPETENT, 2023: INCOMPETENT})
        graded("grade put right on day 3", "put right on day 3", {2025: INCOMPETENT}, {2025: COMPETENT})
        graded("grade lowered on day 3", "lowered on day 3", {2025: COMPETENT}, {2025: BASIC})
        graded("grade gone on day 3", "leaves the table on day 3", {2025: INCOMPETENT}, {})
        graded("grade new on day 3", "given on day 3", {2024: COMPETENT}, {2024: COMPETENT, 2025: INCOMPETENT})
        self._flawed(list(roster.rows.values()))

    def _flawed(self, officials: list[dict]) -> None:
        """Rows that cannot be read, one of each kind; where the key cannot be read they are mended in the second snapshot."""
        flaws = (("a1517", "grade", "", "missing"), ("a1517", "grade", "9", "unknown_code"))
        keys = (
            ("a0000", "cadre_no", "", "missing"),
            ("a1521", "year", "", "missing"),
            ("a1521", "year", "二〇二五", "not_a_number"),
        )
        for serial, (column, name, value, reason) in enumerate((*flaws, *keys)):
            good = _row(officials[serial]["_person"], 2019, COMPETENT)
            keyless = column != "a1517"
            bad = good | {column: value, "_bad": (name, reason), "_keyless": keyless}
            self.days[0].append(bad)
            self.days[1].append(good if keyless else bad)
        twin = _row(officials[9]["_person"], 2019, COMPETENT) | {"_bad": ("", "key_conflict")}
        for rows in self.days:
            rows += [twin, twin | {"a1517": EXCELLENT}]

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the grades of everybody else; hardly one is weak."""
        for person in officials:
            grades = self.rng.choices((EXCELLENT, COMPETENT, BASIC, INCOMPETENT, UNDECIDED), (150, 830, 6, 2, 12), k=2)
            self.grade(person, dict(zip((2024, LAST_YEAR), grades, strict=True)))

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two snapshots, a row of the first twice."""
        self.days[0].append(self.days[0][0])
        for day, rows in zip((DAYS[0], DAYS[2]), self.days, strict=True):
            deliver(out, truth, RESOURCE, day, FILE, COLUMNS, rows, key_of)

    def voices(self) -> list[Voice]:
        """What `weak_assessment` says, of the newest grade of everybody."""
        days = [_newest(state) for state in snapshots([self.days[0], None, self.days[1]], key_of)]
        return [Voice(RULE, days, severity, lambda row: row["a1517"] not in WEAK, on_roster)]


def _row(person: Person, year: int, grade: str) -> dict:
    return {"a0000": person.cadre_no, "a1521": str(year), "a1517": grade, "_person": person}


def _newest(state: dict[str, dict]) -> dict[str, dict]:
    """The newest grade of each official by matter, with the grade of the year before it."""
    grades = {(row["a0000"], int(row["a1521"])): row for row in state.values()}
    last: dict[str, int] = {}
    for cadre_no, year in grades:
        last[cadre_no] = max(year, last.get(cadre_no, year))
    return {
        f"{year}#{cadre_no}": grades[cadre_no, year] | {"_before": grades.get((cadre_no, year - 1), {}).get("a1517")}
        for cadre_no, year in last.items()
    }


def severity(row: dict, day: str) -> str:
    """What `weak_assessment` says of somebody's newest grade on a day, nothing where it is silent."""
    if row["a1517"] not in WEAK or int(row["a1521"]) + KEPT_YEARS < int(day[:4]):
        return ""
    return "attention" if row["a1517"] == row["_before"] == INCOMPETENT else "notice"


def key_of(row: dict) -> str:
    """The key of a grade as keys compare."""
    return source_key(row["a0000"], row["a1521"])
