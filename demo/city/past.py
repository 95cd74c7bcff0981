"""The years before the first day as their deliveries had it, one business day a year, out of what stands on the first day.

Who is an official on the first day has been one since their first post; of those who left before, nothing is told. What no year
before brought anything new of is not delivered again.
"""

import random
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from demo.city import appointment, education, identity, roster, units
from demo.city.chance import happens
from demo.city.days import DAYS, compact, random_day, random_moment
from demo.city.departments import assessment
from demo.city.docket import REVOKED, Docket
from demo.city.people import Person
from demo.city.resume import write_resume
from demo.city.sanctions import PERIODS
from demo.city.spells import Career, Spell
from demo.city.truth import Truth
from demo.city.write import write_csv

REFORM = "2018-12-01"  # by this day of that year bureaus had got other names, or had become part of others
RENAMED = {
    "自然资源局": "国土资源局", "生态环境局": "环境保护局", "农业农村局": "农业局", "卫生健康局": "卫生和计划生育局",
    "应急管理局": "安全生产监督管理局", "市场监督管理局": "工商行政管理局", "文化广电旅游局": "文化体育广播电视局",
}  # fmt: skip
MERGED = {"市场监督管理局": "质量技术监督局", "文化广电旅游局": "旅游局"}  # what each took in
MISTYPED, SANCTIONED, TAKEN_BACK = 0.005, 0.003, 0.15  # of the officials; of those a year; of the decisions


def past_days(years: int) -> tuple[str, ...]:
    """The business days of so many years before that of the first day."""
    return tuple(f"{year}-12-01" for year in range(int(DAYS[0][:4]) - years, int(DAYS[0][:4])))


@dataclass
class Past:
    """The past of a city: its days, the units and the roster of the first day, and by official when the first post began."""

    rng: random.Random
    days: tuple[str, ...]
    units: list[dict]
    roster: roster.Roster
    began: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Look when everybody began, and which units are to be merged."""
        self.good = [row for row in self.roster.days[0] if "_bad" not in row]
        self.began = {row["a0000"]: row["_career"].posts()[0].began for row in self.good}
        self.merged = {unit["b0111"]: _taken_in(unit, name) for unit in self.units if (name := _other(unit, MERGED))}

    def sanction(self, docket: Docket, officials: list[Person]) -> None:
        """Add decisions of each year that have no effect any more on the first day: they are over, or revoked a year later."""
        for day, later in pairwise((*self.days, "")):
            months = 12 * (int(DAYS[0][:4]) - int(day[:4])) - 6
            over = [measure for measure, period in PERIODS.items() if period <= months]
            for person in self.rng.sample(officials, max(3, round(len(officials) * SANCTIONED))):
                decided = self._in_year(day)
                if decided < self.began[person.cadre_no]:
                    continue
                if later and happens(self.rng, TAKEN_BACK):
                    line = docket.decide(person, self.rng.choice(tuple(PERIODS)), decided)
                    docket.undo(line, REVOKED, self._in_year(later), 0)
                elif over:
                    docket.decide(person, self.rng.choice(over), decided)

    def grade(self, grades: assessment.Department, officials: list[Person]) -> None:
        """Add the yearly grades before those that the first day has anyhow."""
        for person in officials:
            years = range(max(int(self.began[person.cadre_no][:4]), int(self.days[0][:4])), assessment.LAST_YEAR - 1)
            drawn = self.rng.choices((assessment.EXCELLENT, assessment.COMPETENT, assessment.BASIC), (150, 840, 10), k=len(years))
            grades.grade(person, dict(zip(years, drawn, strict=True)))

    def _in_year(self, day: str) -> str:
        """When something was decided that is delivered on a day."""
        return random_day(self.rng, f"{int(day[:4]) - 1}-12-05", f"{day[:4]}-11-25")

    def write(self, out: Path, truth: Truth, grades: assessment.Department) -> None:
        """Write what the organization department had on each day; the commissions' decisions are written with theirs."""
        if not self.days:
            return
        posts = [row for row in appointment.appointment_days(self.roster)[0] if "_bad" not in row]
        studies = [row for row in education.education_rows(self.roster) if "_bad" not in row]
        known = [row for row in grades.days[0] if "_bad" not in row]
        staff = self._staff()
        before: dict[str, list[dict]] = {}
        for day in self.days:
            files = (
                (units, self._units(day)),
                (roster, staff[day]),
                (appointment, self._posts(posts, day)),
                (education, self._studies(studies, day)),
                (assessment, [row for row in known if int(row["a1521"]) < int(day[:4])]),
            )
            for module, rows in files:
                if rows and rows != before.get(module.RESOURCE):
                    write_csv(out / module.RESOURCE / day / module.FILE, module.COLUMNS, rows)
                    truth.deliver(module.RESOURCE, day, module.FILE, len(rows), why="as it stood that year")
                before[module.RESOURCE] = rows

    def _units(self, day: str) -> list[dict]:
        """The units by the names of a day, and those that were merged since."""
        if day >= REFORM:
            return self.units
        return [*map(_as_before, self.units), *self.merged.values()]

    def _place(self, code: str, cadre_no: str, day: str) -> str:
        """The unit of a post as of a day: a third of those who are in a unit came from the one that it took in."""
        was_elsewhere = day < REFORM and code in self.merged and int(cadre_no[-2:]) % 3 == 0
        return self.merged[code]["b0111"] if was_elsewhere else code

    def _staff(self) -> dict[str, list[dict]]:
        """The roster's rows that each day brings: of who is new, or has another post, unit or number."""
        staff: dict[str, list[dict]] = {day: [] for day in self.days}
        mistyped = {row["a0000"] for row in self.rng.sample(self.good, round(len(self.good) * MISTYPED))}
        for row in self.good:
            posts, last = row["_career"].posts(), {}
            wrong = {"a0184": self._another_number(row)} if row["a0000"] in mistyped else {}
            for day in self.days:
                held = [spell for spell in posts if spell.began <= day][-1:]
                said = self._said(row, held[0], day) | ({} if last else wrong) if held else last
                if said != last:
                    staff[day].append(row | said | self._written(row["_career"], day))
                    last = said
        return staff

    def _said(self, row: dict, held: Spell, day: str) -> dict:
        """What the roster says of somebody on a day, beside what it always says."""
        post, unit = held.about, self._place(held.about.unit["b0111"], row["a0000"], day)
        return {"a0192e": post.level, "a0195": unit, "a0192": post.title, "a0184": row["a0184"], "a0163": roster.IN_OFFICE}

    def _written(self, career: Career, day: str) -> dict:
        """The résumé as of a day, and when somebody wrote that."""
        spells = tuple(_ended(spell, day) for spell in career.spells if spell.began <= day)
        moment = random_moment(self.rng, f"{day[:4]}-01-01T08:00:00", f"{day[:4]}-11-30T18:00:00")
        return {"a1701": write_resume(replace(career, spells=spells)), "updated_at": moment}

    def _another_number(self, row: dict) -> str:
        """A number that is nobody's."""
        number = row["a0184"]
        return identity.draw_number(self.rng, number[:6], number[6:14], row["a0104"], self.roster.cast.people.taken)

    def _posts(self, posts: list[dict], day: str) -> list[dict]:
        """The appointments as of a day."""
        return [
            row | {"a0201b": self._place(row["a0201b"], row["a0000"], day), "a0265": row["a0265"] if row["a0265"] <= day else ""}
            for row in posts
            if row["a0243"] <= day
        ]

    def _studies(self, studies: list[dict], day: str) -> list[dict]:
        """What officials of a day had studied, or did."""
        month = compact(day)[:6]
        return [
            row | {"a0807": row["a0807"] if row["a0807"] <= month else ""}
            for row in studies
            if row["a0804"] <= month and self.began[row["a0000"]] <= day
        ]


def _ended(spell: Spell, day: str) -> Spell:
    """A spell as of a day: what ends later goes on."""
    return replace(spell, ended="") if spell.ended > day else spell


def _other(unit: dict, names: dict[str, str]) -> str:
    """The name that belongs to a unit's among some, which say the end of it; empty where there is none."""
    return next((other for name, other in names.items() if unit["b0101"].endswith(name)), "")


def _as_before(unit: dict) -> dict:
    """A unit by its name before the reform."""
    return unit | _called(unit, other, RENAMED) if (other := _other(unit, RENAMED)) else unit


def _taken_in(heir: dict, name: str) -> dict:
    """The unit that another one took in."""
    code = heir["b0111"][:-4] + f"8{heir['b0111'][-3:]}"
    return heir | _called(heir, name, MERGED) | {"b0111": code, "uscc": identity.credit_code(heir["b0117"], int(code[-4:]))}


def _called(unit: dict, name: str, names: dict[str, str]) -> dict:
    """The names of a unit, full and short, with another name in place of its own."""
    own = next(own for own, other in names.items() if other == name)
    return {column: unit[column].replace(own, name) for column in ("b0101", "b0104")}
