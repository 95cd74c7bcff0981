"""A city in which people look at officials, and the commands that they use."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from feed_cases import States
from homes import Home, settled_in

from cadre_cloud.commands.common import carry_out
from cadre_cloud.warehouse import looks
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import connect

FOUR = [("李审", "考察", "C0001"), ("赵审", "核实举报", "C0002"), ("李审", "任前核查", "C0001"), ("赵审", "归档", "C0003")]


@pytest.fixture(scope="module")
def shared_city(states: States, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = states.lodging(tmp_path_factory.mktemp("city") / "home", "court/first_day")
    home.run("select core.admit_to('cadre_reviewer', '李审', '529902'), core.admit_to('cadre_reviewer', '赵审', '')")
    with settled_in(home):
        yield home


@pytest.fixture
def city(shared_city: Home) -> Home:
    """Nobody has looked yet."""
    # What is append-only can be emptied by a superuser alone who puts the triggers aside.
    shared_city.run("set session_replication_role = replica; truncate core.look")
    (shared_city.var / "looks").unlink(missing_ok=True)
    return shared_city


@pytest.fixture
def looked(city: Home) -> Home:
    """Four looks."""
    for who, why, cadre_no in FOUR:
        with connect() as warehouse:
            looks.note(warehouse, Act(who, why), "command reveal", cadre_no=cadre_no)
    return city


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
