"""Cases of the procuratorate, as lines of three days: a case moves on under its number, and may end in the suspect's favour."""

import random

from demo.city import places
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_months, compact, iso, random_day
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.line_feed import LineFeed
from demo.city.names import as_typed, traditional
from demo.city.people import Person, has_traditional
from demo.city.roster import Roster
from demo.city.voices import Voice

RULE, MONTHS = "prosecution", 24
REVIEWED, ARRESTED, EXAMINED, CHARGED, DROPPED, WITHDRAWN = "1", "2", "3", "4", "5", "6"
LOUD = (ARRESTED, EXAMINED, CHARGED)
AFTER = {REVIEWED: (ARRESTED, DROPPED), ARRESTED: (EXAMINED,), EXAMINED: (CHARGED, CHARGED, DROPPED), CHARGED: (WITHDRAWN,)}
STAGES = {REVIEWED: 30, ARRESTED: 20, EXAMINED: 25, CHARGED: 15, DROPPED: 7, WITHDRAWN: 3}  # and how often
OFFENCES = ("危险驾驶罪", "盗窃罪", "诈骗罪", "故意伤害罪", "受贿罪", "滥用职权罪", "玩忽职守罪", "贪污罪")
EMPLOYERS = ("第二小学", "人民医院", "宏达建筑工程有限公司", "新民村村民委员会")
FLAWS = (
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


class Department(LineFeed):
    """Accuses. With `_obscure` a line's name and unit alone have to tell whom it is about."""

    resource, key = "procuratorate", "TYSAH"
    columns = ("TYSAH", "XYRXM", "ZJHM", "GZDW", "AY", "BLJD", "BLRQ", "GXSJ")
    delivers = ("all cases so far", "new ones, late ones, and next stages")

    def __init__(self, rng: random.Random) -> None:
        """Begin without a case."""
        super().__init__(rng)
        self.posts: dict[str, tuple[str, str]] = {}

    def accuse(self, person: Person, stage: str, reached: str, day: int = 0, **given: object) -> dict:
        """Add a case that reached a stage on an ISO date."""
        self.serial += 1
        line = {
            "TYSAH": f"99{reached[:4]}{self.serial:08d}",
            "XYRXM": person.name,
            "ZJHM": person.id_number,
            "GZDW": self._employer(person),
            "AY": self.rng.choice(OFFENCES),
            "BLJD": stage,
            "BLRQ": compact(reached),
            "_person": person,
        }
        return self.add(line | given, reached, day)

    def move(self, line: dict, stage: str, day: int) -> dict:
        """A case reaches its next stage on the day before it is delivered."""
        return self.again(line, day, BLJD=stage, BLRQ=compact(DAYS[day - 1]))

    def _employer(self, person: Person) -> str | None:
        if person.cadre_no:
            return self.posts[person.cadre_no][0] if person.cadre_no in self.posts else None
        return f"{places.REGIONS[person.home]}{self.rng.choice(EMPLOYERS)}" if happens(self.rng, 0.6) else None

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
        self.again(bad, 1, **self.spoil(bad, FLAWS[1]))
        self._names(cast)
        self.flawed(FLAWS, cast.people.residents, lambda person, day: self.accuse(person, EXAMINED, "2026-03-25", day))

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

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday cases of the three days; of some, the next stage."""
        rng = self.rng
        backlog = self.everyday(residents, max(300, len(residents) // 100), "2024-06-01", self._everyday)
        for person in rng.sample(officials, len(officials) // 300):
            self._everyday(person, "2024-07-01", "2026-05-20")
        moving = rng.sample([line for line in backlog if line["BLJD"] in AFTER], 16)
        for day in (1, 2):
            for line in moving[(day - 1) * 8 : day * 8]:
                self.move(line, rng.choice(AFTER[line["BLJD"]]), day)

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        number = person.id_number.lower() if happens(rng, 0.03) else person.id_number
        given = {"XYRXM": as_typed(rng, person.name), "ZJHM": number if person.cadre_no or happens(rng, 0.85) else None}
        stage = rng.choices(tuple(STAGES), tuple(STAGES.values()))[0]
        return self.accuse(person, stage, random_day(rng, first, last), day, **given)

    def form_of(self, line: dict) -> str:
        """By which number a suspect is named."""
        return "full_id" if line["ZJHM"] else "name"

    def voices(self) -> list[Voice]:
        """What `prosecution` says."""
        return [Voice(RULE, self.states(), severity, lambda line: line["BLJD"] not in LOUD)]


def severity(line: dict, day: str) -> str:
    """What `prosecution` says of a case on a day, nothing where it is silent."""
    return "attention" if line["BLJD"] in LOUD and add_months(iso(line["BLRQ"]), MONTHS) > day else ""
