"""Certificates to leave the country, as lines of three days: surrendered, handed out again, expired. Some lines hold journeys."""

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_months, compact, iso, random_day
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.line_feed import LineFeed
from demo.city.names import as_typed, traditional
from demo.city.people import Person, has_traditional
from demo.city.roster import Roster
from demo.city.voices import Voice

RULE = "unsurrendered_certificate"
PASSPORT, MACAO, TAIWAN = "普通护照", "往来港澳通行证", "往来台湾通行证"
MARKS = {PASSPORT: "EH", MACAO: "CA", TAIWAN: "TB"}
MONTHS = {PASSPORT: 120, MACAO: 60, TAIWAN: 60}  # how long each is valid
LONGEST = 120
HELD, SURRENDERED = "0", "1"
UNASKED = ("CRJJL", "ZSDZ", "TXRY", "QZ")  # journeys, lodging, companions, visas: not in the agreement
FLAWS = (
    ("XM", "person_name", "", "missing"),
    ("GMSFHM", "id_number", wrong_check_digit, "bad_check_digit"),
    ("GMSFHM", "id_number", impossible_birth, "impossible_date"),
    ("GMSFHM", "id_number", lambda number: number[:15], "bad_format"),
    ("ZJZL", "certificate", None, "missing"),
    ("ZJZL", "certificate", "海员证", "unknown_code"),
    ("QFRQ", "issued_on", "20260230", "impossible_date"),
    ("QFRQ", "issued_on", "2026年3月", "bad_format"),
    ("YXQ", "valid_until", "长期", "bad_format"),
    ("SFSJ", "surrendered", "2", "unknown_code"),
    ("ZJHM", "certificate_no", "", "missing"),
)


class Department(LineFeed):
    """Issues certificates."""

    resource, key = "exit_entry", "ZJHM"
    columns = ("ZJHM", "ZJZL", "XM", "GMSFHM", "QFRQ", "YXQ", "SFSJ", "GXSJ", *UNASKED)
    delivers = ("all certificates so far", "new ones, late ones, and what became of others")

    def issue(
        self, person: Person, issued: str, kind: str = PASSPORT, kept: str | None = HELD, day: int = 0, **given: object
    ) -> dict:
        """Add a certificate that was issued on an ISO date."""
        self.serial += 1
        line = {
            "ZJHM": f"{MARKS[kind]}{self.serial:07d}",
            "ZJZL": kind,
            "XM": person.name,
            "GMSFHM": person.id_number,
            "QFRQ": compact(issued),
            "YXQ": compact(add_months(issued, MONTHS[kind])),
            "SFSJ": kept,
            "_person": person,
        } | given
        return self.add(line | (self._unasked() if happens(self.rng, 0.1) else {}), issued, day)

    def _unasked(self) -> dict:
        """Where somebody went, slept, and with whom. The marks let a test find what was kept."""
        number = self.rng.randint(100, 999)
        told = {
            "CRJJL": [{"KA": "无名口岸", "MDD": "无名海岛", "HB": f"无名航班{number}"}],
            "ZSDZ": f"无名酒店{number}室",
            "TXRY": {"XM": "无名旅伴"},
            "QZ": "无名国签证",
        }
        return {name: told[name] for name in self.rng.sample(UNASKED, self.rng.randint(1, len(UNASKED)))}

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of a certificate."""

        def held(part: str, why: str, kind: str = PASSPORT, on: str = "2021-03-14", **given: object) -> dict:
            return self.issue(cast.plant(RULE, part, why), on, kind, **given)

        held("passport held", "a valid passport is not surrendered")
        held("Macao permit held", "a valid permit is not surrendered", MACAO, "2023-03-15")
        held("Taiwan permit held", "a valid permit is not surrendered", TAIWAN, "2023-03-16")
        held("surrendered before", "surrendered before day 1", kept=SURRENDERED)
        held("nobody says who keeps it", "whether it is surrendered is not said", kept=None)
        self.again(held("surrendered on day 2", "surrendered from day 2"), 1, SFSJ=SURRENDERED)
        self.again(held("surrendered on day 3", "surrendered from day 3", MACAO, "2023-03-17"), 2, SFSJ=SURRENDERED)
        self.again(held("handed out on day 3", "surrendered until day 3", kept=SURRENDERED), 2, SFSJ=HELD)
        for number, day in enumerate(DAYS, start=1):
            part = f"certificate expires on day {number}"
            held(part, f"valid until {day}", TAIWAN, add_months(day, -MONTHS[TAIWAN]))
        held("expired long ago", "expired before day 1", on="2015-03-18")
        held("of unknown expiry", "until when it is valid is not said", YXQ=None)
        ages = add_months(DAYS[1], -LONGEST)
        held("of unknown expiry, ten years old on day 2", f"issued on {ages}, which no certificate outlasts", on=ages, YXQ=None)
        held("issued and delivered on day 3", "issued on day 2, delivered on day 3", on=DAYS[1], day=2)
        bad = held("holder's number wrong", "the number's check digit was wrong until day 2")
        self.again(bad, 1, **self.spoil(bad, FLAWS[1]))
        self._names(cast)
        self.flawed(FLAWS, cast.people.residents, lambda person, day: self.issue(person, "2026-03-25", day=day))

    def _names(self, cast: Cast) -> None:
        """Holders who are named in another way, and whose names are another's."""
        person = cast.plant(RULE, "holder in traditional", "name in traditional characters", has_traditional)
        self.issue(person, "2022-02-15", XM=traditional(person.name))
        person = cast.plant(RULE, "holder under wrong name", "an official's number, but another person's name")
        other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
        self.issue(other, "2022-02-16", GMSFHM=person.id_number)
        for namesake in cast.people.namesakes:
            self.issue(namesake, "2022-02-18")

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday certificates of the three days; some are surrendered, or handed out."""
        rng = self.rng
        self.everyday(residents, max(300, len(residents) // 30), "2015-03-01", self._everyday)
        theirs = [self._everyday(person, "2015-03-01", "2026-05-20") for person in rng.sample(officials, len(officials) // 30)]
        for day in (1, 2):
            for line in rng.sample(theirs, len(theirs) // 10):
                self.again(line, day, SFSJ=rng.choice((HELD, SURRENDERED)))

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        kept = rng.choices((HELD, SURRENDERED, None), (15, 80, 5))[0] if person.cadre_no else HELD
        kind = rng.choice((PASSPORT, PASSPORT, MACAO, TAIWAN))
        number = person.id_number.lower() if happens(rng, 0.03) else person.id_number
        given = {"XM": as_typed(rng, person.name), "GMSFHM": number} | ({"YXQ": None} if happens(rng, 0.03) else {})
        return self.issue(person, random_day(rng, first, last), kind, kept, day, **given)

    def voices(self) -> list[Voice]:
        """What the rule says of them."""
        return [Voice(RULE, self.states(), severity)]


def expiry(line: dict) -> str:
    """When a certificate expires, YYYYMMDD; the latest day for one that does not say."""
    return line["YXQ"] or compact(add_months(iso(line["QFRQ"]), LONGEST))


def severity(line: dict, day: str) -> str:
    """What `unsurrendered_certificate` says of a certificate on a day, nothing where it is silent."""
    return "notice" if line["SFSJ"] == HELD and expiry(line) > compact(day) else ""
