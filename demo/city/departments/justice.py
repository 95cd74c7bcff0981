"""Records of the justice bureau, as lines of three days: corrections that go on, end or are put off, and lost cases."""

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_months, compact, iso, random_day
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.line_feed import LineFeed
from demo.city.names import as_typed, traditional
from demo.city.people import Person, has_traditional
from demo.city.roster import Roster
from demo.city.voices import Voice

RULE, MONTHS = "community_correction", 24  # for which a liability without an end is shown
CORRECTION, REVIEW, LAWSUIT = "社区矫正", "行政复议被申请责任", "行政应诉败诉责任"
FLAWS = (
    ("XM", "person_name", "", "missing"),
    ("SFZH", "id_number", wrong_check_digit, "bad_check_digit"),
    ("SFZH", "id_number", impossible_birth, "impossible_date"),
    ("SFZH", "id_number", lambda number: number[:15], "bad_format"),
    ("LX", "kind", None, "missing"),
    ("LX", "kind", "法律援助", "unknown_code"),
    ("KSRQ", "started_on", "20260230", "impossible_date"),
    ("KSRQ", "started_on", "2026年3月", "bad_format"),
    ("JSRQ", "ended_on", "未定", "bad_format"),
    ("BH", "record_no", "", "missing"),
)


class Department(LineFeed):
    """Keeps records."""

    resource, key = "justice", "BH"
    columns = ("BH", "XM", "SFZH", "LX", "KSRQ", "JSRQ", "GXSJ")
    delivers = ("all records so far", "new ones, late ones, and what became of others")

    def enter(self, person: Person, began: str, until: str | None, kind: str = CORRECTION, day: int = 0, **given: object) -> dict:
        """Add a record of something that began on one ISO date and ends on another."""
        self.serial += 1
        line = {
            "BH": f"SF{began[:4]}{self.serial:06d}",
            "XM": person.name,
            "SFZH": person.id_number,
            "LX": kind,
            "KSRQ": compact(began),
            "JSRQ": until and compact(until),
            "_person": person,
        }
        return self.add(line | given, began, day)

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of a record."""

        def entered(
            part: str, why: str, kind: str = CORRECTION, on: str = "2025-12-14", until: str | None = "2026-12-14", **given: object
        ) -> dict:
            return self.enter(cast.plant(RULE, part, why), on, until, kind, **given)

        entered("in correction", "a correction in force: attention")
        entered("in correction without an end", "a correction that nobody ended", on="2023-03-14", until=None)
        entered("reviewed", "answers for a decision under review: context", REVIEW)
        entered("lost a lawsuit", "answers for a lost lawsuit: context", LAWSUIT, until=None)
        for number, day in enumerate(DAYS, start=1):
            entered(f"correction ends on day {number}", f"in correction until {day}", until=day)
        entered(
            "lawsuit 24 months old on day 2",
            "without an end, the 24 months are over",
            LAWSUIT,
            add_months(DAYS[1], -MONTHS),
            None,
        )
        entered("review over on day 3", f"until {DAYS[2]}", REVIEW, until=DAYS[2])
        entered("corrected long ago", "in correction before day 1", on="2023-11-20", until="2024-11-20")
        self.again(entered("released on day 2", "the end is brought forward to day 2"), 1, JSRQ=compact(DAYS[1]))
        self.again(entered("released on day 3", "ended on day 3, which nobody had said", until=None), 2, JSRQ=compact(DAYS[2]))
        self.again(entered("end put off on day 2", "the end is put off from day 2", until=DAYS[1]), 1, JSRQ="20261214")
        entered("correction begins, delivered on day 3", "begun on day 2, delivered on day 3", on=DAYS[1], day=2)
        bad = entered("corrected person's number wrong", "the number's check digit was wrong until day 2")
        self.again(bad, 1, **self.spoil(bad, FLAWS[1]))
        self._names(cast)
        self.flawed(FLAWS, cast.people.residents, lambda person, day: self.enter(person, "2026-03-25", "2027-03-25", day=day))

    def _names(self, cast: Cast) -> None:
        """Persons who are named in another way, and whose names are another's."""
        person = cast.plant(RULE, "corrected in traditional", "name in traditional characters", has_traditional)
        self.enter(person, "2026-02-15", "2027-02-15", XM=traditional(person.name))
        person = cast.plant(RULE, "corrected under wrong name", "an official's number, but another person's name")
        other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
        self.enter(other, "2026-02-16", "2027-02-16", SFZH=person.id_number)
        for namesake in cast.people.namesakes:
            self.enter(namesake, "2026-02-18", "2027-02-18")

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday records of the three days, residents' corrections and officials' liabilities; some of them end."""
        rng = self.rng
        backlog = self.everyday(residents, max(300, len(residents) // 200), "2024-03-01", self._everyday)
        for person in rng.sample(officials, len(officials) // 200):
            began = random_day(rng, "2023-06-01", "2026-05-20")
            self.enter(person, began, None if happens(rng, 0.7) else add_months(began, 12), rng.choice((REVIEW, LAWSUIT)))
        ending = rng.sample([line for line in backlog if not line["JSRQ"]], 12)
        for day in (1, 2):
            for line in ending[(day - 1) * 6 : day * 6]:
                self.again(line, day, JSRQ=compact(DAYS[day]))

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        began = random_day(rng, first, last)
        number = person.id_number.lower() if happens(rng, 0.03) else person.id_number
        until = add_months(began, rng.choice((6, 12, 24, 36))) if happens(rng, 0.6) else None
        return self.enter(person, began, until, day=day, XM=as_typed(rng, person.name), SFZH=number)

    def voices(self) -> list[Voice]:
        """What the rule says of them."""
        return [Voice(RULE, self.states(), severity)]


def severity(line: dict, day: str) -> str:
    """What `community_correction` says of a record on a day, nothing where it is silent."""
    if not line["JSRQ"] and line["LX"] == CORRECTION:
        return "attention"
    until = iso(line["JSRQ"]) if line["JSRQ"] else add_months(iso(line["KSRQ"]), MONTHS)
    if until <= day:
        return ""
    return "attention" if line["LX"] == CORRECTION else "context"
