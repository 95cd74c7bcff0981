"""A `var` folder with nothing left running on it, nor in /var/tmp, when its test is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import halt, postgres


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    folder.mkdir()
    yield folder
    halt.stop(folder)
    postgres.remove(folder)
