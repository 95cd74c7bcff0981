"""A morning for all tests of the documents, and one of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import morning as mornings
import pytest
from feed_cases import States
from homes import Home, clone, settled_in

from demo.stack import Stack


@pytest.fixture(scope="session")
def every_morning(stack: Stack, states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return mornings.make(stack, states, tmp_path_factory.mktemp("morning"))


@pytest.fixture
def morning(stack: Stack, every_morning: Home, tmp_path: Path) -> Iterator[Home]:
    """A morning of the test's own."""
    home = clone(stack, tmp_path / "home", every_morning, with_exchange=False)
    with settled_in(home):
        yield home
