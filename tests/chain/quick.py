"""A small city's stack, made for tests: whatever was killed in it is soon over."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import psycopg
from rich.console import Console

from demo import halt, postgres, rehearsal, settings
from demo.city import generate
from demo.stack import Stack

from .chain import Chain

OFFICIALS, RESIDENTS = 1_200, 6_000
DAY_WITHIN = 900.0
GIVEN = ("GATEWAY", "GATEWAY_CLIENT", "PG_BIN", "CADRE_RECIPIENTS", "CADRE_LEGAL_BASIS", "CADRE_SALTS", "CADRE_LANDING",
         "CADRE_DROP")  # fmt: skip
# Airflow's own place for a deployment's wishes: here nobody waits a quarter of a minute for what a test has killed on purpose.
POLICY = """

def task_policy(task):
    import datetime
    task.retry_delay, task.retry_exponential_backoff = datetime.timedelta(seconds=1), 0
"""
# What a killed scheduler has left is looked for often. But one that lives is not to be taken for dead, which it may be by itself
# even, because a busy machine held it up: here a death is told, and not guessed.
QUICK = {
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "2",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "120",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
}


class QuickStack(Stack):
    """A stack that is soon over it when something in it was killed."""

    def start_again(self, name: str) -> None:
        """Start a component that has ended; what a scheduler has left is taken up at once."""
        if name == "scheduler":
            self._tell_airflow("update job set state = 'failed' where job_type = 'SchedulerJob' and state = 'running'")
        super().start_again(name)

    def bury(self, task: int) -> None:
        """Nobody supervises a task's process any more: its last sign of life is as old as makes no difference."""
        self._tell_airflow(f"update task_instance set last_heartbeat_at = '2026-01-01' where state = 'running' and pid = {task}")

    def _start_airflow(self) -> None:
        with (self.home / "config" / "airflow_local_settings.py").open("a", encoding="utf-8") as policies:
            policies.write(POLICY)
        self.environment |= QUICK
        self._tell_airflow("alter role airflow set idle_in_transaction_session_timeout = '5s'")
        super()._start_airflow()

    def _tell_airflow(self, statement: str) -> None:
        with psycopg.connect(self.airflow_address) as airflow:
            airflow.execute(statement)


@contextmanager
def small_city(folder: Path) -> Iterator[Chain]:
    """A city's days, run once, on a stack that runs; what stood after each is kept, and can be gone back to."""
    city, var = folder / "city", folder / "var"
    generate(city, officials=OFFICIALS, residents=RESIDENTS)
    with patch.dict(os.environ), patch.object(rehearsal, "DAY_WITHIN", DAY_WITHIN):
        for name in GIVEN:
            os.environ.pop(name, None)
        os.environ["CADRE_LEGAL_BASIS"] = settings.legal_bases()
        os.environ["TMPDIR"] = str(var / "tmp")  # what any process of the stack leaves there can be found
        (var / "tmp").mkdir(parents=True)
        found = rehearsal.read_city(city, None)
        try:
            with QuickStack(var, city=city, endpoints=rehearsal.endpoints(), durable=False) as stack:
                chain = Chain(rehearsal.Rehearsal(found, stack, Console(file=io.StringIO())), stack)
                chain.run_all_days()
                yield chain
        finally:
            halt.stop(var)
            for server in postgres.folders(var):
                postgres.remove(server)
