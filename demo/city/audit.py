"""What auditors found and what was done about it: a workbook, typed by hand, that names people by name and unit alone."""

import random
from datetime import date, datetime
from pathlib import Path

from demo.city import places
from demo.city.chance import happens
from demo.city.days import DAYS, add_days, random_day
from demo.city.names import as_typed
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.spells import Spell
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.workbook import write_workbook

RESOURCE, SHEET, DELIVERED = "audit", "整改台账", (0, 2)  # on which of the days
COLUMNS = (
    "项目编号", "问题编号", "被审计单位", "统一社会信用代码", "责任人", "责任人职务", "审计期间", "问题类别", "问题金额",
    "发现日期", "整改期限", "整改状态",
)  # fmt: skip
MERGED = ("项目编号", "被审计单位")
RECTIFIED, IN_WORK, UNTOUCHED = "已整改", "整改中", "未整改"
CATEGORIES = ("财政收支", "专项资金", "工程建设", "国有资产", "三公经费", "其他")
PERIODS = {"2023.01-2025.12": "2023-01-01", "2024.01-2025.12": "2024-01-01"}
PERIOD_END = "2025-12-31"
CLERKS = ("会计", "出纳", "村会计", "项目经理")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
LATE_DAYS = 180
Responsible = tuple[Person, str]  # and the post


class Ledger:
    """Opens projects. Of a row, `_people` are those whom it names, `_due` is the ISO date by which it was to be rectified."""

    def __init__(self, rng: random.Random, roster: Roster) -> None:
        """Learn who held which post in the audited periods."""
        self.rng, self.serial, self.roster = rng, 0, roster

    def held(self, person: Person, left: bool = False) -> Spell | None:
        """The last post that somebody held in the audited period; with `left`, one that they have left since."""
        fitting = [post for post in self._in_period(person) if post.ended or not left]
        return fitting[-1] if fitting else None

    def held_in(self, person: Person, unit: dict) -> Spell | None:
        """A post that somebody held in a unit in the audited period."""
        return next((post for post in self._in_period(person) if post.about.unit["b0111"] == unit["b0111"]), None)

    def _in_period(self, person: Person) -> list[Spell]:
        posts = self.roster.careers[0][person.cadre_no].posts()
        return [post for post in posts if post.began < PERIOD_END and (not post.ended or post.ended > "2024-02-01")]

    def project(self, unit: dict, findings: list[dict], name: str = "") -> list[dict]:
        """The rows of a project in a unit, under one of the unit's names."""
        rng = self.rng
        number, name = f"SJ{rng.choice((2025, 2026))}{self.serial:05d}", name or self._called(unit)
        self.serial += 1
        rows = []
        for finding, given in enumerate(findings, start=1):
            row = {"项目编号": number, "问题编号": f"{finding:02d}", "被审计单位": name, "_project": number}
            code = unit["uscc"] if happens(rng, 0.6) else ""
            rows.append(row | {"统一社会信用代码": code} | given)
        return rows

    def _called(self, unit: dict) -> str:
        """The unit as it is called in full, in short, or with the city before it."""
        form, name = self.rng.choices(("full", "short", "city"), (55, 25, 20))[0], unit["b0101"]
        if form == "city" and not name.startswith(places.CITY_NAME):
            return places.CITY_NAME + name
        return unit["b0104"] if form == "short" else name

    def finding(self, people: list[Responsible], due: str = "", state: str = "", **given: object) -> dict:
        """A finding without its project; of each person the name is typed as clerks type."""
        rng = self.rng
        found = add_days(due, -90) if due else random_day(rng, "2025-01-10", "2026-04-20")
        due = due or add_days(found, rng.choice((60, 90, 180)))
        period = rng.choice(tuple(PERIODS))
        return {
            "责任人": "、".join(as_typed(rng, person.name) for person, _ in people),
            "责任人职务": "、".join(post for _, post in people),
            "审计期间": period.translate(FULL_WIDTH) if happens(rng, 0.03) else period,
            "问题类别": rng.choice(CATEGORIES),
            "问题金额": self._amount(),
            "发现日期": self.date_cell(found),
            "整改期限": self.date_cell(due),
            "整改状态": state or rng.choices((RECTIFIED, IN_WORK, UNTOUCHED), (60, 25, 15))[0],
            "_people": [person for person, _ in people],
            "_due": due,
        } | given

    def _amount(self) -> object:
        """万元: a number, now and then typed as text with thousands separators."""
        amount = self.rng.randint(500, 900_000) / 100
        return f"{amount:,.2f}" if happens(self.rng, 0.03) else amount

    def date_cell(self, day: str) -> object:
        """A date as a serial number, as text, or as a date."""
        when, form = date.fromisoformat(day), self.rng.choice(("serial", "text", "date"))
        if form == "serial":
            return (when - date(1899, 12, 30)).days
        return f"{when.year}.{when.month}.{when.day}" if form == "text" else datetime(when.year, when.month, when.day)

    def everyday(self, officials: list[Person], residents: list[Person]) -> list[dict]:
        """One of the many projects, in a unit where an official had a post."""
        rng = self.rng
        chief = rng.choice(officials)
        post = self.held(chief)
        if not post:
            return []
        findings = []
        for _ in range(rng.choice((1, 2, 3, 3, 4, 5))):
            clerk = (rng.choice(residents), rng.choice(CLERKS))
            people = rng.choices(([(chief, post.about.title)], [clerk], [(chief, post.about.title), clerk], []), (40, 36, 8, 16))
            findings.append(self.finding(people[0]))
        if findings[0]["责任人职务"] and happens(rng, 0.1):
            findings[0]["责任人职务"] = findings[0]["责任人职务"][:2] + "\n" + findings[0]["责任人职务"][2:]
        return self.project(post.about.unit, findings)

    def fill(self, residents: list[Person], officials: list[Person]) -> tuple[list[dict], list[dict]]:
        """The everyday rows of the two files; in the second some more is rectified, and a project is new."""
        officials = [person for person in officials if person.cadre_no in self.roster.careers[0]]
        first: list[dict] = []
        for _ in range(max(12, len(officials) // 100)):
            first += self.everyday(officials, residents)
        second = [row | {"整改状态": RECTIFIED} if happens(self.rng, 0.03) else row for row in first]
        return first, second + self.everyday(officials, residents)


def severity(row: dict, day: str) -> str:
    """What `audit_overdue` would say of a finding on a day if a person had confirmed who is meant."""
    if row["整改状态"] == RECTIFIED or row["_due"] >= day:
        return ""
    return "attention" if add_days(row["_due"], LATE_DAYS) <= day else "notice"


def key_of(row: dict) -> str:
    """The key of a finding as keys compare."""
    return source_key(row["项目编号"], row["问题编号"])


def write_audit(out: Path, days: dict[int, list[dict]], truth: Truth) -> None:
    """Write the two workbooks. Rows count from the one below the header; the total row is none."""
    for number, rows in days.items():
        day = DAYS[number]
        file = f"audit_{day.replace('-', '')}.xlsx"
        titles = (f"{places.CITY_NAME}审计发现问题与整改台账", f"填报单位：云岭市审计局    截止：{day}    金额单位：万元")
        amounts = [row["问题金额"] for row in rows if isinstance(row["问题金额"], float)]
        total = ["合计", f"{len(rows)}项", *[None] * 6, round(sum(amounts), 2)]
        write_workbook(out / RESOURCE / day / file, SHEET, titles, COLUMNS, rows, MERGED, total)
        twice = count_duplicates(rows, COLUMNS)
        truth.deliver(RESOURCE, day, file, len(rows), duplicate=twice, why="the whole ledger of findings")
        truth.condemn(RESOURCE, day, file, rows, key_of=key_of)
        for row in rows:
            if not row.get("_keyless"):
                _own(truth, day, row)


def _own(truth: Truth, day: str, row: dict) -> None:
    """Whom a finding means, a mention for each name in the cell; of one without a name that it is nobody's."""
    for mention_no, person in enumerate(row["_people"] or [None], start=1):
        form = "name" if person else "none"
        truth.own(RESOURCE, day, row, key_of(row), person, form=form, mention_no=mention_no)
