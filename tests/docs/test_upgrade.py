"""A warehouse that an earlier version has filled is upgraded: it holds what it held, and goes on as one of this version does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
from chain_in_process import run_day
from dump import present
from feed_cases import FOLDER, Case
from homes import Home, settled_in
from psycopg import sql
from revisions import migrate_to

from cadre_cloud.commands.migrate import upgrade
from demo.settings import address

TABLES = """
select table_schema, table_name, array_agg(column_name::text order by column_name) as columns from information_schema.columns
where (table_schema, table_name) in (select schemaname, tablename from pg_tables) and table_schema in ('core', 'ledger', 'mail')
  and table_name <> 'alembic_version'
group by 1, 2 order by 1, 2"""
SEQUENCES = "select format('%I.%I', schemaname, sequencename) as name, last_value from pg_sequences order by 1"
# What earlier versions did not note; what is expected, how often and since when the next publication does.
LATER = "{drift, identity, asked, filled, stale_on, department, title, due, on_time, missed, rank, evidence, urgency, weights}"
NEVER_RAN = '{"last_day": null}'
VIEWS = "select viewname from pg_views where schemaname = 'mart' order by 1"


@pytest.fixture(params=["0002", "0003"])
def earlier(request: pytest.FixtureRequest, morning: Home, tmp_path: Path) -> Iterator[Home]:
    """What the morning would be in the form of an earlier revision: its rows, as far as that has columns for them."""
    home = replace(morning, name=f"revision_{request.param}", folder=tmp_path / "earlier")
    copytree(morning.folder, home.folder)
    server = address("postgres", morning.stack.secrets["postgres"], morning.stack.ports["postgres"], "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {home.name}")
        migrate_to(request.param, home.owner)
        _fill(home, morning)
        yield home
        connection.execute(f"drop database {home.name} with (force)")


def _fill(home: Home, of: Home) -> None:
    with psycopg.connect(home.owner) as to, psycopg.connect(of.owner) as source:
        to.execute("set session_replication_role = replica")  # no order of tables, no triggers
        for row in home.rows(TABLES):
            table = sql.Identifier(row["table_schema"], row["table_name"])
            columns = sql.SQL(", ").join(map(sql.Identifier, row["columns"]))
            there = source.cursor().copy(sql.SQL("copy (select {} from {}) to stdout").format(columns, table))
            here = to.cursor().copy(sql.SQL("copy {} ({}) from stdin").format(table, columns))
            with there as rows, here as stream:
                for block in rows:
                    stream.write(block)
        for row in home.rows(SEQUENCES):
            last = "select last_value from pg_sequences where format('%%I.%%I', schemaname, sequencename) = %s"
            for found in of.rows(last, [row["name"]]):  # none where it is gone since
                value = found["last_value"]
                to.execute("select setval(%s::regclass, coalesce(%s, 1), %s)", [row["name"], value, value is not None])


def _contents(home: Home, tables: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """The rows of each table, in the columns that it is said to have."""
    found = {}
    for row in tables:
        columns = ", ".join(row["columns"])
        rows = home.rows(f"select {columns} from {row['table_schema']}.{row['table_name']}")
        found[row["table_name"]] = sorted((list(one.values()) for one in rows), key=repr)
    return found


def test_it_holds_what_it_held_and_goes_on(earlier: Home, morning: Home) -> None:
    tables = earlier.rows(TABLES)
    before = _contents(earlier, tables)
    assert all(before[name] for name in ("cadre", "link", "mention", "delivery", "quarantine", "message"))
    upgrade(earlier.owner)
    assert _contents(earlier, tables) == before
    for view in [row["viewname"] for row in morning.rows(VIEWS)]:
        query = (
            f"select (to_jsonb(v) - '{LATER}'::text[])::text as row from mart.{view} v "
            f"where not to_jsonb(v) @> '{NEVER_RAN}' order by 1"
        )
        found = morning.rows(query) if view != "linking" or "linking" in before else []  # counted from then on
        assert earlier.rows(query) == found, view

    case = Case(FOLDER / "court" / "good_after_held")
    for home in (morning, earlier):
        case.lay(home.folder / "city")
        with settled_in(home):
            run_day(home, home.folder / "city", case.day, ["court"])
    assert present(earlier) == present(morning)
    # A question that waited before is stated once more, with its rank.
    numbers, wanted = ({row["name"]: row["last_value"] for row in home.rows(SEQUENCES)} for home in (earlier, morning))
    assert numbers == wanted | {"core.link_link_no_seq": wanted["core.link_link_no_seq"] + 1}
    assert not earlier.rows("select step, cause from ledger.failure")
