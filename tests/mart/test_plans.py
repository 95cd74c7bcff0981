"""The present is read past all history: no plan of a view touches a version that ended, whoever asks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from feed_cases import States
from homes import Home
from own_files import FILES
from readers import admit, login

READER, REVIEWER = "reader_of_plans", "reviewer_of_plans"
TELLS_OF_HISTORY = {"change", "decision", "admission"}  # to the auditor, the last two
VIEWS = sorted({path.stem for path in (Path(__file__).parents[2] / "sql" / "mart").glob("*.sql")} - TELLS_OF_HISTORY)
HISTORY = """
select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'known_to'
where c.relnamespace = 'core'::regnamespace and c.relkind = 'r'"""
PRESENT = """
select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
where pg_get_expr(x.indpred, x.indrelid) like '%known_to IS NULL%'"""
BY_TIME = """
select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0] where a.attname = 'known_from'"""
OF_OFFICIALS = """
select table_name from information_schema.columns where table_schema = 'mart' and column_name = 'cadre_no' """
FORMS = """
insert into core.form_reading (form_no, cadre_no, method, candidates, is_latest, name, unread, known_from, delivery_id)
select 'f' || n, case when n % 2 = 0 then 'C0001' end, 'person', '{}', false, '某某', '{}', '2026-06-01', 'd'
from generate_series(1, 40) as n"""
# What stands came to be known in the last of forty versions.
AGE = """
insert into core.{table} ({columns}, known_from, known_to)
select {columns}, '2020-01-01'::timestamptz + n * interval '1 day', '2020-01-02'::timestamptz + n * interval '1 day'
from core.{table}, generate_series(1, 40) as n where known_to is null"""


@pytest.fixture(scope="module")
def aged(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A city of which each version that stands has a long history."""
    home = states.lodging(tmp_path_factory.mktemp("aged") / "home", "personnel/newcomer")
    admit(home, READER, "5299")
    admit(home, REVIEWER, "5299", group="cadre_reviewer")
    home.run(FILES)
    home.run(FORMS)
    with psycopg.connect(home.owner, autocommit=True) as owner:
        for (table,) in owner.execute(HISTORY).fetchall():
            named = owner.execute(
                "select string_agg(attname, ', ') from pg_attribute where attrelid = %s::regclass and attnum > 0 "
                "and not attisdropped and attidentity = '' and attname not in ('known_from', 'known_to') "
                "and not (attrelid = any('{core.family, core.appointment}'::regclass []) and attname = 'version_no')",
                [f"core.{table}"],
            ).fetchone()
            assert named
            owner.execute(AGE.format(table=table, columns=named[0]))
        owner.execute("vacuum analyze")
    return home


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_reads_history_for_the_present(aged: Home, view: str) -> None:
    for scan in scans(aged, f"select * from mart.{view}"):
        assert is_of_the_present(aged, scan), [scan.get(name) for name in ("Relation Name", "Index Name", "Index Cond", "Filter")]


def test_as_of_then_it_is_read(aged: Home) -> None:
    assert not all(is_of_the_present(aged, scan) for scan in scans(aged, "select * from mart.relative", "2020-01-05"))


def test_a_plan_that_is_kept_from_the_present_looks_an_official_up_in_the_past_by_key(aged: Home) -> None:
    by_time = {row["relname"] for row in aged.rows(BY_TIME)}
    used = {}
    with login(aged, REVIEWER) as reviewer:
        for (view,) in reviewer.execute(OF_OFFICIALS).fetchall():
            ((plan,),) = reviewer.execute(f"explain (format json) select * from mart.{view} where cadre_no = 'C0001'").fetchall()
            used[view] = {node["Index Name"] for node in nodes(plan[0]["Plan"]) if "Index Name" in node}
    assert len(used) > 10
    assert not {view for view, indexes in used.items() if indexes & by_time}


def scans(home: Home, query: str, as_of: str = "") -> list[dict[str, Any]]:
    """The scans of tables with a history that a query carries out, as a reviewer, who sees all views."""
    with login(home, REVIEWER) as reviewer:
        reviewer.execute("select set_config('cadre.as_of', %s, true)", [as_of])
        ((plan,),) = reviewer.execute(f"explain (analyze, format json) {query}").fetchall()
    tables = {row["relname"] for row in home.rows(HISTORY)}
    return [node for node in nodes(plan[0]["Plan"]) if node["Actual Loops"] and node.get("Relation Name") in tables]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes, but for the subplans in which row policies look a key up, in whatever was ever said of it."""
    yield plan
    for inner in plan.get("Plans", []):
        if inner["Parent Relationship"] != "SubPlan":
            yield from nodes(inner)


def is_of_the_present(home: Home, scan: dict[str, Any]) -> bool:
    """Whether it goes by an index of what stands and of nothing else."""
    used = {node["Index Name"] for node in nodes(scan) if "Index Name" in node}
    return bool(used) and used <= {row["relname"] for row in home.rows(PRESENT)}


@pytest.mark.parametrize("table", ["cadre", "appointment", "link", "form_reading"])
def test_an_official_s_past_is_found_by_one_index(home: Home, table: str) -> None:
    """By two, all that was known then is read for each official who is asked about."""
    asked = "select indexdef from pg_indexes where schemaname = 'core' and tablename = %s"
    assert sum(row["indexdef"].endswith("(cadre_no, known_from)") for row in home.rows(asked, [table])) == 1


def test_what_changed_is_found_without_reading_every_alert(aged: Home) -> None:
    """Where nobody was ever found to be two, and no alert has anything new, none is looked at."""
    with login(aged, REVIEWER) as reviewer:
        assert reviewer.execute("select count(*) > 0 from mart.alert").fetchone() == (True,)
        ((plan,),) = reviewer.execute("explain (analyze, format json) select * from mart.change(now())").fetchall()
    assert not [node for node in nodes(plan[0]["Plan"]) if node.get("Relation Name") == "alert" and node["Actual Loops"]]
