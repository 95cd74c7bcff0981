"""Planted decisions of the police: loud ones and quiet ones, revoked, grown old, and lines that are bad."""

import random

from demo.city.cast import Cast
from demo.city.days import DAYS, add_months
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.names import traditional
from demo.city.people import has_traditional
from demo.city.police import DRUGS, DRUNK, MONTHS, REVOKED, Police

POLICE_RULE = "police_decision"
FINED, DETAINED = ("赌博", "罚款"), ("赌博", "行政拘留")


def plant_offences(rng: random.Random, police: Police, cast: Cast) -> None:
    """Plant everything that can become of a decision."""

    def decided(part: str, why: str, case: tuple[str, str] = DETAINED, on: str = "2026-02-14", **given: object) -> dict:
        return police.decide(cast.plant(POLICE_RULE, part, why), on, case, **given)

    decided("detained", "detention: attention")
    decided("fined", "a fine: notice", FINED)
    decided("warned", "a warning: notice", ("其他", "警告"))
    decided("drunk at the wheel", "drunk driving, whatever the penalty: attention", (DRUNK, "取保候审"))
    decided("on drugs", "drugs: attention", (DRUGS, "强制戒毒"))
    for number, day in enumerate(DAYS, start=1):
        part = f"24 months old on day {number}"
        decided(part, f"the 24 months end on {day}", FINED, add_months(day, -MONTHS))
    decided("decided long ago", "older than 24 months", on="2023-11-20")
    police.again(decided("police revoke on day 2", "revoked on day 2"), 1, ZT=REVOKED)
    police.again(decided("police revoke on day 3", "revoked on day 3", FINED), 2, ZT=REVOKED)
    decided("police revoked before", "revoked before day 1", ZT=REVOKED)
    decided("decided on day 3", "decided on day 2, delivered on day 3", on=DAYS[1], day=2)
    bad = decided("police number wrong", "the number's check digit was wrong until day 2")
    person = bad["_person"]
    bad |= {"GMSFHM": wrong_check_digit(person.id_number), "_bad": ("id_number", "bad_check_digit")}
    police.again(bad, 1, GMSFHM=person.id_number)
    _names(police, cast)
    _flawed(rng, police, cast)


def _names(police: Police, cast: Cast) -> None:
    """Names that are written in another way, and names that are another's."""
    person = cast.plant(POLICE_RULE, "police in traditional", "name in traditional characters", has_traditional)
    police.decide(person, "2026-02-15", FINED, XM=traditional(person.name))
    person = cast.plant(POLICE_RULE, "police wrong name", "an official's number, but another person's name")
    other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
    police.decide(other, "2026-02-16", DETAINED, GMSFHM=person.id_number)
    for namesake in cast.people.namesakes:
        police.decide(namesake, "2026-02-17", DETAINED)
    newcomer = cast.parts["newcomer of day 3, indebted"]
    cast.explain(POLICE_RULE, newcomer, "decided long before the roster knew of them")
    police.decide(newcomer, "2026-02-18", FINED)


def _flawed(rng: random.Random, police: Police, cast: Cast) -> None:
    """Lines that cannot be read, one of each kind, about residents."""
    flaws = (
        ("XM", "person_name", "", "missing"),
        ("GMSFHM", "id_number", None, "missing"),
        ("GMSFHM", "id_number", wrong_check_digit, "bad_check_digit"),
        ("GMSFHM", "id_number", impossible_birth, "impossible_date"),
        ("GMSFHM", "id_number", lambda number: number[:15], "bad_format"),
        ("XB", "sex", "9", "unknown_code"),
        ("CSRQ", "born_on", "19830230", "impossible_date"),
        ("WFXW", "offence", "闯红灯", "unknown_code"),
        ("CFJG", "penalty", "", "missing"),
        ("CFJG", "penalty", "训诫", "unknown_code"),
        ("CFJE", "amount", "五百", "not_a_number"),
        ("CFRQ", "decided_on", "去年三月", "bad_format"),
        ("CFRQ", "decided_on", "20260230", "impossible_date"),
        ("ZT", "status", "8", "unknown_code"),
        ("WSBH", "document_no", "", "missing"),
    )
    for day in (0, 1):
        people = rng.sample(cast.people.residents, len(flaws))
        for (column, name, flaw, reason), person in zip(flaws, people, strict=True):
            if day and column == "WSBH":
                continue  # one line without a key is enough: two would be the same record
            line = police.decide(person, "2026-03-25", FINED, day)
            line[column] = flaw(line[column]) if callable(flaw) else flaw
            line |= {"_bad": (name, reason), "_keyless": column == "WSBH"}
