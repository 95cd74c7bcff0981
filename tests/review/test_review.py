"""A file of decisions: what is taken of it, what is said of the rest, and what stands then."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from homes import Home
from psycopg.errors import RaiseException

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands import review
from cadre_cloud.commands.decision_file import COLUMNS, BadFile
from cadre_cloud.commands.wishes import carry_out

KEY = "王明|〔2026〕1号"
DAY = date(2026, 6, 2)
Held = Callable[..., dict[str, tuple[str, str]]]


def row(decision: str, cadre_no: str = "C1", **other: Any) -> dict[str, Any]:
    said = {"resource": "court", "source_key": KEY, "who": "李审", "why": "查了档案"}
    return said | {"cadre_no": cadre_no, "decision": decision} | other


def file(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    names = [*COLUMNS, *sorted({name for one in rows for name in one} - set(COLUMNS))]
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def take(*rows: dict[str, Any]) -> review.Outcome:
    return review.review(file(*rows))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_decision_is_a_statement_with_its_author(home: Home, machine: Callable[..., None], encoding: str) -> None:
    machine("C1")
    assert review.review(file(row("same"), encoding=encoding)) == review.Outcome(new=1)
    before, now = home.rows("select * from core.link order by link_no")
    assert before["known_to"] == now["known_from"] >= before["known_from"]
    assert {name: now[name] for name in ("verdict", "method", "decided_by", "reason", "subject", "known_to", "delivery_id")} == {
        "verdict": "same", "method": "masked_id_incomplete", "decided_by": "李审", "reason": "查了档案", "subject": "self",
        "known_to": None, "delivery_id": None,
    }  # fmt: skip
    assert home.rows("select cadre_no, link_method from mart.record") == [
        {"cadre_no": "C1", "link_method": "masked_id_incomplete"}
    ]
    assert home.rows("select * from mart.link_review") == []


def test_same_withdraws_the_others_and_its_undoing_puts_them_back(machine: Callable[..., None], held: Held) -> None:
    for cadre_no in ("C1", "C2", "C3"):
        machine(cadre_no, method="several")
    take(row("different", "C3"), row("same", "C1"))
    assert held() == {"C1": ("same", "李审"), "C2": ("withdrawn", "李审"), "C3": ("different", "李审")}
    take(row("different", "C1", who="赵审"))
    assert held() == {"C1": ("different", "赵审"), "C2": ("undecided", "machine"), "C3": ("different", "李审")}


def test_a_person_may_set_the_machine_right(machine: Callable[..., None], held: Held) -> None:
    machine("C1", "same", method="full_id")
    take(row("different"))
    assert held() == {"C1": ("different", "李审")}


def test_a_file_may_say_who_it_is_not_and_who_it_is_instead(machine: Callable[..., None], held: Held) -> None:
    machine("C1")
    machine("C2")
    take(row("same", "C1"))
    assert take(row("same", "C2"), row("different", "C1")).new == 2
    assert held() == {"C1": ("different", "李审"), "C2": ("same", "李审")}


def test_the_same_file_again_changes_nothing(home: Home, machine: Callable[..., None]) -> None:
    for number in (1, 2):
        machine("C1", mention_no=number)
        machine("C2", mention_no=number)
    rows = [
        row("same", "C1", mention_no=1), row("different", "C2", mention_no=2), row("same", "C2", mention_no=1),
        row("same", "C1", mention_no=2), row("different", "C1", mention_no=2),
    ]  # fmt: skip
    first = take(*rows)
    assert (first.new, first.before, sorted(first.refused)) == (2, [], [3, 4, 5])
    before = home.rows("select * from core.link order by link_no")
    second = take(*rows)
    assert (second.new, second.before, second.refused) == (0, [2, 1], first.refused)
    assert home.rows("select * from core.link order by link_no") == before


def test_decided_the_other_way_is_a_new_statement_by_the_new_author(home: Home, machine: Callable[..., None], held: Held) -> None:
    machine("C1")
    for decision, who in (("same", "李审"), ("different", "赵审"), ("same", "钱审")):
        assert take(row(decision, who=who)).new == 1
    assert held() == {"C1": ("same", "钱审")}
    assert [r["decided_by"] for r in home.rows("select decided_by from core.link order by link_no")] == [
        "machine", "李审", "赵审", "钱审"]  # fmt: skip
    assert take(row("same", who="孙审")) == review.Outcome(before=[1])
    assert held() == {"C1": ("same", "钱审")}


REFUSED = {
    "there is no such resource": row("same", resource="5299"),
    "court: there is no record": row("same", source_key="李白|〔2026〕1号"),
    "court: there is no official": row("same", "C9"),
    "court: this official is not in question": row("same", "C3"),
    "court: source_key must not be empty": row("same", source_key=" "),
    "court: who, why must not be empty": row("same", who="", why="\u3000"),
    "court: decision has to be": row("maybe"),
    "court: who has to be a person": row("same", who="Machine"),
    "court: who and why must not hold": row("same", why="证号 529901198001011234 相符"),
    "court: mention_no has to be a number": row("same", mention_no="x"),
    "court: the record names several persons": row("same", "C2"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_bad_row_is_refused_and_the_others_are_taken(machine: Callable[..., None], held: Held, why: str) -> None:
    machine("C1")
    machine("C2")
    machine("C2", mention_no=2)
    outcome = take(REFUSED[why], row("same", "C1"))
    assert list(outcome.refused) == [1]
    assert outcome.refused[1].startswith(why)
    assert outcome.new == 1
    assert held()["C1"] == ("same", "李审")
    said = [value for name, value in REFUSED[why].items() if name not in ("resource", "decision") and len(str(value)) > 3]
    assert not [value for value in said if value in outcome.refused[1]]


def test_somebody_else_s_same_stands_until_it_is_undone(machine: Callable[..., None], held: Held) -> None:
    machine("C1")
    machine("C2")
    take(row("same", "C1"))
    assert "another official" in take(row("same", "C2")).refused[1]
    assert held() == {"C1": ("same", "李审"), "C2": ("withdrawn", "李审")}


def test_what_the_machine_withdrew_is_not_in_question(machine: Callable[..., None]) -> None:
    machine("C1", "withdrawn")
    assert "not in question" in take(row("same")).refused[1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"resource,source_key\n",
        "resource,source_key,cadre_no,decision,who,why\ncourt,王明,C1,same,李审,查了\n".encode("gb18030"),
        b"resource,source_key,cadre_no,decision,who,why\n\0,,,,,\n",
        b"who,resource,source_key,cadre_no,decision,who,why\n",
        b'resource,source_key,cadre_no,decision,who,why\ncourt,"a"b,C1,same,x,y\n',
        b"court,K,C1,same,x,y\n",
    ],
)
def test_a_file_that_is_none(home: Home, content: bytes) -> None:
    with pytest.raises(BadFile):
        review.review(content)


def test_a_row_of_another_length(machine: Callable[..., None]) -> None:
    machine("C1")
    outcome = review.review(file(row("same")) + b"court,K,C1\ncourt,K,C1,same,x,y,z\n\n")
    assert outcome.new == 1
    assert sorted(outcome.refused) == [2, 3]


def test_the_command(machine: Callable[..., None], tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    machine("C1")
    path = tmp_path / "decisions.csv"
    monkeypatch.setattr("sys.argv", ["review", str(path)])
    assert review.main() == 1
    assert "cannot be read" in capsys.readouterr().err
    path.write_bytes(file(row("same"), row("same", "C9")))
    assert review.main() == 1
    said = capsys.readouterr()
    assert said.out == "1 decisions taken, 0 taken before, 1 refused.\n"
    assert said.err == "row 2: court: there is no official with this cadre_no\n"
    path.write_bytes(file(row("same")))
    assert review.main() == 0
    assert "row 1: decided so before" in capsys.readouterr().out


def test_alerts_follow_what_people_decide(home: Home, machine: Callable[..., None]) -> None:
    machine("C1")
    assert evaluate(DAY)["raised"] == 0
    take(row("same"))
    assert evaluate(DAY) == {"raised": 1, "updated": 0, "expired": 0, "retracted": 0}
    take(row("different"))
    assert evaluate(DAY) == {"raised": 0, "updated": 0, "expired": 0, "retracted": 1}
    assert home.rows("select cadre_no, state from mart.alert") == [{"cadre_no": "C1", "state": "retracted"}]
    take(row("same"))
    assert evaluate(DAY)["raised"] == 1


def test_alerts_follow_what_was_decided_on_the_page(home: Home, machine: Callable[..., None]) -> None:
    """The DAG that the page triggers finds nothing asked for, and what was decided lately."""
    home.run("insert into ledger.publication (day, revision, published_at) values (%s, 1, now())", [DAY])
    machine("C1")
    carry_out()
    assert home.rows("select * from mart.alert") == []
    home.run("select core.decide('court', %s, 1, 'C1', 'same', '李审', '查了档案', now())", [KEY])
    assert carry_out() == 0
    assert home.rows("select cadre_no, state from mart.alert") == [{"cadre_no": "C1", "state": "new"}]
    home.run("select core.undo_decision('李审', now())")
    carry_out()
    assert home.rows("select cadre_no, state from mart.alert") == [{"cadre_no": "C1", "state": "retracted"}]


def test_what_another_decided_since_is_not_overturned_by_taking_back(
    home: Home, machine: Callable[..., None], held: Held
) -> None:
    machine("C1")
    machine("C2")
    take(row("different", "C1"))
    take(row("same", "C2", who="赵审"))
    before = held()
    with pytest.raises(RaiseException, match="decided otherwise since"):
        home.run("select core.undo_decision('李审', now())")
    assert held() == before
