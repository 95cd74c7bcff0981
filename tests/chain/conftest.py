"""Each test begins with the day of the chain that it wants behind it."""

from collections.abc import Callable

import pytest

from .chain import Chain


@pytest.fixture(scope="session")
def truth(chain: Chain) -> Callable[[str], list[dict[str, str]]]:
    """Read what is really so in the city."""
    return chain.truth
