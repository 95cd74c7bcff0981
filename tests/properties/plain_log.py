"""A plain log beside the warehouse: what became known when, and what it says was so at a moment, without any SQL.

A state maps things, which are an object of schema mart with a key and an official, to what is known of them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

Thing = tuple[str, str, str | None]
ENDED, FALLEN = ("expired", "closed"), ("retracted", "unfounded")
STAYS = ("objective", "record")  # which the views show after they left their snapshot


class Known(NamedTuple):
    """What a thing says, its first and its last day in the world, since when it has left its snapshot, and by which links."""

    value: str
    begins: date | None = None
    ends: date | None = None
    left: date | None = None
    links: tuple[int, ...] = ()


State = dict[Thing, Known]


@dataclass
class Log:
    """What was known after each step; moments never go back."""

    steps: list[tuple[datetime, State]] = field(default_factory=list)

    def append(self, moment: datetime, state: State) -> None:
        self.steps.append((moment, dict(state)))

    def as_of(self, moment: datetime) -> State:
        """What was known at a moment."""
        return next((state for at, state in reversed(self.steps) if at <= moment), {})

    def shown(self, moment: datetime, day: date | None) -> dict[Thing, str]:
        """What the views tell as of a moment: of what was true on a day, or, without one, of what had not left its snapshot."""
        cleared = {thing for thing, known in self._last.items() if known.value == "unfounded"}
        return {
            thing: known.value
            for thing, known in self.as_of(moment).items()
            if thing not in cleared and known.value != "unfounded" and _is_shown(thing[0], known, day)
        }

    def changes(self, since: datetime, until: datetime) -> dict[Thing, str]:
        """What is otherwise than before a moment, and how; what was touched and is as before, too.

        What came since and went again may have been read in between.
        """
        then, now = self.as_of(since - timedelta(microseconds=1)), self.as_of(until)
        touched, last = set(), then
        for at, state in self.steps:
            if since <= at <= until:
                touched |= {thing for thing in {*last, *state} if last.get(thing) != state.get(thing)}
                last = state
        kinds = {thing: _kind(thing[0], then.get(thing), now.get(thing)) for thing in touched}
        for thing, known in self._last.items():
            if known.value == "unfounded":  # of which no more is told than the number, to who may have seen it
                kinds.pop(thing, None)
                first, found = self._moments(thing)
                if first <= since <= found <= until:
                    kinds["alert", thing[1], None] = "retracted"
        return kinds

    @property
    def _last(self) -> State:
        return self.steps[-1][1]

    def _moments(self, thing: Thing) -> tuple[datetime, datetime]:
        """When an alert was raised first, and when it became what it is."""
        other = max(number for number, (_, state) in enumerate(self.steps) if state.get(thing) != self._last[thing])
        return next(at for at, state in self.steps if thing in state), self.steps[other + 1][0]


def _is_shown(name: str, known: Known, day: date | None) -> bool:
    if day is None:
        return known.left is None or name in STAYS
    within = (known.begins or day) <= day <= (known.ends or day)
    return within and known.value != "retracted" and (known.left is None or known.left > day or name == "objective")


def _kind(name: str, then: Known | None, now: Known | None) -> str:
    if name == "alert":
        return _kind_of_alert(then, now)
    if now is None:
        return "unlinked" if name in ("record", "form") else "retracted"
    if now.left:
        return "changed" if then and then.left else "closed"
    return "changed" if then and not then.left else "new"


def _kind_of_alert(then: Known | None, now: Known | None) -> str:
    if now is None or now.value in FALLEN:
        return "retracted"
    if now.value in ENDED:
        return "closed"
    return "changed" if then and then.value not in (*FALLEN, *ENDED) else "new"
