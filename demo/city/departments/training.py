"""Courses that officials attended, as lines of three days: nearly everybody has the hours of a year, some get them late."""

import random
from collections import defaultdict
from pathlib import Path

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_days, moment_of, random_moment
from demo.city.expect import Known, Matter, Said, newest
from demo.city.files import own
from demo.city.people import Person
from demo.city.roster import IN_OFFICE, Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice
from demo.city.write import write_json_lines

RESOURCE, FILE, CURSOR, RULE = "training", "changes.jsonl", "updated_at", "training_shortfall"
COLUMNS = ("class_no", "class_name", "kind", "started_on", "ended_on", "hours", "cadre_no", "result", "updated_at")
KINDS = ("党校调训", "专题培训", "网络学习", "境外培训")
PASSED, FAILED, BROKEN_OFF = "合格", "不合格", "未完成"
HOURS, LAST_YEAR = 90, "2025"  # of those below county level; the feed does not reach back the five years of the others
BELOW_COUNTY = ("141", "142")
CLASSES = 40  # a year
EARLY, EARLIER = "PX20240001", "2024-11-04"  # the first course that is on file


class Department:
    """Of a line, `_person` is who attended."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a course."""
        self.rng = rng
        self.days: tuple[list[dict], ...] = ([], [], [])
        self.planted: set[str] = set()

    def attend(self, person: Person, hours: float, day: int = 0, **given: object) -> dict:
        """Somebody attends one of last year's courses."""
        rng = self.rng
        serial = rng.randrange(CLASSES // 2)
        return self._line(person, day, f"PX{LAST_YEAR}{serial:04d}", add_days(f"{LAST_YEAR}-01-06", 7 * serial), hours, **given)

    def _line(self, person: Person, day: int, number: str, began: str, hours: float, **given: object) -> dict:
        line = {
            "class_no": number,
            "class_name": f"{number[2:6]}年第{int(number[6:]) + 1}期培训班",
            "kind": KINDS[int(number[6:]) % 3],
            "started_on": began,
            "ended_on": add_days(began, 4),
            "hours": hours,
            "cadre_no": person.cadre_no,
            "result": PASSED,
            CURSOR: moment_of(self.rng, day) if day else random_moment(self.rng, "2026-01-05T08:00:00", "2026-05-31T18:00:00"),
            "_person": person,
        } | given
        self.days[day].append(line)
        return line

    def again(self, line: dict, day: int, **changes: object) -> None:
        """Deliver a line once more, in a newer form."""
        kept = {name: value for name, value in line.items() if name != "_bad"}
        self.days[day].append(kept | {CURSOR: moment_of(self.rng, day)} | changes)

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant who has too few hours, and lines that cannot be read."""
        self.roster = roster

        def attended(part: str, why: str, hours: float, **given: object) -> dict:
            person = cast.plant(RULE, part, why, lambda one: one.level in BELOW_COUNTY and _rose_not(one, roster))
            self.planted.add(person.cadre_no)
            return self.attend(person, hours, **given)

        attended("trained too little", "89.5 hours", HOURS - 0.5)
        attended("trained just enough", "90 hours", HOURS)
        attended("training failed", "failed the course", HOURS, result=FAILED)
        attended("training broken off", "broke the course off", HOURS, result=BROKEN_OFF)
        attended("training without a result", "nobody said how it ended", HOURS, result=None)
        self.again(
            attended("training passed on day 2", "the result is put right on day 2", HOURS, result=BROKEN_OFF), 1, result=PASSED
        )
        self.again(attended("training failed on day 3", "the result is put right on day 3", HOURS), 2, result=FAILED)
        late = attended("training recorded on day 3", "the hours of a course are recorded on day 3", 40)
        self._line(late["_person"], 2, f"PX{LAST_YEAR}0039", f"{LAST_YEAR}-10-13", 50)
        since = attended("training made up on day 2", "a course of this year makes up for it", 40)
        self._line(since["_person"], 1, "PX20260020", "2026-05-25", 50)
        bad = attended("training unreadable at first", "the hours cannot be read until day 2", HOURS)
        bad |= {"hours": "九十", "_bad": ("hours", "not_a_number")}
        self.again(bad, 1, hours=HOURS)
        self._flawed([row["_person"] for row in list(roster.rows.values())[:20]])

    def _flawed(self, people: list[Person]) -> None:
        """Lines that cannot be read, one of each kind, of a course that nobody else attended."""
        flaws = (
            ("class_name", "class_name", "", "missing"),
            ("kind", "kind", "函授", "unknown_code"),
            ("kind", "kind", "", "missing"),
            ("started_on", "started_on", "2025-02-30", "impossible_date"),
            ("started_on", "started_on", "", "missing"),
            ("ended_on", "ended_on", "2025年3月", "bad_format"),
            ("hours", "hours", "约40", "not_a_number"),
            ("result", "result", "优秀", "unknown_code"),
            ("class_no", "class_no", "", "missing"),
        )
        for (column, name, value, reason), person in zip(flaws, people, strict=False):
            line = self._line(person, 0, "PX20250100", "2025-03-03", 8)
            line |= {column: value, "_bad": (name, reason), "_keyless": column == "class_no"}

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Give everybody else on the roster, before long, the hours of a year; of some a course of this year follows."""
        rng = self.rng
        for row in self.roster.rows.values():
            person = row["_person"]
            if person.cadre_no not in self.planted:
                self._line(person, 0, f"PX{LAST_YEAR}0030", f"{LAST_YEAR}-08-11", 80 if happens(rng, 0.01) else HOURS)
            if happens(rng, 0.1):
                self._line(person, 0, EARLY, EARLIER, 24)
        for day in (1, 2):
            for person in rng.sample(officials, min(20, len(officials) // 10)):
                self._line(person, day, f"PX202600{day:02d}", add_days(DAYS[day], -7), 8)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the lines of each day."""
        for day, lines in zip(DAYS, self.days, strict=True):
            lines.sort(key=lambda line: (line[CURSOR], line["class_no"], line["cadre_no"]))
            write_json_lines(out / RESOURCE / day / FILE, COLUMNS, lines)
            truth.deliver(RESOURCE, day, FILE, len(lines), why="all so far" if day == DAYS[0] else "new ones, and results")
            own(truth, RESOURCE, day, FILE, lines, key_of)

    def voices(self) -> list[Voice]:
        """What `training_shortfall` says."""
        return [_Shortfalls(RULE, newest(list(self.days), key_of, CURSOR), lambda *_: "")]


class _Shortfalls(Voice):
    """It asks of everybody in office below county level, whether there is a line or not."""

    def matters(self, number: int, day: str, known: Known) -> dict[Matter, Said]:
        """What the rule says on a day."""
        hours: dict[str, float] = defaultdict(float)
        for line in self.states[number].values():
            if line["started_on"] >= LAST_YEAR and line["ended_on"] <= day and line["result"] in (PASSED, None):
                hours[line["cadre_no"]] += line["hours"]
        short = [row for row in known.rows.values() if _is_asked(row) and hours[row["a0000"]] < HOURS]
        return {(RULE, row["a0000"], LAST_YEAR): Said(frozenset(), "context") for row in short}

    def retracts(self, said: Said, number: int, known: Known) -> bool:
        """It only ends."""
        return False


def _is_asked(row: dict) -> bool:
    return row["a0163"] == IN_OFFICE and row["a0192e"] in BELOW_COUNTY and row["a0134"] < f"{LAST_YEAR}01"


def _rose_not(person: Person, roster: Roster) -> bool:
    """Whether somebody was in work before the year, on the roster from the first day."""
    return person.cadre_no in roster.rows and _is_asked(roster.rows[person.cadre_no])


def key_of(line: dict) -> str:
    """The key of an attendance as keys compare."""
    return source_key(line["class_no"], line["cadre_no"])
