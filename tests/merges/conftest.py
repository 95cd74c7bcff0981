"""A city whose roster has one official twice, under two numbers; by then nobody can tell whom a department means."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chain_in_process import run_day
from feed_cases import FOLDER, States
from homes import Home, settled_in
from readers import admit
from twice import COUNTY, DAY, ONE, OTHER_COUNTY, REVIEWER, TWICE

from cadre_cloud.commands.common import carry_out

ROSTER = FOLDER / "personnel" / "roster" / "rows.csv"


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    """Of the official 李秀英, of 529902, there is another entry since the second day."""
    home = states.lodging(tmp_path / "home", "court/first_day", "family/first_day", with_exchange=True)
    head, *rows = ROSTER.read_text("utf-8").split("\nC00")
    again = next(row for row in rows if row.startswith("02"))
    folder = home.folder / "city" / "personnel" / DAY.isoformat()
    folder.mkdir(parents=True)
    (folder / "rows.csv").write_text("\nC00".join([head, *rows]).rstrip() + f"\n{TWICE}{again[2:]}\n", "utf-8")
    admit(home, REVIEWER, "5299", group="cadre_reviewer")
    admit(home, COUNTY, "529902")
    admit(home, OTHER_COUNTY, "529901")
    home.run("select core.admit_to('cadre_reviewer', '赵审', '5299'), core.admit_to('cadre_reviewer', '钱审', '529901')")
    with settled_in(home):
        run_day(home, home.folder / "city", DAY, ["personnel", "court", "family"])
        assert home.rows("select cause from ledger.failure") == []
        home.run("select core.admit_to('cadre_reviewer', '李审', '5299', %s)", [ONE])
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
