"""Who was called to account, as files that add up: of the environment and of work safety; they differ in what they tell."""

import random
from collections.abc import Callable

from demo.city import called
from demo.city.called import call, typed
from demo.city.cast import Cast
from demo.city.days import add_months
from demo.city.expect import newest
from demo.city.people import Person
from demo.city.roster import IN_OFFICE, Roster
from demo.city.truth import source_key
from demo.city.voices import Voice, on_roster

DELIVERED = (0, 2)  # on which of the days
FORMS = (called.SHORT, called.CITY, called.BARE, called.ABBREVIATED, called.MISTYPED, called.TITLED, called.UNTITLED)
Flaw = tuple[str, str, object, str]  # column, our name of it, what it holds, why it is refused


class Office:
    """Of a row, `_person` is whom it is really about, `_on` the ISO date, `_day` on which day it is delivered."""

    def __init__(self, rng: random.Random, rule: str, key: tuple[str, str], row: Callable[..., dict]) -> None:
        """Begin without a row; `row` makes one of person, name, number, unit, post and ISO date."""
        self.rng, self.rule, self.key, self.row, self.serial = rng, rule, key, row, 0
        self.days: dict[int, list[dict]] = {day: [] for day in DELIVERED}

    def account(self, person: Person, day: int = 0, form: str = "", on: str = "", **given: object) -> dict:
        """Call somebody to account."""
        self.serial += 1
        unit, post, on = call(self.rng, self.roster, person, form, on)
        told = self.row(person, typed(self.rng, person), f"{on[:4]}{self.serial:05d}", unit, post, on)
        row = told | given | {"_person": person, "_on": on, "_day": day}
        self.days[day].append(row)
        return row

    def again(self, row: dict, **changes: object) -> dict:
        """Deliver a row once more on the third day, corrected."""
        newer = {name: value for name, value in row.items() if name not in ("_bad", "_keyless")} | changes | {"_day": 2}
        self.days[2].append(newer)
        return newer

    def plant(self, cast: Cast, roster: Roster, flaws: tuple[Flaw, ...]) -> Callable[..., dict]:
        """Plant every way to name an official and every bad row; returns what plants another situation: `(part, why, …)`."""
        self.roster = roster

        def about(part: str, why: str, on: str = "2026-02-10", **given: object) -> dict:
            person = cast.plant(self.rule, f"{self.rule}: {part}", why)
            return self.account(person, on=on, form=given.pop("form", called.FULL), **given)

        for form in FORMS:
            about(form, f"the unit or the post is written {form}", form=form)
        about("told on day 3", "delivered on day 3", "2026-05-25", day=2)
        about("long ago", "older than any effect", "2023-01-10")
        left = cast.plant(self.rule, f"{self.rule}: former", "named by a post that was left", self._has_left)
        self.account(left, form=called.FORMER, on=called.held(roster, left, left=True).began)
        for namesake in cast.people.namesakes:
            self.account(namesake)
        for alike in roster.alike:
            for person in alike:
                self.account(person, form=called.FULL)
        self._flaw(flaws, cast.people.residents)
        return about

    def _has_left(self, person: Person) -> bool:
        post = called.held(self.roster, person, left=True)
        return bool(post.ended) and post.began < "2024-01-01"

    def _flaw(self, flaws: tuple[Flaw, ...], residents: list[Person]) -> None:
        """Rows that cannot be read, one of each kind; two of one key that differ, and two that do not."""
        people = self.rng.sample(residents, len(flaws) + 2)
        for (column, name, value, reason), person in zip(flaws, people, strict=False):
            row = self.account(person)
            row |= {column: value, "_bad": (name, reason), "_keyless": column in self.key}
        twin = self.account(people[-1])
        twin["_bad"] = ("", "key_conflict")
        self.days[0].append(twin | {"职务": "另一职务"})
        self.days[0].append(self.account(people[-2]))

    def fill(self, residents: list[Person], officials: list[Person], share: int) -> None:
        """Add the everyday rows of the two files; in the second some are corrected."""
        rng = self.rng
        known = [person for person in officials if self._is_known(person)]
        people = rng.choices(residents, k=max(60, len(residents) // 600)) + rng.sample(known, len(known) // share)
        backlog = [self.account(person) for person in people]
        for person in rng.choices(residents, k=10):
            self.account(person, 2)
        for row in rng.sample(backlog, 3):
            self.again(row, 职务="另一职务" if row["职务"] else "")

    def _is_known(self, person: Person) -> bool:
        row = self.roster.rows[person.cadre_no]
        return person.cadre_no in self.roster.careers[0] and row["a0163"] == IN_OFFICE

    def key_of(self, row: dict) -> str:
        """The key of a row as keys compare."""
        return source_key(*(row[column] or "" for column in self.key))

    def voice(self, loudness: Callable[[dict], str], months: Callable[[dict], int]) -> Voice:
        """What the rule would say if a person had confirmed who is meant."""

        def severity(row: dict, day: str) -> str:
            return loudness(row) if row["_on"] <= day < add_months(row["_on"], months(row)) else ""

        official = {day: [row for row in rows if row["_person"].cadre_no] for day, rows in self.days.items()}
        states = newest([official.get(day, []) for day in range(3)], self.key_of, "_day")
        return Voice(self.rule, states, severity, recognises=on_roster, waits=lambda _: True)
