"""Ending what runs on a `var` folder, and seeing to it that one command at a time is at work there.

Needs the standard library alone: it works where .venv is gone.
"""

import contextlib
import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from demo import airflow, postgres, processes
from demo.places import shown
from demo.trouble import Trouble


def stop(var: Path) -> None:
    """End all that runs on a `var` folder, whoever started it: Airflow, then its surroundings, then the databases.

    Takes half a minute at most, and does not let itself be interrupted.
    """
    run = var.absolute() / "run"
    with _undisturbed():
        airflow.stop(run)
        for name in processes.names(run):
            processes.stop(run, name, 5)
        postgres.stop(var.absolute())


@contextlib.contextmanager
def alone(var: Path) -> Iterator[None]:
    """Hold a `var` folder for this command alone; raises Trouble while another command holds it.

    What it and whatever it starts write there is for this user only.
    """
    private(var)
    with _writing_privately(), (var / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read() or "unknown"
            raise Trouble(f"Another command is at work on {shown(var)} (process {holder}): wait for it, or end it.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def private(folder: Path) -> None:
    """Make a folder that only this user looks into. As root there is another one who has to get through it: PostgreSQL's."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


@contextlib.contextmanager
def _writing_privately() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and its like; only the main thread gets them, and only it can."""
    main = threading.current_thread() is threading.main_thread()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if main else ()
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
