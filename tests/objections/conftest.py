"""A city in which officials object to what the court says of them."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chain_in_process import contract_of, publish, run_feed
from feed_cases import FOLDER, States
from homes import Home, settled_in

from cadre_cloud.commands.common import carry_out

SENT = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_text("gb18030")


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    home = states.lodging(tmp_path / "home", "court/first_day")
    home.run("select core.admit_to('cadre_reviewer', '李审', '')")
    with settled_in(home):
        yield home


@pytest.fixture
def court(city: Home) -> Callable[..., None]:
    """Have the court deliver its file of the first day again, changed, and have the day published and the alerts follow."""

    def deliver(day: date, change: Callable[[str], str] = str) -> None:
        content = change(SENT)
        assert (content == SENT) == (change is str)
        (city.drop / "court" / f"court_{day:%Y%m%d}.csv").write_bytes(content.encode("gb18030"))
        run_feed(contract_of("court"), day)
        publish(day)

    return deliver


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
