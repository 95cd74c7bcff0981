"""Who was called to account for accidents at work: a file on the first day, another on the third, which adds to it."""

import random
from pathlib import Path

from demo.city.accountability import DELIVERED, Office
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_months
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, count_duplicates
from demo.city.voices import Voice
from demo.city.write import write_csv

RESOURCE, RULE, ENCODING = "work_safety", "safety_accountability", "gb18030"
COLUMNS = ("事故编号", "事故等级", "发生日期", "责任单位", "责任人", "职务", "出生年月", "责任类型", "处理结果")
KEY = ("事故编号", "责任人")
ORDINARY, LARGE, MAJOR, EXTRAORDINARY = "一般", "较大", "重大", "特别重大"
GRADES = {ORDINARY: 85, LARGE: 11, MAJOR: 3, EXTRAORDINARY: 1}  # and how often
LIABILITIES = ("直接责任", "主要领导责任", "重要领导责任")
RESULTS = ("警告", "记过", "诫勉", "移送司法", "")
MONTHS = 24
FLAWS = (
    ("事故编号", "accident_no", "", "missing"),
    ("事故等级", "grade", "轻微", "unknown_code"),
    ("发生日期", "occurred_on", "2026-02-30", "impossible_date"),
    ("发生日期", "occurred_on", "20260301", "bad_format"),
    ("发生日期", "occurred_on", "", "missing"),
    ("责任单位", "unit_name", "", "missing"),
    ("责任人", "person_name", "", "missing"),
    ("出生年月", "born_month", "1970-13", "impossible_date"),
    ("出生年月", "born_month", "1970年2月", "bad_format"),
    ("责任类型", "liability", "间接责任", "unknown_code"),
    ("责任类型", "liability", "", "missing"),
)


class Department:
    """The bureau of emergencies."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without an accident."""
        self.rng, self.office = rng, Office(rng, RULE, KEY, self._row)

    def _row(self, person: Person, name: str, number: str, unit: str, post: str, on: str) -> dict:
        rng = self.rng
        return {
            "事故编号": f"AQ{number}",
            "事故等级": rng.choices(tuple(GRADES), tuple(GRADES.values()))[0],
            "发生日期": on,
            "责任单位": unit,
            "责任人": name,
            "职务": post,
            "出生年月": f"{person.born[:4]}-{person.born[4:6]}" if happens(rng, 0.85) else "",
            "责任类型": rng.choice(LIABILITIES),
            "处理结果": rng.choice(RESULTS),
        }

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant every grade, what ends or changes it, and months of birth that say something else."""
        about = self.office.plant(cast, roster, FLAWS)
        for grade in GRADES:
            about(grade, f"an accident of the grade {grade}", 事故等级=grade)
        for number, day in enumerate(DAYS, start=1):
            about(f"until day {number}", f"the 24 months end on {day}", add_months(day, -MONTHS))
        worse = about("worse on day 3", "its grade is corrected on day 3", 事故等级=ORDINARY)
        self.office.again(worse, 事故等级=MAJOR)
        about("born otherwise", "the month of birth is mistyped", 出生年月="1949-10")

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday accidents."""
        self.office.fill(residents, officials, 80)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two files."""
        for number in DELIVERED:
            day, rows = DAYS[number], self.office.days[number]
            file = f"safety_{day.replace('-', '')}.csv"
            write_csv(out / RESOURCE / day / file, COLUMNS, rows, encoding=ENCODING, newline="\r\n")
            twice = count_duplicates(rows, COLUMNS)
            truth.deliver(RESOURCE, day, file, len(rows), duplicate=twice, why="accidents, new and corrected")
            truth.condemn(RESOURCE, day, file, rows, key_of=self.office.key_of)
        days = {DAYS[number]: self.office.days[number] for number in DELIVERED}
        truth.own_all(RESOURCE, days, key_of=self.office.key_of, form_of=lambda _: "name")

    def voices(self) -> list[Voice]:
        """What `safety_accountability` would say."""
        return [
            self.office.voice(
                lambda row: "serious" if row["事故等级"] in (MAJOR, EXTRAORDINARY) else "attention", lambda _: MONTHS
            )
        ]
