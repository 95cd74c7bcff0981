"""A day in which nothing happens, to hold others against, and who kills."""

from collections.abc import Iterator

import pytest
from chain.chain import Chain

from .killer import Killer
from .outcome import Outcome


@pytest.fixture(scope="module")
def undisturbed(chain: Chain) -> dict[str, Outcome]:
    """What comes of each day if nothing happens."""
    found = {}
    for day in chain.days:
        chain.go_to(day)
        found[day] = Outcome.of(chain)
    return found


@pytest.fixture
def killer(chain: Chain) -> Iterator[Killer]:
    """Tells whom it killed when and where, for a test that fails."""
    killer = Killer(chain.stack)
    yield killer
    for kill in killer.kills:
        print(kill)
