"""Each command in the documents is run; one that takes long or changes the machine is at least one that there is.

A command is a line of a block in ```sh, or stands between backticks in a sentence.
"""

import csv
import importlib
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from chain_in_process import run_day
from documents import CHECKOUT, NAMES, Block, blocks, prose, text
from feed_cases import FOLDER, Case
from homes import Home
from morning import FIRST

from cadre_cloud.commands.common import carry_out
from cadre_cloud.commands.decision_file import COLUMNS
from cadre_cloud.warehouse import merges, objections
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import acted_at, connect
from demo import __main__ as targets

# Whose work takes long, or is done with the checkout's own databases: where it is tried instead.
ELSEWHERE = {
    "make setup": "tests/demo_stack/test_setup.py",
    "make demo": "tests/chain/test_what_came_of_it.py",
    "make up": "tests/demo_stack/test_stack.py",
    "make down": "tests/demo_stack/test_stack.py",
    "make db": "tests/demo_stack/test_stack.py",
    "make rotate-keys": "tests/demo_stack/test_rotation.py",
    "make reveal": "tests/looks/test_reveal.py",
    "make soak": "tests/faults/test_kills.py",
    "make new-feed": "tests/drafts/test_new_feed.py",
    "make try": "tests/feed/test_trial.py",
    "make test": ".ci/run",
    "make lint": ".ci/run",
    ".venv/bin/python -m pytest": ".ci/run",
    ".venv/bin/python -m cadre_cloud.commands.dictionary": "tests/test_dictionary.py",
    ".venv/bin/python -m cadre_cloud.commands.who_sees_what": "tests/test_who_sees_what.py",
}
# Which no test can carry out: one asks a service on the internet, the other takes most of an hour and leaves bench/results.json.
BY_HAND = ("make audit", "make bench")
# Programs that are not ours, and change the machine: of these the files that they name are there.
OF_THE_MACHINE = ("git", "install", "systemctl", "useradd", ".venv/bin/uv")
OURS = ("make ", "python ", "airflow ")
BACKUP = [line for heading in ("Back up", "Restore") for block in blocks("sh", heading=heading) for line in block.lines]
TYPED = {line for block in blocks("sh") for line in block.lines} - {*BACKUP}  # those: test_backup.py
NAMED = {line for name in NAMES for line in re.findall(r"`([^`\n]+)`", prose(name)) if line.startswith(OURS) and "…" not in line}
BARE = re.compile(r"make [a-z-]+|python -m [\w.]+")  # what a sentence is about, and nobody is told to type
COMMANDS = sorted(TYPED | {line for line in NAMED if not BARE.fullmatch(line)})
HELP = dict(re.findall(r"^([a-z-]+):.*## (.+)$", text("Makefile"), re.MULTILINE))


def filled_in(line: str, home: Home) -> str:
    """A command as somebody would type it on this morning: `<…>` are what is found there."""
    held = home.one("select delivery_id from ledger.delivery where state = 'held'")
    refused = home.rows("select delivery_id, row_no from ledger.quarantine where reason = 'unknown_code' order by 2")[0]
    found = {"held": held, "delivery": refused["delivery_id"], "row": refused["row_no"]}
    if "<form>" in line:
        Case(FOLDER / "approval_form" / "of_nobody_known").lay(home.folder / "city")
        run_day(home, home.folder / "city", FIRST, ["approval_form"])
        found["form"] = home.one("select form_no from core.form_reading")
    found["cadre"], found["duplicate"] = (
        row["cadre_no"] for row in home.rows("select cadre_no from core.cadre_now order by 1 limit 2")
    )
    if "UNMERGE" in line:
        with connect() as warehouse:
            merges.merge(warehouse, found["cadre"], found["duplicate"], Act("reviewer", "one person"), acted_at())
    if "<key>" in line or "<objection>" in line:
        found |= objected(home, by_us="<objection>" in line)
    return re.sub(r"<([a-z]+)>", lambda match: str(found[match[1]]), line)


def objected(home: Home, *, by_us: bool) -> dict[str, str]:
    """A record about an official; and the number of an objection to it, if there is to be one."""
    record = home.rows("select source_key, cadre_no from mart.record where resource = 'court' order by 1")[0]
    found = {"key": record["source_key"], "party": record["cadre_no"]}
    if by_us:
        with connect() as warehouse:
            given = ("court", record["source_key"], record["cadre_no"], Act("the official", "settled"), acted_at())
            found["objection"] = str(objections.object_to(warehouse, *given))
    return found


def decide(home: Home, file: Path) -> None:
    """A file with a person's decision on something that waits for one."""
    waits = home.rows("select resource, source_key, mention_no, cadre_no from core.link where verdict = 'undecided' limit 1")[0]
    given = {**waits, "decision": "different", "who": "reviewer", "why": "another person, by the file"}
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*COLUMNS, "mention_no"])
        writer.writeheader()
        writer.writerow(given)


def carried_out(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Have this process be `python -m cadre_cloud.…`."""
    assert words[:2] == ["python", "-m"]
    monkeypatch.setattr("sys.argv", words[2:])
    try:
        return carry_out(importlib.import_module(words[2]).main) or 0
    except SystemExit as end:  # such as that of --help
        return int(end.code or 0)


def in_words(line: str) -> tuple[str, dict[str, str]]:
    """A target, and what it is given."""
    words = shlex.split(line, comments=True)[1:]
    (target,) = [word for word in words if "=" not in word and not word.startswith("-")]
    return target, dict(word.split("=", 1) for word in words if "=" in word)


def becomes(target: str, given: dict[str, str], home: Home, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The program whose place a target's process takes, with its arguments; none where it does its work itself."""
    become: list[str] = []
    monkeypatch.setattr("os.execve", lambda program, command, environment: become.extend([Path(program).name, *command[1:]]))
    monkeypatch.setattr(targets, "VAR", home.stack.var)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    getattr(targets, target.replace("-", "_"))()
    return become


def of(*programs: str) -> pytest.MarkDecorator:
    """The commands that begin so and are not tried elsewhere."""
    chosen = [line for line in COMMANDS if line.startswith(programs) and not line.startswith((*ELSEWHERE, *BY_HAND))]
    return pytest.mark.parametrize("line", chosen)


@pytest.mark.parametrize("line", sorted(line for line in TYPED | NAMED if line.startswith("make ")))
def test_a_target_knows_what_it_is_given(line: str) -> None:
    target, given = in_words(line)
    assert [name for name in given if not re.search(rf"\b{name}\b", HELP[target])] == []


@of("make ")
def test_a_target(line: str, morning: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, given = in_words(filled_in(line, morning))
    decide(morning, tmp_path / "decisions.csv")
    monkeypatch.chdir(tmp_path)
    command = becomes(target, given, morning, monkeypatch)
    if command and command[0].startswith("python"):
        assert carried_out(["python", *command[1:]], monkeypatch) == 0
    else:
        assert command[:1] in ([], ["psql"])


@of("python ")
def test_the_platforms_own(line: str, morning: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(morning, tmp_path / "decisions.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_OWNER", morning.owner)
    assert carried_out(shlex.split(line, comments=True), monkeypatch) == 0


@pytest.mark.parametrize("line", sorted(line for line in NAMED if line.startswith("python -m ")))
def test_there_is_such_a_module(line: str) -> None:
    assert find_spec(line.split()[2])


@of("airflow ")
def test_airflow_knows(line: str) -> None:
    """Airflow's own commands, by its own parser. `users` is of the FAB provider, which is not installed here."""
    from airflow.cli.cli_parser import get_parser  # noqa: PLC0415

    words = shlex.split(line, comments=True)[1:]
    if words[0] != "users":
        get_parser().parse_args(words)


@of(*OF_THE_MACHINE)
def test_files_of_the_checkout_are_there(line: str) -> None:
    named = [word for word in shlex.split(line) if re.match(r"(docs|demo|\.venv)/|requirements\.lock", word)]
    assert [name for name in named if not any(CHECKOUT.glob(name))] == []


def test_none_is_left_out() -> None:
    known = (*OURS, *ELSEWHERE, *BY_HAND, *OF_THE_MACHINE)
    assert [line for line in COMMANDS if not line.startswith(known)] == []
    assert [name for name in ELSEWHERE.values() if not (CHECKOUT / name).exists()] == []
    assert [name for name in (*ELSEWHERE, *BY_HAND) if not any(line.startswith(name) for line in TYPED | NAMED)] == []


STATEMENTS = [block for block in blocks("sql") if block.document != "docs/downstream.md"]  # which test_downstream.py runs


@pytest.mark.parametrize("block", STATEMENTS, ids=lambda block: block.lines[0][:40])
def test_a_statement(block: Block, morning: Home) -> None:
    """As the warehouse's owner, and undone; a database cannot be made in a transaction (test_backup.py makes one)."""
    with psycopg.connect(morning.owner) as owner:
        for line in block.lines:
            if not line.startswith("create database"):
                owner.execute(line.replace("…", "x"))
        owner.rollback()
