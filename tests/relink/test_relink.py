"""A new version of the linker: what it would say otherwise is shown before it takes over, and what people decided stands."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from dump import whole
from feed_cases import States
from homes import Home, settled_in

from cadre_cloud.commands import relink
from cadre_cloud.commands.common import carry_out
from cadre_cloud.warehouse import links, roster
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import acted_at, connect
from cadre_cloud.warehouse.decisions import Decision, decide, undo

Command = Callable[..., tuple[int, str, str]]
NO = ("(2026)黔9901执00001号|1", "C0001")  # which the machine holds to be so by a masked number
MASKED = (
    "select source_key, cadre_no from core.link where known_to is null and method = 'masked_id' and verdict = 'same' order by 1"
)
NOW = """
select source_key, cadre_no, verdict, linker from core.link where known_to is null and method = 'masked_id_incomplete'
and decided_by = 'machine' and linker = 2 order by 1"""


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    """The court's and the discipline inspection's first days, and one person's no."""
    home = states.lodging(tmp_path / "home", "court/first_day", "discipline/first_day")
    home.run("select core.admit_to('cadre_reviewer', '钱审', ''), core.admit_to('cadre_reviewer', '赵审', '529902')")
    with settled_in(home):
        with connect() as warehouse:
            decide(warehouse, Decision("court", NO[0], 1, NO[1], "different", "钱审", "查了档案"), acted_at())
        yield home


@pytest.fixture
def stricter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A next version, to which a masked number is only a question."""

    def link(*told: pa.Table) -> pa.Table:
        stated = before(*told)
        masked = pc.equal(stated["method"], "masked_id")
        for name, value in (("verdict", "undecided"), ("method", "masked_id_incomplete")):
            place = stated.column_names.index(name)
            stated = stated.set_column(place, name, pc.if_else(masked, value, stated[name]))
        return stated

    before = roster.link
    monkeypatch.setattr(roster, "link", link)
    monkeypatch.setattr(links, "VERSION", 2)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Carry out the command; gives its exit code and what it says on stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["relink", *arguments])
        capsys.readouterr()
        code = carry_out(relink.main)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_the_linker_agrees_with_itself(city: Home, command: Command) -> None:
    code, out, _ = command()
    assert (code, "0 pairs are not yet stated otherwise" in out) == (0, True)
    assert city.one("select count(*) from core.link where decided_by = 'machine' and linker is distinct from 1") == 0


@pytest.mark.usefixtures("stricter")
def test_it_is_shown_and_then_takes_over(city: Home, command: Command, tmp_path: Path) -> None:
    before, pairs = whole(city, "core", "ledger"), [tuple(row.values()) for row in city.rows(MASKED)]
    assert len(pairs) > 3 and NO not in pairs
    code, out, _ = command()
    assert (code, f"{len(pairs)} pairs are not yet stated otherwise" in out) == (0, True)
    assert [line.split()[1:] for line in out.splitlines() if line.startswith("court")] == [
        ["masked_id", "same", "masked_id_incomplete", "undecided", str(len(pairs))]
    ]
    assert not any(key in out for key, _ in pairs)
    assert whole(city, "core", "ledger") == before

    assert command("--apply")[0] == 0
    assert [tuple(row.values()) for row in city.rows(NOW)] == [(*pair, "undecided", 2) for pair in pairs]
    assert (
        city.one("select verdict from core.link where known_to is null and (source_key, cadre_no) = (%s, %s)", NO) == "different"
    )
    assert city.rows("select from mart.record where resource = 'court'") == []
    assert city.rows("select from mart.alert where rule ~ 'debtor' and state = 'new'") == []
    assert "0 pairs are not yet" in command()[1]


@pytest.mark.usefixtures("stricter")
def test_a_decision_is_not_taken_back_to_what_another_linker_said(city: Home, command: Command) -> None:
    """The pair itself was decided, so that the new one's word on it is nowhere; looking only hinders nobody."""
    assert command()[0] == 0
    with connect() as warehouse, warehouse.transaction(force_rollback=True):
        assert undo(warehouse, "钱审", acted_at())
    assert command("--apply")[0] == 0
    with connect() as warehouse, pytest.raises(Refused, match="decide it anew"):
        undo(warehouse, "钱审", acted_at())


@pytest.mark.usefixtures("stricter")
def test_the_pairs_are_for_reviewers_of_those_officials(city: Home, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    assert "reviewer" in command(f"--file={file}", "--who=nobody")[2]
    assert not file.exists()
    assert command(f"--file={file}", "--who=赵审")[0] == 0
    with file.open(encoding="utf-8", newline="") as written:
        told = [(row["source_key"], row["cadre_no"]) for row in csv.DictReader(written)]
    theirs = {row["cadre_no"] for row in city.rows("select cadre_no from core.cadre_now where managed_by = '529902'")}
    assert told == [tuple(row.values()) for row in city.rows(MASKED) if row["cadre_no"] in theirs]
    assert told and file.stat().st_mode & 0o077 == 0


def test_what_left_the_landing_is_judged_by_what_the_core_holds(city: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of changes that came long ago no bytes are there any more."""
    city.run("update ledger.delivery set expired_at = now() where resource = 'discipline'")
    held = city.one("select count(*) from core.link where resource = 'discipline' and known_to is null and method = 'full_id'")
    assert held > 3

    with monkeypatch.context() as patch:
        before = roster.link
        patch.setattr(roster, "link", lambda *told: before(*told).slice(0, 0))
        found = relink.judge_again([relink.contracts.named("discipline")], apply=False)
    assert sum(row["method_before"] == "full_id" and row["verdict_now"] is None for row in found) == held
