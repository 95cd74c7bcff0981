"""Everyday decisions of the discipline commissions, mostly about people who are no officials."""

import random

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, random_day
from demo.city.docket import INVESTIGATION, VIOLATIONS, Docket, late_moment, newest_moment
from demo.city.names import as_typed
from demo.city.people import Person, known_names

MEASURES = {
    "11": 22, "12": 14, "13": 2, "14": 2, "15": 1, "16": 6, "21": 10, "22": 6, "23": 4, "24": 2, "25": 2, "26": 2,
    "31": 8, "32": 8, "33": 3, "34": 8, "41": 1,
}  # fmt: skip
PLANTED = {"26": "25", INVESTIGATION: "34"}  # those of officials are planted: others get something else instead
LATE, CORRECTED = 8, 8  # lines a day
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def fill(rng: random.Random, docket: Docket, cast: Cast, in_office: list[Person]) -> None:
    """Add the everyday decisions of the three days to the planted ones."""
    people = cast.people
    size = max(800, len(people.officials) * 9 // 20)
    backlog = [
        decide(rng, docket, person, random_day(rng, "2019-01-01", "2026-05-20"))
        for person in rng.choices(people.residents, k=size)
    ]
    for person in rng.sample(in_office, len(in_office) // 20):
        decide(rng, docket, person, random_day(rng, "2020-01-01", "2026-05-20"))
    for official in rng.sample(people.officials, min(10, len(people.officials) // 20)):
        resident = next(one for one in rng.choices(people.residents, k=99) if one.name not in known_names(official))
        line = decide(rng, docket, resident, random_day(rng, "2025-06-01", "2026-05-20"))
        line["SFZH"] = official.id_number  # a resident's decision under an official's number
    backlog[0]["GXSJ"] = newest_moment(0)
    for day in (1, 2):
        news = [
            decide(rng, docket, person, random_day(rng, "2026-05-20", DAYS[day - 1]), day)
            for person in rng.choices(people.residents, k=max(2, size // 100))
        ]
        news[0]["GXSJ"] = newest_moment(day)
        for person in rng.choices(people.residents, k=LATE):
            line = decide(rng, docket, person, random_day(rng, "2026-05-01", "2026-05-20"), day)
            line["GXSJ"] = late_moment(rng, day)
        _correct(rng, docket, backlog, day)


def _correct(rng: random.Random, docket: Docket, backlog: list[dict], day: int) -> None:
    """Deliver some decisions again, with more words; one of them twice, the second time in full-width digits."""
    again = rng.sample(backlog, CORRECTED)
    for line in again:
        docket.again(line, day, WJXZ=f"{rng.choice(VIOLATIONS)}，退缴违纪所得")
    docket.again(again[0], day, JDWH=again[0]["JDWH"].translate(FULL_WIDTH))


def decide(rng: random.Random, docket: Docket, person: Person, decided: str, day: int = 0) -> dict:
    """One decision, typed as clerks type."""
    measure = rng.choices(tuple(MEASURES), tuple(MEASURES.values()))[0]
    if person.cadre_no:
        measure = PLANTED.get(measure, measure)
    number = person.id_number.lower() if happens(rng, 0.05) else person.id_number
    return docket.decide(person, measure, decided, day, XM=as_typed(rng, person.name), SFZH=number)
