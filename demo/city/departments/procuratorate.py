"""Cases of the procuratorate, as lines of three days: a case moves on under its number, and may end in the suspect's favour."""

import random
from datetime import datetime
from pathlib import Path

from demo.city import places
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_months, compact, moment_of, random_day, random_moment
from demo.city.docket import late_moment, newest_moment
from demo.city.expect import newest
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.names import as_typed, traditional
from demo.city.people import Person, has_traditional
from demo.city.roster import Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice
from demo.city.write import write_json_lines

RESOURCE, FILE, KEY, CURSOR = "procuratorate", "changes.jsonl", "TYSAH", "GXSJ"
COLUMNS = ("TYSAH", "XYRXM", "ZJHM", "GZDW", "AY", "BLJD", "BLRQ", "GXSJ")
RULE, MONTHS = "prosecution", 24
REVIEWED, ARRESTED, EXAMINED, CHARGED, DROPPED, WITHDRAWN = "1", "2", "3", "4", "5", "6"
LOUD = (ARRESTED, EXAMINED, CHARGED)
AFTER = {REVIEWED: (ARRESTED, DROPPED), ARRESTED: (EXAMINED,), EXAMINED: (CHARGED, CHARGED, DROPPED), CHARGED: (WITHDRAWN,)}
STAGES = {REVIEWED: 30, ARRESTED: 20, EXAMINED: 25, CHARGED: 15, DROPPED: 7, WITHDRAWN: 3}  # and how often
OFFENCES = ("危险驾驶罪", "盗窃罪", "诈骗罪", "故意伤害罪", "受贿罪", "滥用职权罪", "玩忽职守罪", "贪污罪")
EMPLOYERS = ("第二小学", "人民医院", "宏达建筑工程有限公司", "新民村村民委员会")


class Department:
    """Of a line, `_person` is whom it is really about; with `_obscure` its name and unit alone have to tell."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a case."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], ...] = ([], [], [])
        self.posts: dict[str, tuple[str, str]] = {}

    def accuse(self, person: Person, stage: str, reached: str, day: int = 0, **given: object) -> dict:
        """Add a case that reached a stage on an ISO date."""
        rng = self.rng
        self.serial += 1
        line = {
            "TYSAH": f"99{reached[:4]}{self.serial:08d}",
            "XYRXM": person.name,
            "ZJHM": person.id_number,
            "GZDW": self._employer(person),
            "AY": rng.choice(OFFENCES),
            "BLJD": stage,
            "BLRQ": compact(reached),
            "GXSJ": moment_of(rng, day) if day else self._touched(reached),
            "_person": person,
        } | given
        self.days[day].append(line)
        return line

    def again(self, line: dict, day: int, **changes: object) -> dict:
        """Deliver a case once more, in a newer form."""
        newer = {name: value for name, value in line.items() if name != "_bad"} | {"GXSJ": moment_of(self.rng, day)} | changes
        self.days[day].append(newer)
        return newer

    def move(self, line: dict, stage: str, day: int) -> dict:
        """A case reaches its next stage on the day before it is delivered."""
        return self.again(line, day, BLJD=stage, BLRQ=compact(DAYS[day - 1]))

    def _employer(self, person: Person) -> str | None:
        if person.cadre_no:
            return self.posts[person.cadre_no][0] if person.cadre_no in self.posts else None
        return f"{places.REGIONS[person.home]}{self.rng.choice(EMPLOYERS)}" if happens(self.rng, 0.6) else None

    def _touched(self, reached: str) -> str:
        return random_moment(self.rng, f"{max(reached, '2024-06-01')}T18:00:00", "2026-05-31T18:00:00")

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of a case."""
        self.posts = roster.posts()

        def accused(part: str, why: str, stage: str = EXAMINED, on: str = "2026-02-14", **given: object) -> dict:
            return self.accuse(cast.plant(RULE, part, why), stage, on, **given)

        accused("arrest approved", "an arrest is approved", ARRESTED)
        accused("examined for charges", "a case is examined for charges")
        accused("charged", "a charge is brought", CHARGED)
        accused("arrest under review", "the review of an arrest says nothing yet", REVIEWED)
        self.move(accused("arrested on day 2", "under review until day 2", REVIEWED), ARRESTED, 1)
        self.move(accused("charged on day 3", "under examination until day 3"), CHARGED, 2)
        self.move(accused("not prosecuted on day 2", "not prosecuted from day 2"), DROPPED, 1)
        self.move(accused("charge withdrawn on day 3", "the charge is withdrawn on day 3", CHARGED), WITHDRAWN, 2)
        accused("not prosecuted before", "not prosecuted before day 1", DROPPED)
        for number, day in enumerate(DAYS, start=1):
            part = f"stage 24 months old on day {number}"
            accused(part, f"nothing followed, and the 24 months end on {day}", on=add_months(day, -MONTHS))
        accused("prosecuted long ago", "a stage older than 24 months", on="2023-11-20")
        accused("arrested and delivered on day 3", "arrested on day 2, delivered on day 3", ARRESTED, DAYS[1], day=2)
        bad = accused("suspect's number wrong", "the number's check digit was wrong until day 2")
        number = bad["_person"].id_number
        bad |= {"ZJHM": wrong_check_digit(number), "_bad": ("id_number", "bad_check_digit")}
        self.again(bad, 1, ZJHM=number)
        self._names(cast)
        self._flawed(cast.people.residents)

    def _names(self, cast: Cast) -> None:
        """Suspects who are named in another way, and whose names are another's."""
        person = cast.plant(RULE, "suspect in traditional", "name in traditional characters", has_traditional)
        self.accuse(person, ARRESTED, "2026-02-15", XYRXM=traditional(person.name))
        person = cast.plant(RULE, "suspect under wrong name", "an official's number, but another person's name")
        other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
        self.accuse(other, CHARGED, "2026-02-16", ZJHM=person.id_number)
        person = cast.plant(RULE, "suspect without a number", "named with the unit alone, which a person has to decide")
        self.accuse(person, REVIEWED, "2026-02-17", ZJHM=None, _obscure=True)
        for namesake in cast.people.namesakes:
            self.accuse(namesake, CHARGED, "2026-02-18")

    def _flawed(self, residents: list[Person]) -> None:
        """Lines that cannot be read, one of each kind, about residents."""
        flaws = (
            ("XYRXM", "person_name", "", "missing"),
            ("ZJHM", "id_number", wrong_check_digit, "bad_check_digit"),
            ("ZJHM", "id_number", impossible_birth, "impossible_date"),
            ("ZJHM", "id_number", lambda number: number[:15], "bad_format"),
            ("AY", "offence", None, "missing"),
            ("BLJD", "stage", "7", "unknown_code"),
            ("BLRQ", "stage_on", "20260230", "impossible_date"),
            ("BLRQ", "stage_on", "2026年3月", "bad_format"),
            ("TYSAH", "case_no", "", "missing"),
        )
        for day in (0, 1):
            for (column, name, flaw, reason), person in zip(flaws, self.rng.sample(residents, len(flaws)), strict=True):
                if day and column == KEY:
                    continue  # one line without a key is enough: two would be the same record
                line = self.accuse(person, EXAMINED, "2026-03-25", day)
                line[column] = flaw(line[column]) if callable(flaw) else flaw
                line |= {"_bad": (name, reason), "_keyless": column == KEY}

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday cases of the three days; of some, the next stage."""
        rng = self.rng
        size = max(300, len(residents) // 100)
        backlog = [self._everyday(person, "2024-06-01", "2026-05-28") for person in rng.choices(residents, k=size)]
        for person in rng.sample(officials, len(officials) // 300):
            self._everyday(person, "2024-07-01", "2026-05-20")
        backlog[0]["GXSJ"] = newest_moment(0)
        moving = rng.sample([line for line in backlog[1:] if line["BLJD"] in AFTER], 16)
        for day in (1, 2):
            news = [self._everyday(person, "2026-05-20", DAYS[day - 1], day) for person in rng.choices(residents, k=15)]
            news[0]["GXSJ"] = newest_moment(day)
            for person in rng.choices(residents, k=4):
                self._everyday(person, "2026-05-01", "2026-05-20", day)["GXSJ"] = late_moment(rng, day)
            for line in moving[(day - 1) * 8 : day * 8]:
                self.move(line, rng.choice(AFTER[line["BLJD"]]), day)

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        number = person.id_number.lower() if happens(rng, 0.03) else person.id_number
        given = {"XYRXM": as_typed(rng, person.name), "ZJHM": number if person.cadre_no or happens(rng, 0.85) else None}
        stage = rng.choices(tuple(STAGES), tuple(STAGES.values()))[0]
        return self.accuse(person, stage, random_day(rng, first, last), day, **given)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the lines of each day, nearly in the order in which they were touched."""
        for day, lines in zip(DAYS, self.days, strict=True):
            place = {id(line): datetime.fromisoformat(line["GXSJ"]).timestamp() + self.rng.uniform(0, 86400) for line in lines}
            lines.sort(key=lambda line: place[id(line)])
            write_json_lines(out / RESOURCE / day / FILE, COLUMNS, lines)
            why = "all cases so far" if day == DAYS[0] else "new ones, late ones, and next stages"
            truth.deliver(RESOURCE, day, FILE, len(lines), why=why)
            truth.condemn(RESOURCE, day, FILE, lines, key_of=key_of)
        truth.own_all(RESOURCE, dict(zip(DAYS, self.days, strict=True)), key_of=key_of, form_of=form_of)

    def voices(self) -> list[Voice]:
        """What `prosecution` says."""
        return [Voice(RULE, newest(list(self.days), key_of, CURSOR), severity, lambda line: line["BLJD"] not in LOUD)]


def severity(line: dict, day: str) -> str:
    """What `prosecution` says of a case on a day, nothing where it is silent."""
    reached = f"{line['BLRQ'][:4]}-{line['BLRQ'][4:6]}-{line['BLRQ'][6:]}"
    return "attention" if line["BLJD"] in LOUD and add_months(reached, MONTHS) > day else ""


def form_of(line: dict) -> str:
    """By which number a suspect is named."""
    return "full_id" if line["ZJHM"] else "name"


def key_of(line: dict) -> str:
    """The key of a case as keys compare."""
    return source_key(line[KEY])
