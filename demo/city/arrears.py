"""Planted notices: arrears that make `tax_arrears` speak, grow louder, end, or keep silent, and rows that are bad."""

import random
from collections.abc import Callable

from demo.city.cast import Cast
from demo.city.days import DAYS, add_days
from demo.city.identity import mask
from demo.city.names import traditional
from demo.city.people import Person, has_traditional
from demo.city.taxation import INSPECTED, INSTALMENTS, OWING, PAID, REVOKED, TaxOffice

TAX_RULE = "tax_arrears"


def plant_arrears(rng: random.Random, office: TaxOffice, cast: Cast) -> None:
    """Plant everything that can become of a notice."""

    def owes(part: str, why: str, noticed: str = "2026-01-20", status: str = OWING, **given: object) -> dict:
        return office.notice(cast.plant(TAX_RULE, part, why), noticed, status, **given)

    _spans(owes)
    office.again(owes("paid on day 2", "paid on day 2"), 1, zt=PAID)
    office.again(owes("arrears revoked on day 3", "the notice is revoked on day 3"), 2, zt=REVOKED)
    office.again(owes("instalments from day 2", "pays in instalments from day 2"), 1, zt=INSTALMENTS)
    office.again(owes("instalments broken", "an instalment plan that is broken on day 3", status=INSTALMENTS), 2, zt=OWING)
    office.again(owes("inspected on day 2", "handed over to inspection on day 2"), 1, zt=INSPECTED)
    owes("instalments", "an instalment plan never fires", status=INSTALMENTS)
    owes("paid before", "paid before day 1", status=PAID)
    owes("arrears revoked before", "revoked before day 1", status=REVOKED)
    owes("inspected", "handed over to inspection", "2026-02-02", INSPECTED)
    late = cast.plant(TAX_RULE, "arrears delivered on day 3", "an old notice that is delivered on day 3")
    office.notice(late, "2025-12-10", day=2)
    bad = owes("arrears unreadable at first", "the date could not be read until day 2", tzrq="2026-01-32")
    bad["_bad"] = ("noticed_on", "impossible_date")
    office.again(bad, 1, tzrq="2026-01-12")
    newcomer = cast.parts["newcomer of day 2, indebted"]
    cast.explain(TAX_RULE, newcomer, "owing since day 1, on the roster later")
    office.notice(newcomer, "2026-01-21")
    _enterprises(office, cast)
    _not_meant(office, cast)
    _flawed(rng, office, cast.people.residents)


def _spans(owes: Callable[..., dict]) -> None:
    """Ninety days and a hundred and eighty, to the day."""
    for number, day in enumerate(DAYS, start=1):
        owes(f"91 days on day {number}", f"{day} is the 91st day after the notice", add_days(day, -91))
    owes("90 days on day 3", "the third day is the 90th: not more than 90", add_days(DAYS[2], -90))
    owes("181 days on day 2", "attention from the 181st day, which is day 2", add_days(DAYS[1], -181))


def _enterprises(office: TaxOffice, cast: Cast) -> None:
    """An enterprise's arrears are shown to its representative, as a notice at most."""
    person = cast.plant(TAX_RULE, "representative", "represents an enterprise that owes for 200 days")
    office.enterprise_notice(person, add_days(DAYS[0], -200))
    person = cast.plant(TAX_RULE, "representative, paid on day 3", "represents an enterprise that pays on day 3")
    office.again(office.enterprise_notice(person, "2025-12-22"), 2, zt=PAID)
    person = cast.plant(TAX_RULE, "representative in traditional", "name in traditional characters", has_traditional)
    office.enterprise_notice(person, "2025-12-23", fddbrxm=traditional(person.name))
    person = cast.plant(TAX_RULE, "represents under another name", "the number fits, but the name is another's")
    office.enterprise_notice(_somebody_else(cast, person), "2025-12-24", fddbrzjh=mask(person.id_number))


def _not_meant(office: TaxOffice, cast: Cast) -> None:
    """An official's number under another name, and residents of an official's name under their own number."""
    person = cast.plant(TAX_RULE, "owes under another name", "an official's number, but another person's name")
    other = _somebody_else(cast, person)
    office.notice(other, "2025-12-25", nsrsbh=person.id_number)
    for namesake in cast.people.namesakes:
        office.notice(namesake, "2025-12-26")


def _somebody_else(cast: Cast, person: Person) -> Person:
    return next(other for other in cast.people.residents if other.name[0] != person.name[0])


def _flawed(rng: random.Random, office: TaxOffice, residents: list[Person]) -> None:
    """Rows that cannot be read, one of each kind; the one without a key comes on the first day alone."""
    flaws = (
        ("nsrmc", "taxpayer", "", "missing"),
        ("nsrsbh", "taxpayer_no", "", "missing"),
        ("qjje", "amount", "", "missing"),
        ("qjje", "amount", "约三十万", "not_a_number"),
        ("tzrq", "noticed_on", "2026-02-30", "impossible_date"),
        ("tzrq", "noticed_on", "三月一日", "bad_format"),
        ("zt", "status", "7", "unknown_code"),
        ("zt", "status", "", "missing"),
        ("sz", "tax_type", "屠宰税", "unknown_code"),
        ("fddbrzjh", "id_masked", "529901****123X", "bad_format"),
        ("wsh", "notice_no", "", "missing"),
    )
    for day in (0, 1):
        people = rng.sample(residents, len(flaws))
        for (column, name, value, reason), person in zip(flaws, people, strict=True):
            if day and column == "wsh":
                continue
            row = office.enterprise_notice(person, "2026-03-10", day=day)
            row |= {column: value, "_bad": (name, reason), "_keyless": column == "wsh"}
