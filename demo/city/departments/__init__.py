"""Departments that deliver by themselves: a module each, found by its name, so that one more changes nothing else.

A module has a class `Department`, made with a stream of chance of its own.
"""

import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from demo.city.cast import Cast
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth
from demo.city.voices import Voice


class Department(Protocol):
    """What each of them does, in this order."""

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Give parts away for what must be there, and make its rows."""

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add what happens every day; no official can be taken for one of the residents, and none of the officials has a part."""

    def write(self, out: Path, truth: Truth) -> None:
        """Write what is delivered, and the truth about it."""

    def voices(self) -> list[Voice]:
        """What rules say of it."""


def every(stream: Callable[[str], random.Random]) -> list[Department]:
    """All of them, by name; each has the stream of its name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return [import_module(f"{__name__}.{name}").Department(stream(name)) for name in names]
