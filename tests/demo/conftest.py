"""The smallest city that plays every part, made once."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.city import generate


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    generate(folder, seed=1, officials=60, residents=300)
    return folder


@pytest.fixture(scope="session")
def truth(city: Path) -> Callable[[str], list[dict]]:
    def read(name: str) -> list[dict]:
        with (city / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read
