"""Each command in the documents is run; one that takes long or changes the machine is at least one that there is.

A command is a line of a block in ```sh. `make` targets that are not run here have a test of their own, named here.
"""

import csv
import importlib
import re
import shlex
from pathlib import Path

import psycopg
import pytest
from documents import CHECKOUT, Block, blocks, text
from homes import Home

from cadre_cloud.command import carry_out
from cadre_cloud.decision_file import COLUMNS
from demo import __main__ as targets

# Whose work takes long, or is done with the checkout's own databases: where else it is tried.
ELSEWHERE = {
    "setup": "tests/demo_stack/test_setup.py",
    "demo": "tests/chain/test_what_came_of_it.py",
    "up": "tests/demo_stack/test_stack.py",
    "down": "tests/demo_stack/test_stack.py",
    "db": "tests/demo_stack/test_stack.py",
    "clean": "tests/demo_stack/test_stack.py",
    "rotate-keys": "tests/demo_stack/test_rotation.py",
    "soak": "tests/faults/test_kills.py",
    "test": ".ci/run",
    "lint": ".ci/run",
}
# Programs that are not ours, and change the machine: of these the files that they name are there.
OF_THE_MACHINE = ("git", "install", "systemctl", ".venv/bin/uv")
BACKUP = [line for heading in ("Back up", "Restore") for block in blocks("sh", heading=heading) for line in block.lines]
COMMANDS = sorted({line for block in blocks("sh") for line in block.lines} - {*BACKUP})  # those: test_backup.py
HELP = dict(re.findall(r"^([a-z-]+):.*## (.+)$", text("Makefile"), re.MULTILINE))


def filled_in(line: str, home: Home) -> str:
    """A command as somebody would type it on this morning: `<…>` are what is found there."""
    held = home.one("select delivery_id from ledger.delivery where state = 'held'")
    refused = home.rows("select delivery_id, row_no from ledger.quarantine where reason = 'unknown_code' order by 2")[0]
    found = {"held delivery": held, "delivery": refused["delivery_id"], "row": refused["row_no"]}
    return re.sub(r"<([a-z ]+)>", lambda match: str(found[match[1]]), line)


def decide(home: Home, file: Path) -> None:
    """A file with a person's decision on something that waits for one."""
    waits = home.rows("select resource, source_key, mention_no, cadre_no from core.link where verdict = 'undecided' limit 1")[0]
    given = {**waits, "decision": "different", "who": "engineer", "why": "another person, by the file"}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*COLUMNS, "mention_no"])
        writer.writeheader()
        writer.writerow(given)


def carried_out(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Have this process be `python -m cadre_cloud.…`."""
    assert words[:2] == ["python", "-m"]
    monkeypatch.setattr("sys.argv", words[2:])
    return carry_out(importlib.import_module(words[2]).main) or 0


def becomes(target: str, given: dict[str, str], home: Home, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The program whose place a target's process takes, with its arguments; none where it does its work itself."""
    become: list[str] = []
    monkeypatch.setattr("os.execve", lambda program, command, environment: become.extend([Path(program).name, *command[1:]]))
    monkeypatch.setattr(targets, "VAR", home.stack.var)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    getattr(targets, target)()
    return become


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("make ")])
def test_a_target(line: str, morning: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(filled_in(line, morning), comments=True)[1:]
    given = dict(word.split("=", 1) for word in words if "=" in word)
    (target,) = [word for word in words if "=" not in word and not word.startswith("-")]
    assert [name for name in given if not re.search(rf"\b{name}\b", HELP[target])] == []
    if target in ELSEWHERE:
        assert (CHECKOUT / ELSEWHERE[target]).exists()
        return
    decide(morning, tmp_path / "decisions.csv")
    monkeypatch.chdir(tmp_path)
    command = becomes(target, given, morning, monkeypatch)
    if command and command[0].startswith("python"):
        assert carried_out(["python", *command[1:]], monkeypatch) == 0
    else:
        assert command[:1] in ([], ["psql"])


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("python ")])
def test_the_platforms_own(line: str, morning: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(morning, tmp_path / "decisions.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_OWNER", morning.owner)
    assert carried_out(shlex.split(line, comments=True), monkeypatch) == 0


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("airflow ")])
def test_airflow_knows(line: str) -> None:
    """Airflow's own commands, by its own parser. `users` is of the FAB provider, which is not installed here."""
    from airflow.cli.cli_parser import get_parser  # noqa: PLC0415

    words = shlex.split(line, comments=True)[1:]
    if words[0] != "users":
        get_parser().parse_args(words)


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith(OF_THE_MACHINE)])
def test_files_of_the_checkout_are_there(line: str) -> None:
    named = [word for word in shlex.split(line) if re.match(r"(docs|demo|\.venv)/|requirements\.lock", word)]
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_none_is_left_out() -> None:
    known = ("make ", "python ", "airflow ", *OF_THE_MACHINE)
    assert [line for line in COMMANDS if not line.startswith(known)] == []
    assert [line for block in blocks("") for line in block.lines if line.startswith("make ")] == []


@pytest.mark.parametrize("block", blocks("sql"), ids=lambda block: block.lines[0][:40])
def test_a_statement(block: Block, morning: Home) -> None:
    """As the warehouse's owner, and undone; a database cannot be made in a transaction (test_backup.py makes one)."""
    with psycopg.connect(morning.owner) as owner:
        for line in block.lines:
            if not line.startswith("create database"):
                owner.execute(line.replace("…", "x"))
        owner.rollback()
