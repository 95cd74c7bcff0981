"""One PostgreSQL a worker, with a migrated warehouse in it that every test which asks for one gets a clone of; one chain too."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Airflow is imported: it makes its folder then.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-")
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import pytest
from chain.chain import Chain
from chain.quick import small_city
from feed_cases import States
from homes import Home, lodger, without_settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from demo import postgres
from demo.stack import Stack


class OneChain(LoadFileScheduling):
    """Of several workers (`make test`) one has the chain, first of all, as it takes longest; a file's tests stay together."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "chain" if path.startswith(("tests/chain/", "tests/faults/test_kills")) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneChain:
    """Deal the tests out so."""
    return OneChain(config, log)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The databases' server, with the warehouse migrated and empty."""
    var = tmp_path_factory.mktemp("databases")
    with without_settings(), Stack(var, with_airflow=False, durable=False) as started:
        yield started
        # Nothing of it is wanted any more, so it need not write down what it has in memory.
        for folder in postgres.folders(var):
            os.kill(int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
    postgres.remove(var)


@pytest.fixture
def home(stack: Stack, tmp_path: Path) -> Iterator[Home]:
    """An empty warehouse with its surroundings, in which the product's code works while the test lasts."""
    yield from lodger(stack, lambda: tmp_path / "home")


@pytest.fixture(scope="module")
def shared_home(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The same for all tests of a file that only look at what was made once."""
    yield from lodger(stack, lambda: tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def states(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> States:
    """The states after the golden cases' days, for those cases and for whoever wants data to look at."""
    return States(stack, lambda: tmp_path_factory.mktemp("state") / "home")


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A small city's days through a real scheduler, run once; what stood after each is kept, and can be gone back to."""
    with small_city(tmp_path_factory.mktemp("chain")) as chain:
        yield chain
