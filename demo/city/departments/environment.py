"""Who was called to account for damage to the environment: a workbook on the first day, and one that adds to it."""

import random
from datetime import date, datetime
from pathlib import Path

from demo.city.accountability import DELIVERED, Office
from demo.city.cast import Cast
from demo.city.days import DAYS, add_months
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, count_duplicates
from demo.city.voices import Voice
from demo.city.workbook import write_sheet

RESOURCE, SHEET, RULE = "environment", "责任追究", "environment_accountability"
COLUMNS = ("案件编号", "责任单位", "责任人", "职务", "事由", "追责形式", "追责日期")
KEY = ("案件编号", "责任人")
ADMONITION, SANCTION, APOLOGY, CRITICISM = "诫勉", "党纪政务处分", "责令公开道歉", "通报"
MEASURES = (CRITICISM, ADMONITION, APOLOGY, "组织处理", SANCTION)
MATTERS = ("污水直排", "砂石场违规开采监管缺失", "饮用水源地保护不力")
MONTHS, ADMONISHED = 24, 6
FLAWS = (
    ("案件编号", "case_no", "", "missing"),
    ("责任单位", "unit_name", "", "missing"),
    ("责任人", "person_name", "", "missing"),
    ("事由", "matter", "", "missing"),
    ("追责形式", "measure", "谈话", "unknown_code"),
    ("追责形式", "measure", "", "missing"),
    ("追责日期", "decided_on", "2026.2.30", "impossible_date"),
    ("追责日期", "decided_on", "去年年底", "bad_format"),
    ("追责日期", "decided_on", "", "missing"),
)


class Department:
    """The bureau of the environment."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a case."""
        self.rng, self.office = rng, Office(rng, RULE, KEY, self._row)

    def _row(self, _: Person, name: str, number: str, unit: str, post: str, on: str) -> dict:
        return {
            "案件编号": f"HB{number}",
            "责任单位": unit,
            "责任人": name,
            "职务": post,
            "事由": self.rng.choice(MATTERS),
            "追责形式": self.rng.choice(MEASURES),
            "追责日期": self._cell(on),
        }

    def _cell(self, day: str) -> object:
        """A date as a serial number, as text, or as a date."""
        when, form = date.fromisoformat(day), self.rng.choice(("serial", "text", "date"))
        if form == "serial":
            return (when - date(1899, 12, 30)).days
        return f"{when.year}.{when.month}.{when.day}" if form == "text" else datetime(when.year, when.month, when.day)

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant every measure, and what ends or changes it."""
        about = self.office.plant(cast, roster, FLAWS)
        for measure in MEASURES:
            about(measure, f"called to account by {measure}", 追责形式=measure)
        for number, day in enumerate(DAYS, start=1):
            on = add_months(day, -ADMONISHED)
            about(f"admonished until day {number}", f"the six months end on {day}", on, 追责形式=ADMONITION)
            on = add_months(day, -MONTHS)
            about(f"criticized until day {number}", f"the 24 months end on {day}", on, 追责形式=CRITICISM)
        worse = about("sanctioned on day 3", "a criticism that is corrected to a sanction on day 3", 追责形式=CRITICISM)
        self.office.again(worse, 追责形式=SANCTION)

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday cases."""
        self.office.fill(residents, officials, 80)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two workbooks."""
        for number in DELIVERED:
            day, rows = DAYS[number], self.office.days[number]
            file = f"environment_{day.replace('-', '')}.xlsx"
            write_sheet(out / RESOURCE / day / file, SHEET, COLUMNS, rows)
            twice = count_duplicates(rows, COLUMNS)
            truth.deliver(RESOURCE, day, file, len(rows), duplicate=twice, why="cases, new and corrected")
            truth.condemn(RESOURCE, day, file, rows, key_of=self.office.key_of)
        days = {DAYS[number]: self.office.days[number] for number in DELIVERED}
        truth.own_all(RESOURCE, days, key_of=self.office.key_of, form_of=lambda _: "name")

    def voices(self) -> list[Voice]:
        """What `environment_accountability` would say."""
        return [
            self.office.voice(
                lambda row: "serious" if row["追责形式"] == SANCTION else "attention",
                lambda row: ADMONISHED if row["追责形式"] == ADMONITION else MONTHS,
            )
        ]
