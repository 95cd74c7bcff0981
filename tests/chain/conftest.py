"""One stack and one rehearsal a session; each test begins with the day that it wants behind it."""

import csv
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from demo import halt, postgres, rehearsal, settings
from demo.city import generate
from demo.stack import Stack

from .chain import Chain

OFFICIALS, RESIDENTS = 1_200, 6_000
GIVEN = ("GATEWAY", "GATEWAY_CLIENT", "PG_BIN", "CADRE_RECIPIENTS", "CADRE_LEGAL_BASIS", "CADRE_SALTS", "CADRE_LANDING",
         "CADRE_DROP")  # fmt: skip
# Airflow's own place for a deployment's wishes: here nobody waits ten seconds for what a test has killed on purpose.
POLICY = """

def task_policy(task):
    import datetime
    task.retry_delay = datetime.timedelta(seconds=1)
    task.retry_exponential_backoff = 0
"""


class QuickStack(Stack):
    """A stack whose tasks are tried again at once."""

    def _start_airflow(self) -> None:
        with (self.home / "config" / "airflow_local_settings.py").open("a", encoding="utf-8") as policies:
            policies.write(POLICY)
        super()._start_airflow()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain") / "city"
    generate(folder, officials=OFFICIALS, residents=RESIDENTS)
    return folder


@pytest.fixture(scope="session")
def truth(city: Path) -> Callable[[str], list[dict[str, str]]]:
    """Read what is really so in the city."""

    def read(name: str) -> list[dict[str, str]]:
        with (city / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read


@pytest.fixture(scope="session")
def chain(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """The city's days, run once; what stood after each is kept, and can be gone back to."""
    var = tmp_path_factory.mktemp("stack") / "var"
    with patch.dict(os.environ), patch.object(rehearsal, "DAY_WITHIN", 240.0):
        for name in GIVEN:
            os.environ.pop(name, None)
        os.environ["CADRE_LEGAL_BASIS"] = settings.legal_bases()
        os.environ["TMPDIR"] = str(var / "tmp")  # what any process of the stack leaves there can be found
        (var / "tmp").mkdir(parents=True)
        found = rehearsal.read_city(city, None)
        try:
            with QuickStack(var, city=city, endpoints=rehearsal.endpoints(), durable=False) as stack:
                made = Chain(rehearsal.Rehearsal(found, stack, Console(file=io.StringIO())), stack)
                made.run_all_days()
                yield made
        finally:
            halt.stop(var)
            postgres.remove(var)
