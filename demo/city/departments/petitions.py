"""Complaints about officials, as lines of three days; some hold who complained, which nobody may keep."""

import random
from datetime import datetime
from pathlib import Path

from demo.city import called
from demo.city.called import call, typed
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_days, add_months, compact, moment_of, random_moment
from demo.city.docket import late_moment, newest_moment
from demo.city.expect import newest
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice, on_roster
from demo.city.write import write_json_lines

RESOURCE, FILE, KEY, CURSOR = "petitions", "changes.jsonl", "XFBH", "GXSJ"
COLUMNS = ("XFBH", "BFYRXM", "BFYRDW", "BFYRZW", "NRFL", "SLRQ", "HCJG", "BJRQ", "GXSJ")
PETITIONER = ("XFRXM", "XFRDH", "XFRDZ")  # name, telephone, address: protected by law
RULE, MONTHS = "petition_verified", 24
OPEN, TRUE, PARTLY, UNTRUE, FALSE = "0", "1", "2", "3", "4"
LOUD = {TRUE: "attention", PARTLY: "notice"}
FINDINGS = {OPEN: 35, TRUE: 15, PARTLY: 15, UNTRUE: 30, FALSE: 5}  # and how often
CATEGORIES = ("作风", "廉洁", "履职", "生活", "其他")


class Department:
    """Of a line, `_person` is whom it is really about."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a matter."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], ...] = ([], [], [])

    def complain(self, person: Person, finding: str, day: int = 0, form: str = "", closed: str = "", **given: object) -> dict:
        """Add a complaint; it was received 40 days before it was closed, or while somebody had the post."""
        rng = self.rng
        self.serial += 1
        unit, post, received = call(rng, self.roster, person, form, add_days(closed, -40) if closed else "")
        line = {
            "XFBH": f"XF{received[:4]}{self.serial:07d}",
            "BFYRXM": typed(rng, person),
            "BFYRDW": unit,
            "BFYRZW": post or None,
            "NRFL": rng.choice(CATEGORIES),
            "SLRQ": compact(received),
            "HCJG": finding,
            "BJRQ": compact(closed or add_days(received, 40)) if finding != OPEN else None,
            "GXSJ": moment_of(rng, day) if day else self._touched(max(received, closed)),
            "_person": person,
        } | given
        if happens(rng, 0.1):
            line |= self._petitioner()
        self.days[day].append(line)
        return line

    def _touched(self, when: str) -> str:
        return random_moment(self.rng, f"{max(add_days(when, 1), '2024-06-01')}T00:00:00", "2026-05-31T18:00:00")

    def _petitioner(self) -> dict:
        """Who complained. The marks let a test find what was kept."""
        number = self.rng.randrange(10**8)
        told = {"XFRXM": f"无名举报人{number:08d}", "XFRDH": f"000{number:08d}", "XFRDZ": f"无名举报路{number:08d}号"}
        return {name: told[name] for name in self.rng.sample(PETITIONER, self.rng.randint(1, len(PETITIONER)))}

    def again(self, line: dict, day: int, **changes: object) -> dict:
        """Deliver a matter once more, in a newer form."""
        newer = {name: value for name, value in line.items() if name != "_bad"} | {"GXSJ": moment_of(self.rng, day)} | changes
        self.days[day].append(newer)
        return newer

    def find(self, line: dict, finding: str, day: int) -> dict:
        """A finding is reached on the day before it is delivered."""
        return self.again(line, day, HCJG=finding, BJRQ=compact(DAYS[day - 1]))

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of a complaint, and every way to name an official."""
        self.roster = roster

        def about(part: str, why: str, finding: str = TRUE, closed: str = "2026-03-20", **given: object) -> dict:
            return self.complain(
                cast.plant(RULE, part, why), finding, closed=closed, form=given.pop("form", called.FULL), **given
            )

        about("complaint true", "found true")
        about("complaint true in part", "found true in part", PARTLY)
        about("complaint open", "not verified: no finding against anyone", OPEN)
        about("complaint untrue", "found untrue before day 1", UNTRUE)
        about("complaint false", "a false accusation, cleared before day 1", FALSE)
        self.find(about("complaint true on day 2", "found true on day 2", OPEN), TRUE, 1)
        self.find(about("complaint true in part on day 3", "found true in part on day 3", OPEN), PARTLY, 2)
        self.find(about("complaint cleared on day 2", "found true at first, untrue on day 2"), UNTRUE, 1)
        self.find(about("complaint cleared on day 3", "found true in part at first, false on day 3", PARTLY), FALSE, 2)
        for number, day in enumerate(DAYS, start=1):
            about(f"complaint of 24 months on day {number}", f"the 24 months end on {day}", closed=add_months(day, -MONTHS))
        for form in (called.SHORT, called.CITY, called.BARE, called.ABBREVIATED, called.MISTYPED, called.TITLED, called.UNTITLED):
            about(f"complaint, {form}", f"the unit or the post is written {form}", form=form)
        left = cast.plant(RULE, "complaint, former", "named by a post that was left", self._has_left)
        self.complain(left, TRUE, form=called.FORMER, BJRQ="20260320")
        for namesake in cast.people.namesakes:
            self.complain(namesake, TRUE)
        for alike in roster.alike:
            for person in alike:
                self.complain(person, TRUE, form=called.FULL)
        self._flawed(cast.people.residents)

    def _has_left(self, person: Person) -> bool:
        return bool(called.held(self.roster, person, left=True).ended)

    def _flawed(self, residents: list[Person]) -> None:
        """Lines that cannot be read, one of each kind, about residents; each holds who complained."""
        flaws = (
            ("BFYRXM", "person_name", "", "missing"),
            ("BFYRDW", "unit_name", None, "missing"),
            ("NRFL", "category", "经济", "unknown_code"),
            ("NRFL", "category", "", "missing"),
            ("SLRQ", "received_on", "20260230", "impossible_date"),
            ("SLRQ", "received_on", "2026年3月", "bad_format"),
            ("HCJG", "finding", "7", "unknown_code"),
            ("BJRQ", "closed_on", "20261301", "impossible_date"),
            ("XFBH", "matter_no", "", "missing"),
        )
        for day in (0, 1):
            for (column, name, flaw, reason), person in zip(flaws, self.rng.sample(residents, len(flaws)), strict=True):
                if day and column == KEY:
                    continue  # one line without a key is enough: two would be the same record
                line = self.complain(person, TRUE, day, closed="2026-03-25")
                line |= self._petitioner() | {column: flaw, "_bad": (name, reason), "_keyless": column == KEY}

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday complaints of the three days; of some, the finding."""
        rng = self.rng
        known = [person for person in officials if person.cadre_no in self.roster.careers[0]]
        people = rng.choices(residents, k=max(200, len(residents) // 150)) + rng.sample(known, len(known) // 40)
        backlog = [self._everyday(person) for person in people]
        backlog[0]["GXSJ"] = newest_moment(0)
        moving = rng.sample([line for line in backlog[1:] if line["HCJG"] == OPEN], 12)
        for day in (1, 2):
            news = [self._everyday(person, day) for person in rng.choices(residents, k=12)]
            news[0]["GXSJ"] = newest_moment(day)
            for person in rng.choices(residents, k=4):
                self._everyday(person, day)["GXSJ"] = late_moment(rng, day)
            for line in moving[(day - 1) * 6 : day * 6]:
                self.find(line, rng.choice((TRUE, PARTLY, UNTRUE)), day)

    def _everyday(self, person: Person, day: int = 0) -> dict:
        return self.complain(person, self.rng.choices(tuple(FINDINGS), tuple(FINDINGS.values()))[0], day)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the lines of each day, nearly in the order in which they were touched."""
        for day, lines in zip(DAYS, self.days, strict=True):
            place = {id(line): datetime.fromisoformat(line["GXSJ"]).timestamp() + self.rng.uniform(0, 86400) for line in lines}
            lines.sort(key=lambda line: place[id(line)])
            write_json_lines(out / RESOURCE / day / FILE, (*COLUMNS, *PETITIONER), lines)
            why = "all complaints so far" if day == DAYS[0] else "new ones, late ones, and findings"
            truth.deliver(RESOURCE, day, FILE, len(lines), why=why)
            truth.condemn(RESOURCE, day, FILE, lines, key_of=key_of)
        truth.own_all(RESOURCE, dict(zip(DAYS, self.days, strict=True)), key_of=key_of, form_of=lambda _: "name")

    def voices(self) -> list[Voice]:
        """What `petition_verified` would say if a person had confirmed who is meant."""
        states = newest([[line for line in lines if line["_person"].cadre_no] for lines in self.days], key_of, CURSOR)
        return [Voice(RULE, states, severity, lambda line: line["HCJG"] not in LOUD, on_roster, lambda _: True)]


def severity(line: dict, day: str) -> str:
    """What `petition_verified` says of a matter on a day, nothing where it is silent."""
    closed = line["BJRQ"] or line["SLRQ"]
    closed = f"{closed[:4]}-{closed[4:6]}-{closed[6:]}"
    return LOUD.get(line["HCJG"], "") if closed <= day < add_months(closed, MONTHS) else ""


def key_of(line: dict) -> str:
    """The key of a matter as keys compare."""
    return source_key(line[KEY])
