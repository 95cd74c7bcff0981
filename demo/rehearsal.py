"""The main job as a rehearsal: a city's days, in order, through the real Airflow. `make demo` runs it.

CITY=folder runs any city directory, DAYS=n only its first n days; YEARS=n gives the demo's city so many years of past, which
are loaded before its days. KEEP=1 goes on with the state of the last run, as a test that the same day again changes nothing.
FAULTS=seed has the sources fail in every way that passes, in an order that the seed decides, and the same has to come of it.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
import requests
import yaml
from rich.console import Console

from cadre_cloud import contracts
from demo import comparison, cpu, delivery, postgres, settings, summary
from demo.airflow_api import is_away
from demo.bad_day import BadDay
from demo.halt import stop
from demo.places import CLONE, VAR, shown
from demo.stack import Stack
from demo.trouble import Trouble, guard
from transforms.contract import Contract

DAY_WITHIN = 900.0  # seconds; a day takes a fraction of a minute
PAUSE = 0.6
QUIET = 2  # looks in a row at which nothing ran: between two runs the scheduler needs a moment
T = TypeVar("T")
STATE = ("landing", "index", "work", "duckdb", "airflow", "demo/drop", "demo/mail", "demo/bounces")


@dataclass(frozen=True)
class City:
    """A city directory: its folder, its days, the resources that it has, and the days of its past."""

    folder: Path
    days: list[str]
    resources: list[str]
    past: list[str]


class Rehearsal:
    """Carries a city's days to the platform, as the departments would, and waits for what comes of each."""

    def __init__(self, city: City, stack: Stack, console: Console) -> None:
        """Keep with whom to deal."""
        self.city, self.stack, self.console = city, stack, console
        self.feeds = contracts.expected()
        self.expected = [contract.resource for contract in self.feeds]
        self._bad_day: BadDay | None = None

    def run_day(self, day: str) -> None:
        """One business day, from what the departments deliver to the mail."""
        self._deliver(day)
        before, published = self._wait(lambda: (self._ended("mail"), self._published()), f"{day}: nobody answers")
        with self._disturbance(day) as self._bad_day:
            for names in self._waves():
                self._follow(day, {name: self._trigger(name, day) for name in names})
        self._bad_day = None
        quiet = [False] * QUIET

        def has_ended() -> bool:
            quiet[:] = [*quiet[1:], self._is_quiet(before, published)]
            return all(quiet)

        self._wait(has_ended, f"{day}: publication, alerts and mail did not end")

    def _disturbance(self, day: str) -> BadDay | nullcontext[None]:
        """What goes wrong on a day beside the gateway, by the seed in FAULTS."""
        if not settings.faults():
            return nullcontext()
        chance = random.Random(f"{settings.faults()} {day}")
        table, folder = (chance.choice(self._of_kind(kind)) for kind in ("database", "drop"))
        return BadDay(self.stack, table.source.table, self.stack.drop / folder.resource)  # type: ignore[union-attr]

    def _waves(self) -> list[list[str]]:
        """The roster's feeds, and then the others, as the hours of their contracts have them: nobody waits for long."""
        roster = [feed.resource for feed in self.feeds if feed.makes_roster]
        return [roster, [name for name in self.expected if name not in roster]]

    def _deliver(self, day: str) -> None:
        """Set the gateway's day, fill the exchange database, drop the files."""
        city, stack = self.city.folder, self.stack
        delivery.set_day(stack.gateway_address, day)
        filled = partial(delivery.fill_exchange, stack.exchange_address, city, day, self.feeds)
        self._wait(filled, f"{day}: the exchange database could not be filled")
        delivery.drop_all(city, day, self.feeds, stack.drop)

    def _of_kind(self, kind: str) -> list[Contract]:
        return [contract for contract in self.feeds if contract.source.kind == kind]

    def _trigger(self, name: str, day: str) -> str:
        """Start a feed's run and return its id."""
        run_id = f"rehearsal__{day}__{uuid4().hex[:8]}"
        return self._wait(
            lambda: self.stack.api.trigger(f"feed_{name}", {"day": day}, run_id), f"{day}: {name} could not be started"
        )

    def _follow(self, day: str, runs: dict[str, str]) -> None:
        """Show how each feed's run ends."""
        left = dict(runs)

        def some_ended() -> bool:
            running = {run_id for _, run_id in self.stack.api.running_states()}  # one question for all of them
            for name in [name for name, run_id in left.items() if run_id not in running]:
                self.console.print(f"  {day}  {name:<15} {self._outcome(name, day)}")
                del left[name]
            return not left

        with self.console.status(f"{day}: {', '.join(runs)}"):
            self._wait(some_ended, f"{day}: some feeds did not end")

    def _outcome(self, name: str, day: str) -> str:
        with psycopg.connect(warehouse_address(self.stack)) as warehouse:
            row = warehouse.execute(
                "select s.outcome, s.message, sum(d.received), sum(d.changed), sum(d.quarantined), sum(d.linked) "
                "from ledger.settlement s left join ledger.delivery d on d.resource = s.resource and d.day = s.day "
                "and d.purpose = 'daily' and d.state = 'loaded' where s.resource = %s and s.day = %s group by 1, 2", [name, day],
            ).fetchone()  # fmt: skip
        if row is None or row[0] is None:
            return "[red]not settled[/]"
        colour = {"loaded": "green", "nothing": "blue"}.get(row[0], "yellow")
        counts = f"{row[2] or 0:>8,} received {row[3] or 0:>8,} changed {row[4] or 0:>5,} refused {row[5] or 0:>7,} linked"
        return f"[{colour}]{row[0]:<8}[/]{counts}  {row[1] or ''}"

    def _is_quiet(self, mails_before: int, published_before: int) -> bool:
        """Whether nothing runs, all that settled is published, and a publication's mail has been."""
        if self.stack.api.running_states():
            return False
        news = self._published()
        if news < self._settled():
            return False
        return news == published_before or self._ended("mail") > mails_before

    def _ended(self, dag_id: str) -> int:
        return sum(run["state"] in ("success", "failed") for run in self.stack.api.runs(dag_id))

    def _settled(self) -> int:
        return self._number("select coalesce(max(revision), 0) from ledger.settlement")

    def _published(self) -> int:
        return self._number("select coalesce(max(revision), 0) from ledger.publication")

    def _number(self, query: str) -> int:
        with psycopg.connect(warehouse_address(self.stack)) as warehouse:
            row = warehouse.execute(query).fetchone()
        return row[0] if row else 0

    def _wait(self, done: Callable[[], T], otherwise: str) -> T:
        """Wait until something is done and return it; who is away, as its process has just ended, is asked again."""
        end = time.monotonic() + DAY_WITHIN
        while not (answer := _answered(done)):
            if time.monotonic() > end:
                raise Trouble(f"{otherwise} within {DAY_WITHIN:.0f} seconds (logs: {shown(self.stack.home / 'logs')}).")
            if self._bad_day:
                self._bad_day.look()
            time.sleep(PAUSE)
        return answer


def _answered(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except (requests.RequestException, psycopg.OperationalError) as error:
        if isinstance(error, requests.RequestException) and not is_away(error):
            raise
        return None


def warehouse_address(stack: Stack) -> str:
    """The warehouse, as the platform itself logs in."""
    return stack.environment["AIRFLOW_CONN_WAREHOUSE"].replace("postgres://", "postgresql://", 1)


def read_city(folder: Path, number_of_days: int | None) -> City:
    """Read what a city directory says of itself; raises Trouble where it is none."""
    try:
        said = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
        days = [str(day) for day in said["days"]][:number_of_days]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        raise Trouble(f"{folder} is no city directory: it has no city.yaml with days.") from None
    resources = sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name != "truth")
    return City(folder.absolute(), days, resources, [str(day) for day in said.get("past", [])])


def endpoints() -> dict[str, dict[str, object]]:
    """What the demo's gateway has to serve, by the contracts; of a resource that the city does not have, nothing."""
    found: dict[str, dict[str, object]] = {}
    for contract in contracts.expected():
        if contract.source.kind == "api" and contract.cursor:
            source = delivery.sources(contract)
            found[contract.resource] = {
                "path": contract.source.path,
                "cursor": source[contract.cursor],
                "key": [source[name] for name in contract.key],
                "signed": contract.source.signed,
            }
    return found


def forget_last_run(var: Path) -> None:
    """Begin anew: the databases, what was landed and what Airflow remembers of an earlier run go."""
    stop(var)
    postgres.remove(var)
    for name in STATE:
        shutil.rmtree(var / name, ignore_errors=True)


@contextmanager
def _timed(steps: list[dict[str, Any]], name: str, var: Path) -> Iterator[None]:
    began, used = time.monotonic(), cpu.seconds(var)
    yield
    steps.append({
        "name": name,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(cpu.seconds(var) - used, 1),
    })  # fmt: skip


def _number(name: str) -> int | None:
    """What the environment says under a name, if anything."""
    given = os.environ.get(name, "")
    if given and not (given.isdigit() and int(given)):
        raise Trouble(f"{name} has to be a number, 1 or more.")
    return int(given) if given else None


def _prepare_city() -> Path:
    given = os.environ.get("CITY")
    if given:
        return Path(given)
    folder = VAR / "demo" / "city"
    shutil.rmtree(folder, ignore_errors=True)
    # In a process of its own, which gives back the memory of 200,000 residents.
    command = [sys.executable, "-m", "demo.city", str(folder), f"--years={_number('YEARS') or 0}"]
    if subprocess.run(command, cwd=CLONE, check=False).returncode:
        raise Trouble("The demo's city could not be made.")
    return folder


def main() -> int:
    """Rehearse; the exit code is 0 only if the ledger balances."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    os.environ.setdefault("CADRE_LEGAL_BASIS", settings.legal_bases())  # this process reads the contracts as the tasks do
    number_of_days, steps = _number("DAYS"), []
    keep = os.environ.get("KEEP", "") not in ("", "0")
    with _timed(steps, "city", VAR):
        city = read_city(_prepare_city(), number_of_days)
    if not keep:
        forget_last_run(VAR)
    console.print(f"City {city.folder.name}: {', '.join(city.days)}; {', '.join(city.resources)}")
    without = sorted(set(city.resources) - {path.stem for path in contracts.paths()})
    if without:
        console.print(f"Left alone, as no contract is for it: {', '.join(without)}")
    stack = Stack(city=city.folder, endpoints=endpoints(), tell=lambda what: console.print(f"Starting {what} ..."))
    with ExitStack() as running:
        with _timed(steps, "stack", VAR):
            running.enter_context(stack)
        if city.past and not keep:
            with _timed(steps, "past", VAR):
                _load_past(city, stack)
        rehearsal = Rehearsal(city, stack, console)
        for day in city.days:
            with _timed(steps, day, VAR):
                rehearsal.run_day(day)
        found = summary.summarise(warehouse_address(stack), city.days, rehearsal.expected, steps)
        if settings.faults():
            _judge_faults(found, requests.get(f"{stack.gateway_address}/_book", timeout=30).json(), console)
        beside_truth = comparison.compare(city.folder, warehouse_address(stack), city.days, rehearsal.feeds)
    if beside_truth:
        found["truth"] = beside_truth
    _end(found, stack, console)
    return 0 if found["balanced"] else 1


def _load_past(city: City, stack: Stack) -> None:
    if settings.faults():
        raise Trouble("FAULTS are played on a city's days, and not on its past: leave out YEARS.")
    command = [sys.executable, "-m", "demo.past", str(city.folder)]
    if subprocess.run(command, cwd=CLONE, env=stack.environment, check=False).returncode:
        raise Trouble("The city's past could not be loaded.")


def _judge_faults(found: dict[str, Any], book: dict[str, Any], console: Console) -> None:
    """Tell what the gateway played; a request that came too early is amiss."""
    found["faults"] = book
    played = ", ".join(f"{fault} {number}" for fault, number in book["played"].items())
    console.print(f"The gateway's faults among {book['requests']} requests: {played}")
    if book["early"]:
        found["amiss"].append(f"gateway: {book['early']} requests before a Retry-After was over")
        found["balanced"] = False


def _end(found: dict[str, Any], stack: Stack, console: Console) -> None:
    path = VAR / "demo" / "summary.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1, default=str))
    summary.show(found, console)
    if "truth" in found:
        comparison.show(found["truth"], console)
    took = ", ".join(f"{step['name']} {step['seconds']} s" for step in found["steps"])
    console.print(f"Mails sent: {found['mails']}, in {shown(stack.mail)}   Summary: {shown(path)}   Took: {took}")
    console.print("Look around: `make up` (Airflow's pages), `make db` then `make psql` (the warehouse)")
    console.print("[green]The ledger balances.[/]" if found["balanced"] else "[red]The ledger does not balance.[/]")


if __name__ == "__main__":
    sys.exit(guard(main))
