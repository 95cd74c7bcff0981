"""What a department's gateway serves, as lines of three days: a record comes again under its key, and the newest form counts."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from demo.city.days import DAYS, moment_of, random_moment
from demo.city.docket import late_moment, newest_moment
from demo.city.expect import newest
from demo.city.people import Person
from demo.city.truth import Truth, source_key
from demo.city.write import write_json_lines

CURSOR, FILE = "GXSJ", "changes.jsonl"
FIRST_SERVED = "2024-06-01"  # nothing was touched before
Make = Callable[[Person, str, str, int], dict]
Flaw = tuple[str, str, object, str]  # source column, our name of it, what it says or how that is spoilt, reason


class LineFeed:
    """Of a line, `_person` is whom it is really about, `_bad` why it cannot be read."""

    resource: str
    columns: tuple[str, ...]
    key: str
    delivers: tuple[str, str]  # on the first day, and on each later one

    def __init__(self, rng: random.Random) -> None:
        """Begin without a line."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], ...] = ([], [], [])

    def add(self, line: dict, happened: str, day: int = 0) -> dict:
        """Add a record of something that happened on an ISO date, delivered on day 0, 1 or 2."""
        line.setdefault(CURSOR, moment_of(self.rng, day) if day else self._touched(happened))
        self.days[day].append(line)
        return line

    def _touched(self, happened: str) -> str:
        return random_moment(self.rng, f"{max(happened, FIRST_SERVED)}T18:00:00", "2026-05-31T18:00:00")

    def again(self, line: dict, day: int, **changes: object) -> dict:
        """Deliver a record once more, in a newer form."""
        newer = {name: value for name, value in line.items() if name != "_bad"} | {CURSOR: moment_of(self.rng, day)} | changes
        self.days[day].append(newer)
        return newer

    def spoil(self, line: dict, flaw: Flaw) -> dict:
        """Make a line one that cannot be read; returns what it said before."""
        column, name, spoilt, reason = flaw
        before = {column: line[column]}
        line[column] = spoilt(line[column]) if callable(spoilt) else spoilt
        line |= {"_bad": (name, reason), "_keyless": column == self.key}
        return before

    def flawed(self, flaws: tuple[Flaw, ...], residents: list[Person], make: Callable[[Person, int], dict]) -> None:
        """Add lines that cannot be read on two days, one of each kind, about residents."""
        for day in (0, 1):
            for flaw, person in zip(flaws, self.rng.sample(residents, len(flaws)), strict=True):
                if not day or flaw[0] != self.key:  # one line without a key is enough: two would be the same record
                    self.spoil(make(person, day), flaw)

    def everyday(
        self, residents: list[Person], size: int, since: str, make: Callable[[Person, str, str, int], dict]
    ) -> list[dict]:
        """Add so many lines of the first day and, on each later one, what is new and what comes late; returns the first day's.

        `make` adds one about something that happened between two ISO dates.
        """
        rng = self.rng
        backlog = [make(person, since, "2026-05-28", 0) for person in rng.choices(residents, k=size)]
        backlog[0][CURSOR] = newest_moment(0)
        for day in (1, 2):
            news = [make(person, "2026-05-20", DAYS[day - 1], day) for person in rng.choices(residents, k=15)]
            news[0][CURSOR] = newest_moment(day)
            for person in rng.choices(residents, k=4):
                make(person, "2026-05-01", "2026-05-20", day)[CURSOR] = late_moment(rng, day)
        return backlog[1:]

    def write(self, out: Path, truth: Truth) -> None:
        """Write the lines of each day, nearly in the order in which they were touched."""
        for day, lines in zip(DAYS, self.days, strict=True):
            place = {id(line): datetime.fromisoformat(line[CURSOR]).timestamp() + self.rng.uniform(0, 86400) for line in lines}
            lines.sort(key=lambda line: place[id(line)])
            write_json_lines(out / self.resource / day / FILE, self.columns, lines)
            truth.deliver(self.resource, day, FILE, len(lines), why=self.delivers[day != DAYS[0]])
            truth.condemn(self.resource, day, FILE, lines, key_of=self.key_of)
        truth.own_all(self.resource, dict(zip(DAYS, self.days, strict=True)), key_of=self.key_of, form_of=self.form_of)

    def states(self) -> list[dict[str, dict]]:
        """The newest form of each record on each day, by key."""
        return newest(list(self.days), self.key_of, CURSOR)

    def key_of(self, line: dict) -> str:
        """The key of a line as keys compare."""
        return source_key(line[self.key])

    def form_of(self, line: dict) -> str:
        """By which number a person is named."""
        return "full_id"
