"""Starts again what ended without having been asked to, as a service manager does with `Restart=always`.

What a killed process leaves running is ended first, as systemd does by default: it would go on beside the new one. A scheduler
that lives and gives no sign of it has ended as well: one that loses its database stops, but first waits for its workers, one of
which may not have heard of it (seen in Airflow 3.3's LocalExecutor), for ever.
"""

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

import psycopg

from demo import airflow, postgres
from demo.trouble import Trouble

if TYPE_CHECKING:
    from demo.stack import Stack

PAUSE, AFTER_FAILURE = 0.2, 5.0
SILENCE = 60.0  # seconds; a scheduler that is well says so every five
BETWEEN_LISTENING = 5.0


class Watchdog:
    """Watches the databases and Airflow's components of a running stack, for the time of a `with`."""

    def __init__(self, stack: "Stack") -> None:
        """Keep what to watch."""
        self._stack, self._over = stack, threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog")
        self._scheduler = Pulse()

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Let things end from now on."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        pause = PAUSE
        while not self._over.wait(pause):
            try:
                self._look()
                pause = PAUSE
            except psycopg.OperationalError:
                pause = PAUSE  # its database has just gone away, and is started at the next look
            except Trouble:  # a server that does not start; its log says why
                pause = AFTER_FAILURE

    def _look(self) -> None:
        stack = self._stack
        for folder, name in stack.servers:
            if not postgres.is_running(folder):
                stack.tell(f"PostgreSQL for {name} again")
                stack.start_postgres(folder, name)
        for name in airflow.ended(stack.run):
            stack.tell(f"Airflow's {name} again")
            stack.start_again(name)
            self._scheduler = Pulse()
        if self._scheduler.is_due() and self._scheduler.has_stopped(self._heartbeat()):
            stack.tell("Airflow's scheduler again, which lived and said nothing")
            stack.start_again("scheduler")
            self._scheduler = Pulse()

    def _heartbeat(self) -> str | None:
        """The last sign of life that a scheduler gave, None while nobody can be asked."""
        try:
            with psycopg.connect(self._stack.airflow_address) as airflow_database:
                beat = airflow_database.execute("select max(latest_heartbeat)::text from job where job_type = 'SchedulerJob'")
                return next(iter(beat))[0]
        except psycopg.Error:
            return None


class Pulse:
    """What is heard of one process, by a clock that nobody sets."""

    def __init__(self) -> None:
        """Begin to listen, as if something had been heard just now."""
        self._beat: str | None = None
        self._heard = self._listened = time.monotonic()

    def is_due(self) -> bool:
        """Whether to listen again."""
        return time.monotonic() - self._listened > BETWEEN_LISTENING

    def has_stopped(self, beat: str | None) -> bool:
        """Whether nothing new was heard for too long; while nobody can be asked, nothing is held against it."""
        self._listened = time.monotonic()
        if beat is None or beat != self._beat:
            self._beat, self._heard = beat, self._listened
        return self._listened - self._heard > SILENCE
