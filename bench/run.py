"""The stack under a benchmark, and modules of ours as processes of their own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench import place
from demo import halt, postgres
from demo.places import CLONE
from demo.stack import Stack
from demo.trouble import Trouble


@contextmanager
def stack() -> Iterator[None]:
    """Databases in an empty folder, and nothing left of them at the end."""
    clear()
    try:
        with Stack(place.FOLDER, with_airflow=False):
            yield
    finally:
        clear()


def clear() -> None:
    """End and remove what a run made."""
    halt.stop(place.FOLDER)
    postgres.remove(place.FOLDER)
    shutil.rmtree(place.FOLDER, ignore_errors=True)


def python(module: str, *arguments: str, env: Mapping[str, str]) -> str:
    """Run a module of ours; returns what it printed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=env, cwd=CLONE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"{' '.join([module, *arguments])} failed:\n{done.stderr[-3000:]}")
    return done.stdout
