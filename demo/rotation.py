"""New secrets for the local stack, all of them: the platform's key, Airflow's keys, the passwords, the gateway's client.

It may be interrupted anywhere and run again. Whatever is started between knows the old secrets and the new ones.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from demo import airflow, credentials, databases, postgres, processes
from demo.halt import alone, stop
from demo.places import CLONE
from demo.stack import Stack
from demo.trouble import Trouble

GIVEN = ("CADRE_KEY", "AIRFLOW_CONN_WAREHOUSE")


def rotate(var: Path, *, durable: bool = True, tell: Callable[[str], None] = lambda _: None) -> None:
    """Rotate; databases that ran go on running, and what else runs has to be down. Raises Trouble where it cannot be done."""
    for name in GIVEN:
        if name in os.environ:
            raise Trouble(f"{name} is given from outside: docs/run-for-real.md says how its key is rotated.")
    with alone(var):
        if any(processes.is_alive(var / "run", name) for name in processes.names(var / "run")):
            raise Trouble("The stack is running: `make down` ends it.")
        keep_running = postgres.is_running(var)
        credentials.renew(var)
        stack = Stack(var, with_airflow=False, durable=durable)
        try:
            stack.start()  # which gives the logins their new passwords
            _move(stack, tell)
        finally:
            if not keep_running:
                stop(var)
        credentials.forget_before(var)
    tell(
        "Every secret of this stack is new; `make -s dsn` has the reader's, var/airflow/passwords.json those of Airflow's pages."
    )


def _move(stack: Stack, tell: Callable[[str], None]) -> None:
    """Have the platform, and Airflow where there is one, seal everything under their new keys."""
    tell("Sealing the platform's data anew ...")
    _run("The platform", [sys.executable, "-m", "cadre_cloud.commands.rotate_keys"], stack)
    if databases.airflow_version(stack.ports["postgres"], stack.secrets):
        tell("Sealing Airflow's connections and variables anew ...")
        _run("Airflow", [*airflow.COMMAND, "rotate-fernet-key"], stack)


def _run(who: str, command: list[str], stack: Stack) -> None:
    done = subprocess.run(command, cwd=CLONE, env=stack.environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Trouble(f"{who} could not seal everything anew: {lines[-1] if lines else f'code {done.returncode}'}")
