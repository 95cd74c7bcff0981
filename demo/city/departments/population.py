"""The city's households, twice: officials among residents, and officials in one household, of whom alone anything is kept."""

import random
from collections import defaultdict
from pathlib import Path

from demo.city import identity
from demo.city.cast import PERSONNEL_PARTS, Cast
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
HEAD, SPOUSE, SON, DAUGHTER, NO_KIN = "户主", "配偶", "子", "女", "其他"
OTHERS = (SPOUSE, SON, DAUGHTER, "父", "母", "兄弟姐妹")
FLAWS = (
    ("姓名", "person_name", lambda _: "", "missing"),
    ("身份证号", "id_number", identity.wrong_check_digit, "bad_check_digit"),
    ("身份证号", "id_number", identity.impossible_birth, "impossible_date"),
    ("身份证号", "id_number", lambda number: number[:15], "bad_format"),
    ("与户主关系", "relation", lambda _: "", "missing"),
    ("与户主关系", "relation", lambda _: "家主", "unknown_code"),
)


class Department:
    """Of a row, `_person` is whom it is really about; a resident's may come without a number."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a household."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], list[dict]] = ([], [])
        self.joining: dict[str, int] = {}  # officials who join the roster, and on which of the days

    def household(self, *people: Person, relations: tuple[str, ...] = ()) -> list[dict]:
        """The rows of a new household; the first is its head, unless it is said what they are."""
        self.serial += 1
        relations = relations or (HEAD, *(self.rng.choice(OTHERS) for _ in people[1:]))
        number = f"H{people[0].home}{self.serial:07d}"
        return [
            {"户号": number, "成员序号": str(place), "姓名": person.name, "身份证号": person.id_number, "与户主关系": relation}
            | {"_person": person}
            for place, (person, relation) in enumerate(zip(people, relations, strict=True), start=1)
        ]

    def deliver(self, first: list[dict], second: list[dict]) -> None:
        """Have rows stand in the first file, and in the second."""
        self.days[0].extend(first)
        self.days[1].extend(second)

    def plant(self, cast: Cast, _roster: Roster) -> None:
        """Plant officials who live together, come together or part, and who do not, and bad rows."""
        residents = iter(self.rng.sample(cast.people.residents, 20))
        self.joining = {person.cadre_no: day for day, people in cast.newcomers.items() for person in people}
        changing = {cast.parts[part].cadre_no for part in PERSONNEL_PARTS} | self.joining.keys()
        changing |= {person.cadre_no for person in cast.left}
        settled = iter([person for person in cast.people.officials if person.cadre_no not in changing])
        for relations, people in (
            ((HEAD, SPOUSE), [next(settled), next(settled)]),
            ((HEAD, SPOUSE, SON), [next(settled), next(settled), next(residents)]),
            ((HEAD, SON, DAUGHTER), [next(residents), next(settled), next(settled)]),
            ((HEAD, SPOUSE), [next(settled), cast.newcomers[1][0]]),
            ((HEAD, NO_KIN), [next(settled), next(settled)]),
            ((HEAD, SPOUSE), [next(settled), next(residents)]),
            ((HEAD, SPOUSE), [twice := next(settled), twice]),
        ):
            rows = self.household(*people, relations=relations)
            self.deliver(rows, rows)
        parting, meeting = (self.household(next(settled), next(settled), relations=(HEAD, SPOUSE)) for _ in range(2))
        self.deliver(parting, parting[:1])
        self.deliver(meeting[:1], meeting)
        self._spoil([self.household(next(residents))[0] for _ in range(9)])

    def _spoil(self, rows: list[dict]) -> None:
        """Bad rows, one of each kind; where the key cannot be read they are mended in the second file."""
        flawed, (twin, double, good) = rows[:6], rows[6:]
        bad = [
            row | {column: flaw(row[column]), "_bad": (name, why)}
            for row, (column, name, flaw, why) in zip(flawed, FLAWS, strict=True)
        ]
        twin["_bad"] = ("", "key_conflict")
        bad += [twin, twin | {"与户主关系": SON}, double, double]
        self.deliver([*bad, good | {"户号": "", "_bad": ("household_no", "missing"), "_keyless": True}], [*bad, good])

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the households; in the second file somebody has left one, and one is new."""
        rng = self.rng
        common = [row for person in residents[:: max(1, len(residents) // 400)] for row in self.household(person)]
        for person in rng.sample(officials, len(officials) // 4):
            common += self.household(rng.choice(residents), person)
        for pair in zip(officials[::40], officials[1::40], strict=False):
            common += self.household(*pair)
        for row in common:
            row["姓名"] = as_typed(rng, row["姓名"])
            if not row["_person"].cadre_no and happens(rng, 0.1):
                row["身份证号"] = ""
        rng.shuffle(common)
        gone = next(row for row in common if not row["_person"].cadre_no)
        self.deliver(common, [*(row for row in common if row is not gone), *self.household(rng.choice(residents))])

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two files."""
        for number, rows in zip(DELIVERED, self.days, strict=True):
            day, file = DAYS[number], f"population_{compact(DAYS[number])}.csv"
            write_csv(out / RESOURCE / day / file, COLUMNS, rows, encoding="gb18030", newline="\r\n")
            truth.deliver(RESOURCE, day, file, len(rows), duplicate=count_duplicates(rows, COLUMNS), why="all households")
            truth.condemn(RESOURCE, day, file, rows, key_of=key_of)
        for number, rows in enumerate((self.days[0], *self.days)):  # between the two the first still stands
            self._own(truth, number, rows)

    def _own(self, truth: Truth, number: int, rows: list[dict]) -> None:
        """Say whose the rows are that stand on a day: an official's where another lives there as kin, else nobody's."""
        homes = defaultdict(set)
        for row in rows:
            cadre_no = row["_person"].cadre_no
            if cadre_no and row["与户主关系"] != NO_KIN and self.joining.get(cadre_no, 0) <= number:
                homes[row["户号"]].add(cadre_no)
        for row in rows:
            if not row.get("_keyless"):
                together = row["与户主关系"] != NO_KIN and len(homes[row["户号"]]) > 1
                person = row["_person"] if together else None
                truth.own(RESOURCE, DAYS[number], row, key_of(row), person, form=form_of(row))

    def voices(self) -> list[Voice]:
        """No rule reads it."""
        return []


def form_of(row: dict) -> str:
    """What a row gives of somebody's identity."""
    if row["与户主关系"] == NO_KIN:
        return "none"
    return "full_id" if row["身份证号"] else "name"


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["户号"], row["成员序号"])
