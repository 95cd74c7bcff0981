"""The discipline commissions' decisions as lines of three days: a backlog, then what is new, late or undone."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from demo.city import places
from demo.city.days import DAYS, add_days, compact, moment_of, random_moment
from demo.city.people import Person
from demo.city.truth import Truth, source_key
from demo.city.write import write_json_lines

RESOURCE, FILE, KEY = "discipline", "changes.jsonl", "JDWH"
COLUMNS = ("JDWH", "XM", "SFZH", "GZDW", "ZW", "CLLX", "WJXZ", "JDRQ", "JDJG", "ZT", "YJDWH", "GXSJ")
IN_FORCE, CHANGED, REVOKED, CLEARED = "1", "2", "3", "4"
INVESTIGATION = "41"
SERIES = {"1": "纪", "2": "监", "3": "诫", "4": "立"}
VIOLATIONS = (
    "违反廉洁纪律", "违反生活纪律", "违反工作纪律", "违反群众纪律", "违反组织纪律", "违反中央八项规定精神",
    "履职不力、失职失责",
)  # fmt: skip
WORKPLACES = (
    ("新民村村民委员会", "村党支部书记"), ("第二小学", "教师"), ("人民医院", "医师"), ("人民政府", "聘用人员"),
    ("宏达建筑工程有限公司", "项目经理"), ("委员会", "工勤人员"), ("委员会", "公益性岗位人员"),
)  # fmt: skip
# What the commissions took over from their old system came in one go, and shares one moment.
TAKEN_OVER_UNTIL, TAKEN_OVER_AT = "2020-12-31", "2024-02-01T02:00:00+08:00"


def authority_of(region: str) -> str:
    """The commission of a county or of the city."""
    return f"{places.REGIONS[region]}纪委监委"


@dataclass
class Docket:
    """The lines of each day. Of a line, `_person` is whom it is really about, `_name` the name that was meant.

    `past` are business days of the years before: what was decided until the last of them was delivered on the next one.
    """

    rng: random.Random
    posts: dict[str, tuple[str, str]]  # an official's unit and post
    days: tuple[list[dict], ...] = field(default_factory=lambda: ([], [], []))
    serial: int = 0
    past: tuple[str, ...] = ()

    def decide(self, person: Person, measure: str, decided: str, day: int = 0, **given: object) -> dict:
        """Add a decision of an ISO date, delivered on day 0, 1 or 2, and return its line.

        `given` are source columns, ours (`_…`), or `region`, the commission's, by default the home's.
        """
        region = str(given.pop("region", person.home))
        self.serial += 1
        unit, post = self.posts.get(person.cadre_no) or self._workplace(person)
        number = f"{places.short(region)}{SERIES[measure[0]]}〔{decided[:4]}〕{self.serial}号"
        line = {
            "JDWH": number,
            "XM": person.name,
            "SFZH": person.id_number,
            "GZDW": unit,
            "ZW": post,
            "CLLX": measure,
            "WJXZ": self.rng.choice(VIOLATIONS),
            "JDRQ": compact(decided),
            "JDJG": authority_of(region),
            "ZT": IN_FORCE,
            "YJDWH": "",
            "GXSJ": self._touched(decided, day),
            "_person": person,
            "_name": person.name,
        } | given
        self.days[day].append(line)
        return line

    def undo(self, line: dict, status: str, decided: str, day: int, **given: object) -> dict:
        """Change (2), revoke (3) or clear (4) a decision: a new one that names it."""
        person, measure = line["_person"], str(given.pop("CLLX", line["CLLX"]))
        return self.decide(person, measure, decided, day, ZT=status, YJDWH=line["JDWH"], JDJG=line["JDJG"], **given)

    def again(self, line: dict, day: int, **given: object) -> dict:
        """Deliver a decision once more, in a newer form."""
        newer = line | {"GXSJ": moment_of(self.rng, day)} | given
        if "_bad" not in given:
            newer.pop("_bad", None)
        self.days[day].append(newer)
        return newer

    def _workplace(self, person: Person) -> tuple[str, str]:
        """Where somebody who is no official works."""
        unit, post = self.rng.choice(WORKPLACES)
        return places.REGIONS[person.home] + unit, post

    def _touched(self, decided: str, day: int) -> str:
        """When the line was last updated."""
        if day > 0:
            return moment_of(self.rng, day)
        if delivered := next((one for one in self.past if one > decided), ""):
            return random_moment(self.rng, f"{decided}T08:00:00", f"{add_days(delivered, -1)}T20:00:00")
        if decided <= TAKEN_OVER_UNTIL:
            return TAKEN_OVER_AT
        return random_moment(self.rng, f"{max(decided, '2024-02-01')}T18:00:00", "2026-05-31T18:00:00")


def newest_moment(day: int) -> str:
    """A moment as late as any that is served on a day."""
    return f"{DAYS[day]}T05:00:00+08:00"


def late_moment(rng: random.Random, day: int) -> str:
    """A moment that lies one to three days behind what was served on the day before."""
    newest = datetime.fromisoformat(newest_moment(day - 1))
    return (newest - timedelta(hours=rng.randint(24, 71), minutes=rng.randint(0, 59))).isoformat()


def write_docket(out: Path, rng: random.Random, docket: Docket, truth: Truth) -> None:
    """Write the lines of each day, nearly in the order in which they were touched."""
    days = _delivered(docket)
    for day, lines in days.items():
        jitter = {id(line): rng.uniform(0, 3 * 86400) for line in lines}
        lines.sort(key=lambda line: (line.get("_last", False), _seconds(line["GXSJ"]) + jitter[id(line)]))
        write_json_lines(out / RESOURCE / day / FILE, COLUMNS, lines)
        why = "all decisions so far" if day == min(days) else "new, altered, undone and late ones"
        truth.deliver(RESOURCE, day, FILE, len(lines), why=why)
        truth.condemn(RESOURCE, day, FILE, lines, key_of=key_of)
    truth.own_all(RESOURCE, days, key_of=key_of, form_of=lambda _: "full_id")


def _delivered(docket: Docket) -> dict[str, list[dict]]:
    """The lines by the day that delivers them: of the backlog, the years before have what was touched until then."""
    first, *news = docket.days
    days: dict[str, list[dict]] = {day: [] for day in (*docket.past, DAYS[0])}
    for line in first:
        days[next((day for day in docket.past if day > line["GXSJ"]), DAYS[0])].append(line)
    return {day: lines for day, lines in days.items() if lines} | dict(zip(DAYS[1:], news, strict=True))


def key_of(line: dict) -> str:
    """The key of a line as keys compare."""
    return source_key(line[KEY])


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def months_before(months: int, day: str = DAYS[0]) -> str:
    """An ISO date so many months before another."""
    start = date.fromisoformat(day)
    index = start.year * 12 + start.month - 1 - months
    return start.replace(year=index // 12, month=index % 12 + 1).isoformat()
