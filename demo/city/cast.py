"""Who plays which part: officials set aside for the situations that are planted, each for one of a kind."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.city.people import People, Person, born_alike, give_former_name

# What happens to these in the personnel feed; what that does to their records is told where those are made.
PERSONNEL_PARTS = (
    "misnumbered",  # has a stranger's number until day 2
    "namesake's number",  # has the number of a resident of the same name until day 2
    "newcomer of day 2, sanctioned",
    "newcomer of day 2, indebted",
    "newcomer of day 3, sanctioned",
    "newcomer of day 3, indebted",
    "retires",  # on day 2
    "retired",  # long ago
    "dismissed",  # leaves the roster on day 3
    "renamed",  # has another name from day 2
    "unreadable update",  # a row of day 2 cannot be read; that of day 3 can
)
ORDINARY = 5  # officials kept free for everyday changes, however small the city
LEAST = 60  # officials that the parts need


@dataclass
class Cast:
    """The parts that are given away, and why each was planted: by rule and official."""

    people: People
    parts: dict[str, Person] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)
    strangers: dict[str, Person] = field(default_factory=dict)  # whose number stands in a misnumbered official's file
    newcomers: dict[int, list[Person]] = field(default_factory=dict)  # by day, 1 or 2
    left: list[Person] = field(default_factory=list)  # no longer in office before the first day
    free: list[Person] = field(default_factory=list)
    lendable: list[Person] = field(default_factory=list)
    lent: dict[str, set[str]] = field(default_factory=dict)  # by rule, who has a part for it

    def give(self, part: str, fits: Callable[[Person], bool] = lambda _: True) -> Person:
        """Give a part to an official who has none."""
        if part not in self.parts:
            person = next(person for person in self.free if fits(person))
            self.free.remove(person)
            self.parts[part] = person
        return self.parts[part]

    def plant(self, rule: str, part: str, why: str, fits: Callable[[Person], bool] = lambda _: True) -> Person:
        """Give a part for a rule and say why.

        In a small city even to somebody who has a part for another rule already, or who does not fit.
        """
        if part not in self.parts:
            taken = self.lent.setdefault(rule, set())
            playing = {person.cadre_no for person in self.parts.values()}
            pool = [person for person in self.lendable if person.cadre_no not in taken]
            fitting = [person for person in pool if fits(person)]
            self.parts[part] = min(fitting or pool, key=lambda person: person.cadre_no in playing)
            taken.add(self.parts[part].cadre_no)
        self.explain(rule, self.parts[part], why)
        return self.parts[part]

    def explain(self, rule: str, person: Person, why: str) -> None:
        """Say why a rule has something to say about an official, or nothing."""
        self.reasons[rule, person.cadre_no] = why

    def uninvolved(self) -> list[Person]:
        """Officials in office since before the first day who have no part."""
        others = [*self.parts.values(), *self.left, *self.newcomers[1], *self.newcomers[2]]
        involved = {person.cadre_no for person in others}
        return [person for person in self.people.officials if person.cadre_no not in involved]


def assemble(rng: random.Random, people: People) -> Cast:
    """Give away the parts that the personnel feed plays; the others are given when their records are made."""
    size = len(people.officials)
    if size < LEAST:
        raise ValueError(f"a city needs {LEAST} officials to play its parts, not {size}")
    cast = Cast(people, free=rng.sample(people.officials, size))
    del cast.free[:ORDINARY]
    for part in PERSONNEL_PARTS:
        cast.give(part)
    for day in (1, 2):
        planted = [person for part, person in cast.parts.items() if part.startswith(f"newcomer of day {day + 1}")]
        cast.newcomers[day] = planted + [cast.free.pop() for _ in range(size // 1500)]
    cast.left = [cast.parts["retired"]] + [cast.free.pop() for _ in range(size // 120)]
    for person in (cast.parts["renamed"], cast.free[-1]):
        give_former_name(rng, person)
    for part in ("misnumbered", "namesake's number"):
        official = cast.parts[part]
        name = official.name if part == "namesake's number" else ""
        cast.strangers[part] = born_alike(rng, people, official, name)
    cast.lendable = cast.free[::-1]
    return cast
