"""A home in which a drawer of forms was emptied, and the commands of people who work in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from feed_cases import States
from homes import Home, settled_in

from cadre_cloud.commands.common import carry_out


@pytest.fixture
def home(states: States, tmp_path: Path) -> Iterator[Home]:
    home = states.lodging(tmp_path / "home", "approval_form/first_day")
    with settled_in(home):
        yield home


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Carry out a command; gives its exit code and what it says on stdout and stderr."""

    def run(module: Any, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", [module.__name__, *arguments])
        capsys.readouterr()
        code = carry_out(module.main)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
