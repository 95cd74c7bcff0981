"""A home whose contracts can be changed, and the commands of people who work in it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from chain_in_process import contract_of
from feed_cases import FOLDER, Case, States
from homes import clone, settled_in
from office import REAL, Command, Office

from cadre_cloud.commands.common import carry_out
from cadre_cloud.mail import recipients
from cadre_cloud.warehouse.connection import connect
from demo.stack import Stack


@pytest.fixture
def office(stack: Stack, states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The roster is known, and nothing else yet."""
    home = clone(stack, tmp_path / "home", states.after(Case(FOLDER / "personnel" / "roster").chain))
    for folder in ("dags/feeds", "expectations", "sql"):
        copytree(REAL / folder, tmp_path / "checkout" / folder)
    with settled_in(home):
        monkeypatch.setenv("CADRE_HOME", str(tmp_path / "checkout"))
        with connect() as warehouse:
            recipients.load(warehouse)
        yield Office(home, tmp_path / "checkout")
    contract_of.cache_clear()  # it may have been read here


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Carry out a command; gives its exit code and what it says on stdout and stderr."""

    def run(module: Any, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", [module.__name__, *arguments])
        capsys.readouterr()
        code = carry_out(module.main)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
