"""What the planner knows of tables that a day has just filled."""

from datetime import date
from pathlib import Path

import pyarrow as pa
from feed_cases import States
from homes import Home, settled_in

from cadre_cloud.publication import publish
from cadre_cloud.warehouse import versions
from cadre_cloud.warehouse.connection import connect, known_at, stage

_KNOWN = "select relname, reltuples from pg_class where relnamespace = 'core'::regnamespace and relname = any(%s)"


def test_a_publication_begins_with_statistics_of_what_it_reads(states: States, tmp_path: Path) -> None:
    home = states.lodging(tmp_path / "home", "court/first_day")
    with settled_in(home):
        home.run("update ledger.settlement set outcome = 'loaded', revision = nextval('ledger.revision')")
        assert publish() == date(2026, 6, 1)
        known = {row["relname"]: row["reltuples"] for row in home.rows(_KNOWN, [["cadre", "unit"]])}
        assert known == {name: home.rows(f"select count(*) from core.{name}")[0]["count"] for name in ("cadre", "unit")}


def test_what_fills_a_table_that_was_empty_finds_rows_by_their_key(home: Home) -> None:
    told = 200
    rows = pa.table({
        "family_no": [f"F{number}" for number in range(told)],
        "cadre_no": ["C1"] * told,
        "relation": ["01"] * told,
        "name": ["王明"] * told,
        "original": ["{}"] * told,
    })  # fmt: skip
    with settled_in(home), connect() as warehouse:
        warehouse.execute("select core.take_statistics()")
        types = versions.column_types(warehouse, "family")
        stage(warehouse, "incoming", rows, {column: types[column] for column in rows.column_names})
        written = versions.write(warehouse, "family", ["family_no"], rows.column_names, known_at(date(2026, 6, 1)), "d")
        scans = warehouse.execute("select pg_stat_get_xact_numscans('core.family'::regclass) as number").fetchone()
        assert (written, scans["number"] < 10) == (told, True)
