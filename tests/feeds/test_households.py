"""What stays of the city's households: which officials are kin, then and now, and nothing that a reader sees."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from chain_in_process import run_day
from feed_cases import FOLDER, States
from homes import Home, settled_in
from readers import admit, login

from cadre_cloud.warehouse.connection import connect
from cadre_cloud.warehouse.decisions import Decision, decide

TABLES = ("record", "mention", "link")
COUPLE = ("C0001", "C0007", "spouse")
JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (6, 7, 8))


@pytest.fixture
def after(states: States, tmp_path: Path) -> Callable[[str], Home]:
    return lambda case: states.lodging(tmp_path / case, f"population/{case}")


def kin(home: Home, on: date | None = None) -> list[tuple[str, str, str]]:
    with psycopg.connect(home.owner) as warehouse:
        warehouse.execute("select set_config('cadre.as_of', coalesce(core.known_at(%s)::text, ''), true)", [on])
        return warehouse.execute("select distinct cadre_a, cadre_b, kind from core.household_kin order by 1, 2").fetchall()


def rows(home: Home, table: str) -> list[dict[str, Any]]:
    return home.rows(f"select * from core.{table} where resource = 'population'")


def test_of_officials_of_whom_no_two_live_together_no_table_has_a_row(after: Callable[[str], Home]) -> None:
    home = after("nobody_together")
    assert home.one("select linked from ledger.delivery where resource = 'population'") == 5
    assert [table for table in TABLES if rows(home, table)] == []


def test_kin_are_who_live_together_and_were_as_it_was_known_then(after: Callable[[str], Home]) -> None:
    home = after("moved_back")
    assert kin(home) == kin(home, JUNE) == kin(home, AUGUST) == [COUPLE]
    assert kin(home, JULY) == [("C0002", "C0007", "collateral")]


def test_who_joins_the_roster_is_kin_of_an_official_who_was_there(after: Callable[[str], Home]) -> None:
    assert kin(after("newcomer")) == [COUPLE, ("C0008", "C0009", "spouse")]


def test_who_is_left_alone_is_held_no_more(after: Callable[[str], Home]) -> None:
    home = after("moved")
    for table in ("record", "mention"):
        held = home.rows(f"select source_key from core.{table} where resource = 'population' and known_to is null")
        assert "H52990100001|1" not in [row["source_key"] for row in held]


@pytest.mark.parametrize(
    ("verdicts", "then", "found"),
    [
        (["different"], "first_day", []),
        (["different", "same"], "first_day", [COUPLE]),
        (["different", "same"], "somebody_else", []),
    ],
)
def test_a_person_says_who_lives_there(
    after: Callable[[str], Home], verdicts: list[str], then: str, found: list[tuple[str, ...]]
) -> None:
    home = after("first_day")
    home.run("select core.admit_to('cadre_reviewer', 'a reviewer', '')")
    with settled_in(home):
        for verdict in verdicts:
            with connect() as warehouse:
                one = Decision("population", "H52990100001|2", 1, "C0007", verdict, "a reviewer", "asked")
                assert decide(warehouse, one, datetime.now(UTC))
                warehouse.commit()
        sent = next((FOLDER / "population" / then).glob("*.csv")).read_bytes()
        later = home.folder / "city" / "population" / "2027-01-01" / "population_20270101.csv"
        later.parent.mkdir(parents=True)
        later.write_bytes(sent + "H52990300005,1,吴有福,529901195005050014,户主\n".encode("gb18030"))  # no longer the same bytes
        run_day(home, home.folder / "city", date(2027, 1, 1), ["population"])
    assert kin(home) == found
    assert sum(row["verdict"] == "same" and row["known_to"] is None for row in rows(home, "link")) == 2 * len(found)


def test_readers_see_neither_a_row_nor_whose_it_is(after: Callable[[str], Home]) -> None:
    home = after("bad_rows")
    admit(home, "reader_of_all", "5299")
    admit(home, "reviewer_of_all", "5299", group="cadre_reviewer")
    assert all(rows(home, table) for table in TABLES)
    views = ("core.link", "core.held_link", "core.held_record", "core.known_record", "mart.record", "mart.quarantine")
    for role in ("reader_of_all", "reviewer_of_all"):
        with login(home, role) as reader:
            for view in views:
                seen = reader.execute(f"select source_key from {view} where resource = 'population'").fetchall()
                assert {key for (key,) in seen} <= {None}, view
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("select * from core.household_kin")
