"""Files for spreadsheets and DuckDB: what the role reads, as of one moment, whole or not at all."""

import csv
from datetime import date
from typing import Any

import duckdb
import psycopg
import pytest
from feed_cases import States
from homes import Home, settled_in
from psycopg import sql
from psycopg.rows import dict_row

from cadre_cloud.export import KEPT, NoSuchRole, export

DAY = date(2026, 6, 2)


@pytest.fixture(scope="module")
def city(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return states.lodging(tmp_path_factory.mktemp("exports") / "home", "personnel/newcomer", "court/first_day")


@pytest.fixture
def role(city: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of a user of the pages, who reads about one county."""
    with settled_in(city):
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_WEB", city.address("cadre_web").replace("postgresql:", "postgres:"))
        yield city.one("select core.admit('a county', '529901')::text")


def in_warehouse(city: Home, role: str, name: str) -> list[dict[str, Any]]:
    """What the role reads itself."""
    with psycopg.connect(city.owner, row_factory=dict_row) as owner:
        owner.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
        return owner.execute(sql.SQL("select * from {}").format(sql.Identifier("mart", name))).fetchall()


def names(city: Home) -> set[str]:
    return {row["viewname"] for row in city.rows("select viewname from pg_views where schemaname = 'mart'")}


def test_every_object_that_the_role_reads_with_its_rows_and_no_other(city: Home, role: str) -> None:
    folder = export(role, DAY)
    there = {path.stem for path in folder.iterdir()}
    assert there < names(city)
    assert "link_review" not in there  # for reviewers
    for name in there:
        table = duckdb.sql(f"select * from '{folder / name}.parquet'")
        theirs = in_warehouse(city, role, name)
        assert len(table) == len(theirs), name
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            assert len(list(csv.DictReader(lines))) == len(theirs), name
    officials = duckdb.sql(f"select cadre_no, born_on, age from '{folder / 'cadre'}.parquet' order by 1").fetchall()
    assert officials == sorted((row["cadre_no"], row["born_on"], row["age"]) for row in in_warehouse(city, role, "cadre"))
    assert 0 < len(officials) < city.one("select count(*) from core.cadre_now")


def test_arrays_and_nothing_are_what_they_were(city: Home, role: str) -> None:
    city.run("update core.unit set short_name = '', parent_code = null where unit_code = 'U001'")
    query = f"select short_name, parent_code from '{export(role, DAY) / 'unit'}.parquet' where unit_code = 'U001'"
    assert duckdb.sql(query).fetchall() == [("", None)]


def test_a_spreadsheet_reckons_with_nothing(city: Home, role: str) -> None:
    evil = '=HYPERLINK("http://x")\n,-1'
    city.run("update core.unit set name = %s where unit_code = 'U001'", [evil])
    folder = export(role, DAY)
    with (folder / "unit.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert "'" + evil in [row["name"] for row in csv.DictReader(lines)]
    assert (evil,) in duckdb.sql(f"select name from '{folder / 'unit'}.parquet'").fetchall()


def test_the_same_day_again_replaces_it_and_a_week_is_kept(city: Home, role: str) -> None:
    for day in range(1, KEPT + 4):
        folder = export(role, date(2026, 7, day))
    assert export(role, date(2026, 7, day)) == folder
    assert sorted(path.name for path in folder.parent.iterdir()) == [f"2026-07-{day:02}" for day in range(4, KEPT + 4)]


def test_what_fails_leaves_what_was_there(city: Home, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = export(role, DAY)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_WEB", "postgres://cadre_web:wrong@127.0.0.1:1/nowhere")
    with pytest.raises(psycopg.Error):
        export(role, DAY)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path for path in folder.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("other", ["cadre_loader", "postgres", "who_is_not_there"])
def test_for_nobody_else_s_role(city: Home, role: str, other: str) -> None:
    with pytest.raises(NoSuchRole, match=f"CADRE_EXPORT_ROLES names {other}"):
        export(other, DAY)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x y"])
def test_a_role_s_name_is_no_path(role: str, name: str) -> None:
    with pytest.raises(NoSuchRole, match="small letters"):
        export(name, DAY)


def test_others_on_the_machine_read_nothing(role: str) -> None:
    folder = export(role, DAY)
    assert {path.stat().st_mode & 0o027 for path in folder.iterdir()} == {0}
    assert folder.stat().st_mode & 0o027 == 0
