"""What a person decided goes on standing when the record changes, leaves or comes back, and can be undone then as before.

But not when the record names somebody else, whom nothing holds to be that official.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import publish, run_day
from feed_cases import FOLDER, Case, States
from homes import Home, settled_in
from test_review import row, take

SENT = FOLDER / "court" / "first_day" / "court_20260601.csv"
DEBTOR, ASKED = "(2026)黔9901执00001号|1", "(2026)黔9901执00008号|1"
OF_AUDIT = """
select source_key, mention_no, cadre_no, verdict, decided_by, reason from core.link
where resource = 'audit' and source_key ~ 'SJ20260000[135].0[12]' and known_to is null
order by source_key, mention_no, cadre_no"""
DAYS = [date(2026, 6, 2), date(2026, 6, 3)]

NAMED_NO_MORE = "the record names somebody else now, or nobody, or no declared relative any more"


@pytest.fixture
def loaded(states: States, tmp_path: Path) -> Iterator[Home]:
    """A home in which the court's first day has run: of one record the machine has said whose it is, of one it asks."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    with settled_in(home):
        let_review(home)
        yield home


def let_review(home: Home) -> None:
    for name in ("李审", "赵审"):
        home.run("select core.admit_to('cadre_reviewer', %s, '')", [name])


def deliver(home: Home, day: date, amount: str, without: str = "") -> None:
    """Run a day of the court's on which every row says another amount, without the rows of one case."""
    with SENT.open(encoding="gb18030", newline="") as file:
        rows = [{**sent, "执行标的": amount} for sent in csv.DictReader(file) if not without or sent["案号"] != without]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    folder = home.folder / "city" / "court" / day.isoformat()
    folder.mkdir(parents=True)
    (folder / f"court_{day:%Y%m%d}.csv").write_bytes(out.getvalue().encode("gb18030"))
    run_day(home, home.folder / "city", day, ["court"])
    assert home.rows("select cause from ledger.failure") == []


def known(home: Home, key: str) -> list[tuple]:
    rows = home.rows("select cadre_no, (detail ->> 'amount')::numeric, left_on from mart.record where source_key = %s", [key])
    return [tuple(found.values()) for found in rows]


def test_not_this_one(loaded: Home) -> None:
    """The machine was sure, a person knows better."""
    state = "select state from mart.alert where cadre_no = 'C0001' and rule = 'dishonest_debtor'"
    assert loaded.one(state) == "new"
    assert take(row("different", "C0001", source_key=DEBTOR)).new == 1
    publish(date(2026, 6, 1))
    assert (known(loaded, DEBTOR), loaded.one(state)) == ([], "retracted")
    deliver(loaded, DAYS[0], "5000.00")
    deliver(loaded, DAYS[1], "6000.00")
    assert (known(loaded, DEBTOR), loaded.one(state)) == ([], "retracted")
    assert take(row("same", "C0001", source_key=DEBTOR, who="赵审")).new == 1
    publish(DAYS[1])
    assert (known(loaded, DEBTOR), loaded.one(state)) == ([("C0001", 6000, None)], "new")


def test_this_one(loaded: Home) -> None:
    """The machine asked, a person answered."""
    assert take(row("same", "C0008", source_key=ASKED)).new == 1
    deliver(loaded, DAYS[0], "5000.00")
    assert known(loaded, ASKED) == [("C0008", 5000, None)]
    deliver(loaded, DAYS[1], "5000.00", without="（2026）黔9901执00008号")
    assert known(loaded, ASKED) == [("C0008", 5000, DAYS[1])]
    assert take(row("different", "C0008", source_key=ASKED, who="赵审")).new == 1
    assert known(loaded, ASKED) == []
    assert loaded.rows("select * from mart.link_review") == []


def test_not_this_one_and_yet(loaded: Home) -> None:
    """It left the snapshot between."""
    assert take(row("different", "C0008", source_key=ASKED)).new == 1
    deliver(loaded, DAYS[0], "5000.00", without="（2026）黔9901执00008号")
    deliver(loaded, DAYS[1], "6000.00")
    assert take(row("same", "C0008", source_key=ASKED, who="赵审")).new == 1
    assert known(loaded, ASKED) == [("C0008", 6000, None)]


def test_somebody_else(states: States, tmp_path: Path) -> None:
    """The audit's cells name others later, or in another order; a former name in place of the present one is no other."""
    with settled_in(states.lodging(tmp_path / "home", "audit/second_month")) as home:
        let_review(home)
        gone = [("SJ202600001|01", 2, "C0002"), ("SJ202600001|02", 1, "C0001"), ("SJ202600003|01", 1, "C0007")]
        stays = ("SJ202600005|01", 1, "C0002")
        rows = [row("same", no, resource="audit", source_key=key, mention_no=number) for key, number, no in [*gone, stays]]
        assert take(*rows).new == len(rows)
        publish(date(2026, 7, 2))
        alert = "select state from mart.alert where cadre_no = 'C0007' and rule = 'audit_overdue'"
        assert home.one(alert) == "new"
        case = Case(FOLDER / "audit" / "other_names")
        case.lay(home.folder / "city")
        run_day(home, home.folder / "city", case.day, ["audit"])
        assert home.rows("select cause from ledger.failure") == []
        assert [tuple(held.values()) for held in home.rows(OF_AUDIT)] == sorted([
            ("SJ202600001|01", 1, "C0001", "withdrawn", "machine", None),
            ("SJ202600001|01", 1, "C0002", "undecided", "machine", None),
            *((*pair, "withdrawn", "machine", NAMED_NO_MORE) for pair in gone),
            ("SJ202600003|01", 1, "C0008", "undecided", "machine", None),
            ("SJ202600003|01", 2, "C0007", "undecided", "machine", None),
            ("SJ202600003|01", 2, "C0008", "withdrawn", "machine", None),
            (*stays, "same", "李审", "查了档案"),
        ])  # fmt: skip
        assert home.one(alert) == "retracted"
        # The record that is about nobody by now is not kept, and the new name in it was never written.
        assert home.rows("select from core.record where source_key = 'SJ202600001|02' and known_to is null") == []
        written = "select from core.{} where source_key = 'SJ202600001|02' and known_from = core.known_at(%s)"
        assert [home.rows(written.format(table), [case.day]) for table in ("record", "mention")] == [[], []]
