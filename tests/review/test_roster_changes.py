"""What the roster says anew takes effect on the links that rest on it, and whoever follows is told."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import run_day
from feed_cases import FOLDER, States
from homes import Home, settled_in
from test_review import row, take

from cadre_cloud.warehouse.connection import known_at

DAY, NEXT = date(2026, 6, 2), date(2026, 6, 3)
CHANGES = (
    "select object, key, cadre_no, kind from mart.change(%s) where object in ('record', 'cadre', 'alert') order by 1, 2, 3, 4"
)
RULE = "select rule from core.alert where alert_no = %s"
ASKED = """
select l.source_key, l.cadre_no, l.evidence from core.link l
where l.resource = 'audit' and l.known_to is null and l.verdict = 'undecided' and l.cadre_no = 'C0001'"""
WRONG, RIGHT = "true,132,2010-03-01,2016-05-31", "true,132,2000-03-01,2004-05-31"


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (
            "number_corrected",
            {
                ("cadre", "C0001", "C0001", "changed"),
                ("cadre", "C0005", "C0005", "changed"),
                ("record", "court|(2026)黔9901执00001号\\|1", "C0001", "unlinked"),
                ("record", "court|(2026)黔9902执00005号\\|1", "C0005", "new"),
                ("record", "discipline|云岭纪〔2026〕1号", "C0001", "unlinked"),
                ("record", "discipline|云岭纪〔2026〕7号", "C0005", "new"),
                ("alert", "dishonest_debtor", "C0001", "retracted"),
                ("alert", "dishonest_debtor", "C0005", "new"),
                ("alert", "discipline_effect_period", "C0001", "retracted"),
                ("alert", "discipline_effect_period", "C0005", "new"),
            },
        ),
        (
            "renamed",
            {
                ("cadre", "C0005", "C0005", "changed"),
                ("record", "discipline|云岭纪〔2026〕6号", "C0005", "new"),
                ("alert", "discipline_effect_period", "C0005", "new"),
            },
        ),
        ("retired", {("cadre", "C0007", "C0007", "changed")}),
    ],
)
def test_a_number_a_name_and_a_retirement(states: States, tmp_path: Path, case: str, told: set[tuple[str, ...]]) -> None:
    """Of who retires the links stay."""
    home = states.lodging(tmp_path / "home", f"personnel/{case}")
    found = {tuple(change.values()) for change in home.rows(CHANGES, [known_at(DAY)])}
    rules = {key: home.one(RULE, [key]) for name, key, *_ in found if name == "alert"}
    assert {(name, rules.get(key, key), cadre, kind) for name, key, cadre, kind in found} == {
        (name, key.replace("\\", ""), cadre, kind) for name, key, cadre, kind in told
    }


@pytest.fixture
def audited(states: States, tmp_path: Path) -> Iterator[Home]:
    """The audit has named officials by their units and posts, which asks a question of each."""
    home = states.lodging(tmp_path / "home", "audit/first_day", with_exchange=True)
    home.run("select core.admit_to('cadre_reviewer', '李审', '')")
    with settled_in(home):
        yield home


def appoint(home: Home, day: date, wrong: str, right: str) -> None:
    """Have an appointment be otherwise from a day on, on which the audit sends nothing."""
    rows = (FOLDER / "appointment" / "first_day" / "rows.csv").read_text("utf-8")
    assert wrong in rows
    folder = home.folder / "city" / "appointment" / day.isoformat()
    folder.mkdir(parents=True)
    (folder / "rows.csv").write_text(rows.replace(wrong, right), "utf-8")
    run_day(home, home.folder / "city", day, ["appointment", "audit"])
    assert home.rows("select cause from ledger.failure") == []


def test_an_appointment_that_is_put_right_changes_what_speaks_for_an_official(audited: Home) -> None:
    ((before),) = audited.rows(ASKED)
    assert "unit_then" in before["evidence"]
    appoint(audited, NEXT, WRONG, RIGHT)
    ((now),) = audited.rows(ASKED)
    assert (now["source_key"], now["evidence"]) == (
        before["source_key"],
        before["evidence"].replace("unit_then", "unit_before_or_after"),
    )
    told = audited.rows("select kind from mart.change(%s) where object = 'appointment' and key = 'A0001'", [known_at(NEXT)])
    assert told == [{"kind": "changed"}]


def test_a_transfer_that_was_another_s_asks_no_longer_but_undoes_nobody_s_word(audited: Home) -> None:
    """What rests on a person's decision stands; the machine's question does not."""
    ((asked),) = audited.rows(ASKED)
    other = row("same", "C0002", resource="audit", source_key="SJ202600005|01", mention_no=1)
    assert take(other).new == 1
    appoint(audited, NEXT, "A0003,C0002,U003,财政局局长", "A0003,C0002,U001,副部长")
    assert audited.rows(ASKED) == [asked]
    assert [found["cadre_no"] for found in audited.rows("select cadre_no from mart.record where resource = 'audit'")] == ["C0002"]
