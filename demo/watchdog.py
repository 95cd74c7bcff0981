"""Starts again what ended without having been asked to, as a service manager does with `Restart=always`.

What a killed process leaves running is ended first, as systemd does by default: it would go on beside the new one.
"""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from demo import airflow, postgres
from demo.trouble import Trouble

if TYPE_CHECKING:
    from demo.stack import Stack

PAUSE, AFTER_FAILURE = 0.2, 5.0


class Watchdog:
    """Watches the databases and Airflow's components of a running stack, for the time of a `with`."""

    def __init__(self, stack: "Stack") -> None:
        """Keep what to watch."""
        self._stack, self._over = stack, threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog")

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
