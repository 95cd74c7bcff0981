"""The city's households, twice: officials among residents, and a few couples of officials. No rule reads it."""

import random
from pathlib import Path

from demo.city import identity
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, compact
from demo.city.names import as_typed
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.voices import Voice
from demo.city.write import write_csv

RESOURCE, DELIVERED = "population", (0, 2)  # on which of the days
COLUMNS = ("户号", "成员序号", "姓名", "身份证号", "与户主关系")
HEAD, OTHERS = "户主", ("配偶", "子", "女", "父", "母", "兄弟姐妹", "其他")


class Department:
    """Of a row, `_person` is whom it is really about; without a number it cannot be known."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a household."""
        self.rng, self.serial = rng, 0
        self.first: list[dict] = []
        self.second: list[dict] = []

    def household(self, people: list[Person]) -> list[dict]:
        """The rows of a new household; the first is its head."""
        self.serial += 1
        relations = [HEAD, *(self.rng.choice(OTHERS) for _ in people[1:])]
        number = f"H{people[0].home}{self.serial:07d}"
        return [
            {"户号": number, "成员序号": str(place), "姓名": person.name, "身份证号": person.id_number, "与户主关系": relation}
            | {"_person": person}
            for place, (person, relation) in enumerate(zip(people, relations, strict=True), start=1)
        ]

    def plant(self, cast: Cast, _roster: Roster) -> None:
        """Plant bad rows, one of each kind, about residents; where the key cannot be read they are mended in the second file."""
        people = iter(self.rng.sample(cast.people.residents, 20))
        flaws = (
            ("姓名", "person_name", lambda _: "", "missing"),
            ("身份证号", "id_number", identity.wrong_check_digit, "bad_check_digit"),
            ("身份证号", "id_number", identity.impossible_birth, "impossible_date"),
            ("身份证号", "id_number", lambda number: number[:15], "bad_format"),
            ("与户主关系", "relation", lambda _: "", "missing"),
            ("与户主关系", "relation", lambda _: "家主", "unknown_code"),
        )
        rows = []
        for column, name, flaw, why in flaws:
            (row,) = self.household([next(people)])
            rows.append(row | {column: flaw(row[column]), "_bad": (name, why)})
        (twin,), (double,), (good,) = (self.household([next(people)]) for _ in range(3))
        twin["_bad"] = ("", "key_conflict")
        rows += [twin, twin | {"与户主关系": "子"}, double, double]
        keyless = good | {"户号": "", "_bad": ("household_no", "missing"), "_keyless": True}
        self.first += [*rows, keyless]
        self.second += [*rows, good]

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the households; in the second file somebody has left one, and one is new."""
        rng = self.rng
        common = [row for person in residents[:: max(1, len(residents) // 400)] for row in self.household([person])]
        for person in rng.sample(officials, len(officials) // 4):
            common += self.household([rng.choice(residents), person])
        for pair in zip(officials[::40], officials[1::40], strict=False):
            common += self.household(list(pair))
        for row in common:
            row["姓名"] = as_typed(rng, row["姓名"])
            if not row["_person"].cadre_no and happens(rng, 0.1):
                row["身份证号"] = ""
        rng.shuffle(common)
        self.first += common
        self.second += common[1:] + self.household([rng.choice(residents)])

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two files."""
        days = dict(zip((DAYS[number] for number in DELIVERED), (self.first, self.second), strict=True))
        for day, rows in days.items():
            file = f"population_{compact(day)}.csv"
            write_csv(out / RESOURCE / day / file, COLUMNS, rows, encoding="gb18030", newline="\r\n")
            truth.deliver(RESOURCE, day, file, len(rows), duplicate=count_duplicates(rows, COLUMNS), why="all households")
            truth.condemn(RESOURCE, day, file, rows, key_of=key_of)
        truth.own_all(RESOURCE, days, key_of=key_of, form_of=form_of)

    def voices(self) -> list[Voice]:
        """No rule reads it."""
        return []


def form_of(row: dict) -> str:
    """What a row gives of somebody's identity."""
    return "full_id" if row["身份证号"] else "name"


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["户号"], row["成员序号"])
