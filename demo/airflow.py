"""Airflow's processes: the API server, the scheduler (with its workers), and the DAG processor.

There is no triggerer: no task here defers.
"""

import datetime as dt
import importlib.metadata
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from demo import processes
from demo.credentials import write_private
from demo.logs import last_words
from demo.places import CLONE, shown
from demo.settings import UI_USERS
from demo.trouble import Trouble

if TYPE_CHECKING:
    from demo.airflow_api import AirflowApi

# In the order in which they are ended. The scheduler is first: its tasks need the API server to end well.
COMPONENTS = ("scheduler", "dag-processor", "api-server")
# Its own server of task logs would listen on all addresses, at one port for all clones; the API server reads the files.
OPTIONS = {"scheduler": ["--skip-serve-logs"]}
MIGRATION = "db-migrate"
PATIENCE = {"scheduler": 5.0, "dag-processor": 5.0, "api-server": 5.0, MIGRATION: 0.0}
READY_WITHIN = 180.0
# -P: the folders of the clone are not to be taken for libraries of their names.
COMMAND = [sys.executable, "-P", "-m", "airflow"]


def prepare(home: Path, secrets: dict[str, str]) -> None:
    """Write what Airflow reads from its home folder: the users' passwords and the settings file of ours."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    write_private(home / "passwords.json", {user: secrets[f"ui_{user}"] for user in UI_USERS})
    shutil.copyfile(CLONE / "demo" / "airflow_local_settings.py", home / "config" / "airflow_local_settings.py")


def start_migration(run: Path, home: Path, env: Mapping[str, str], made_by: str) -> None:
    """Begin to bring Airflow's database up to this version, unless it was made by it; `finish_migration` waits.

    It takes ten seconds, which other work can use.
    """
    if made_by != version():
        processes.start(run, MIGRATION, [*COMMAND, "db", "migrate"], env=env, log=_log(home, MIGRATION))


def finish_migration(run: Path, home: Path) -> None:
    """Wait for the migration, if one was begun; raises Trouble if it failed."""
    if MIGRATION in processes.names(run) and processes.wait(run, MIGRATION) != 0:
        raise _trouble(home, MIGRATION, "failed")
    processes.stop(run, MIGRATION, 0)


def version() -> str:
    """Return the version of the installed Airflow."""
    return importlib.metadata.version("apache-airflow")


def start(run: Path, home: Path, env: Mapping[str, str], api: "AirflowApi") -> None:
    """Start all components at once and return when each has reported; raises Trouble that names one that ended."""
    since = dt.datetime.now(dt.UTC)
    for name in COMPONENTS:
        _start(run, home, env, name)
    end = time.monotonic() + READY_WITHIN
    while missing := api.missing_since(since):
        for name in COMPONENTS:
            if not processes.is_alive(run, name):
                raise _trouble(home, name, "ended while starting")
        if time.monotonic() > end:
            raise _trouble(home, min(missing), f"was not ready after {READY_WITHIN:.0f} seconds")
        time.sleep(0.2)


def start_again(run: Path, home: Path, env: Mapping[str, str], name: str) -> None:
    """Start a component that has ended, after what it left running; its log goes on."""
    processes.stop(run, name, 0)
    _start(run, home, env, name, again=True)


def stop(run: Path) -> None:
    """End all components and their tasks. A task that does not end soon is killed, and run again at the next start."""
    for name in (*COMPONENTS, MIGRATION):
        processes.stop(run, name, PATIENCE[name])


def ended(run: Path) -> list[str]:
    """Return the components that do not run."""
    return [name for name in COMPONENTS if not processes.is_alive(run, name)]


def _start(run: Path, home: Path, env: Mapping[str, str], name: str, *, again: bool = False) -> None:
    command = [*COMMAND, name, *OPTIONS.get(name, [])]
    processes.start(run, name, command, env=env, log=_log(home, name), again=again)


def _trouble(home: Path, name: str, what: str) -> Trouble:
    return Trouble(f"Airflow's {name} {what}: {last_words(_log(home, name))} (log: {shown(_log(home, name))}).")


def _log(home: Path, name: str) -> Path:
    return home / "logs" / f"{name}.log"
