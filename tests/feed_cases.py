"""Golden cases: a folder with what departments sent on one day, and `expect.yaml` with what must come of it.

    <resource>/<case>/expect.yaml       in the ledger's own words
    <resource>/<case>/*                 the resource's delivery as sent (binary files as text, see `readable`)
    <resource>/<case>/<other>/*         what another resource delivered on that day

`after` names the cases whose days came before; each state is made once a session and cloned for what comes after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from chain_in_process import EVERY, run_day
from homes import Home, clone, settled_in
from readable import lay

from cadre_cloud import contracts
from cadre_cloud.contracts import ROSTER
from demo.stack import Stack

FOLDER = Path(__file__).parent / "feeds"
# Core tables that feeds fill: of each a case says which rows are known since its day.
TABLES = [*(contract.table.name for contract in map(contracts.named, EVERY) if contract.table), "form_reading"]
WORDS = {
    "day",
    "after",
    "ledger",
    "deliveries",
    "outcome",
    "quarantine",
    "records",
    "links",
    "alerts",
    "found",
    "kept",
    "spell",
    "nowhere",
    *TABLES,
}


@dataclass(frozen=True)
class Case:
    """One case by its folder."""

    folder: Path

    @property
    def name(self) -> str:
        return f"{self.resource}/{self.folder.name}"

    @property
    def resource(self) -> str:
        return self.folder.parent.name

    @cached_property
    def expect(self) -> dict[str, Any]:
        words = yaml.safe_load((self.folder / "expect.yaml").read_text(encoding="utf-8"))
        assert set(words) <= WORDS, f"{self.name}: unknown words {set(words) - WORDS}"
        return words

    @property
    def day(self) -> date:
        return self.expect["day"]

    @property
    def chain(self) -> list["Case"]:
        """The cases before this one, in order, and this one."""
        found: list[Case] = []
        for name in self.expect.get("after", []):
            path = FOLDER / name if "/" in name else self.folder.with_name(name)
            found += [case for case in Case(path).chain if case not in found]
        return [*found, self]

    @property
    def delivered(self) -> set[str]:
        """The resources that delivered on this day."""
        return {self.resource, *(path.name for path in self.folder.iterdir() if path.is_dir())}

    def lay(self, city: Path) -> None:
        """Lay this day's deliveries into a city directory."""
        for resource in self.delivered:
            folder = self.folder if resource == self.resource else self.folder / resource
            files = [path for path in folder.iterdir() if path.is_file() and path.name != "expect.yaml"]
            to = city / resource / self.day.isoformat()
            to.mkdir(parents=True, exist_ok=True)
            for path in files:
                lay(path, to)


def every_case() -> list[Case]:
    return [Case(path.parent) for path in sorted(FOLDER.glob("*/*/expect.yaml"))]


class States:
    """The state after each case, made when it is first asked for."""

    def __init__(self, stack: Stack, folder: Callable[[], Path]) -> None:
        self._stack, self._folder = stack, folder
        self._made: dict[tuple[str, ...], Home] = {}

    def after(self, chain: list[Case]) -> Home | None:
        """The home in which a chain of cases has run its days; none for no case."""
        if not chain:
            return None
        key = tuple(case.name for case in chain)
        if key not in self._made:
            self._made[key] = self._run(chain, self.after(chain[:-1]))
        return self._made[key]

    def lodging(self, folder: Path, *names: str, with_exchange: bool = False) -> Home:
        """A home of a test's own in which the days of some cases, and of those before them, have run.

        Into the departments' database only a test may write that asks for one of its own.
        """
        chain: list[Case] = []
        for name in names:
            chain += [case for case in Case(FOLDER / name).chain if case not in chain]
        return clone(self._stack, folder, self.after(chain), with_exchange=with_exchange)

    def _run(self, chain: list[Case], before: Home | None) -> Home:
        reads = {contracts.named(resource).source.kind for resource in feeds_of(chain)}
        home = clone(self._stack, self._folder(), before, with_exchange="database" in reads)
        for case in chain:
            case.lay(home.folder / "city")
        with settled_in(home):
            run_day(home, home.folder / "city", chain[-1].day, feeds_of(chain))
        return home


def feeds_of(chain: list[Case]) -> list[str]:
    """The feeds that run on a chain's last day: those that deliver, and behind a roster all that ever delivered."""
    now = chain[-1].delivered
    if not now.isdisjoint(ROSTER):
        now = {resource for case in chain for resource in case.delivered}
    return [resource for resource in EVERY if resource in now]
