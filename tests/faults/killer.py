"""Who kills, while a day goes on: at named commit points, or at instants by the clock; and keeps book of it."""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event

import psycopg
from chain.quick import QuickStack

from demo import postgres
from demo.airflow_api import AirflowApi
from demo.processes import wait_until

from .traps import Traps
from .victims import VICTIMS, Task, end_orphans, tasks

UP_WITHIN = 120.0  # seconds


@dataclass(frozen=True)
class Instant:
    """A kill: whom, and how many seconds after so many tasks more are done than at the one before, or at the day's beginning."""

    victim: str
    seconds: float
    tasks: int = 0


@dataclass(frozen=True)
class Kill:
    """What was done: whom it hit, at which point or second, and how long it took until all were there again."""

    victim: str
    at: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.victim} {self.at}, back after {self.seconds:.1f} s"


class Killer:
    """Kills in the processes of a stack, one after the other, each when all that the one before ended is there again."""

    def __init__(self, stack: QuickStack) -> None:
        self.stack = stack
        self.kills: list[Kill] = []
        # A session of `requests` is for one thread.
        self._api = AirflowApi(stack.api.address, "admin", stack.secrets["ui_admin"])

    @contextmanager
    def at_traps(self, plan: dict[str, str]) -> Iterator[None]:
        """Kill whom a plan says by the name of the trap, each when a task stands there for the first time."""
        with Traps(self.stack, list(plan)) as traps, self._meanwhile(lambda over: self._hunt(traps, plan, over)):
            yield

    @contextmanager
    def at_instants(self, instants: list[Instant], chance: random.Random) -> Iterator[None]:
        """Kill at one instant after the other, as long as the day lasts, and take each off the list."""
        with self._meanwhile(lambda over: self._strike(instants, chance, over)):
            yield

    @contextmanager
    def _meanwhile(self, hunt: Callable[[Event], None]) -> Iterator[None]:
        over = Event()
        with ThreadPoolExecutor(1) as pool:
            hunting = pool.submit(hunt, over)
            try:
                yield
            finally:
                over.set()
                try:
                    hunting.result()
                finally:
                    end_orphans(self.stack)

    def _hunt(self, traps: Traps, plan: dict[str, str], over: Event) -> None:
        try:
            while not over.wait(0.05):
                for caught in traps.caught():
                    task = traps.task(caught)
                    if caught.name not in traps.set:  # it came by again before the trap was away
                        traps.let_go(caught)
                    elif task:
                        self._kill(plan[caught.name], caught.name, task, partial(traps.let_go, caught))
                    elif traps.forget(caught):
                        self.kills.append(Kill("the one before", caught.name, 0.0))
        finally:
            traps.let_all_go()

    def _strike(self, instants: list[Instant], chance: random.Random, over: Event) -> None:
        began = time.monotonic()
        while instants:
            if self._is_over_before(instants[0], over):
                return
            victim = instants[0].victim
            running = self._running(over) if victim in ("task", "supervisor") else [None]
            if over.is_set():
                return
            self._kill(victim, f"{time.monotonic() - began:.1f} s", chance.choice(running))
            instants.pop(0)

    def _is_over_before(self, instant: Instant, over: Event) -> bool:
        """Wait for an instant; whether the day ends earlier."""
        enough = self._done() + instant.tasks
        while self._done() < enough:
            if over.wait(0.2):
                return True
        return over.wait(instant.seconds)

    def _done(self) -> int:
        """How many tasks are done, of all days."""
        with psycopg.connect(self.stack.airflow_address) as metadata:
            return metadata.execute("select count(*) from task_instance where state = 'success'").fetchone()[0]

    def _running(self, over: Event) -> list[Task]:
        """The tasks that run, or the next ones that do."""
        while not (running := tasks(self.stack)) and not over.wait(0.02):
            pass
        return running

    def _kill(self, victim: str, at: str, task: Task | None, let_go: Callable[[], None] = lambda: None) -> None:
        since, began = dt.datetime.now(dt.UTC), time.monotonic()
        VICTIMS[victim](self.stack, task)
        let_go()
        if victim == "supervisor":
            self.stack.bury(task.pid)
        elif victim != "task":
            assert wait_until(lambda: self._is_up(since), UP_WITHIN), f"{victim} did not come back"
        self.kills.append(Kill(victim, at, time.monotonic() - began))

    def _is_up(self, since: dt.datetime) -> bool:
        return postgres.is_running(self.stack.var) and not self._api.missing_since(since) & {"api-server", "scheduler"}
