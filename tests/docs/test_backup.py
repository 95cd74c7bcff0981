"""A filled warehouse is backed up and restored by the commands of run-for-real.md, and goes on as if nothing had been."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from chain_in_process import run_day
from documents import blocks
from dump import present, whole
from feed_cases import FOLDER, Case
from homes import Home, settled_in
from readers import admit, column, login

from demo import postgres
from demo.settings import address

NAME = "restored"  # as the document calls it
SEQUENCES = "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
VIEWS = "select viewname from pg_views where schemaname = 'mart' order by 1"
POLICIES = "select * from pg_policies order by schemaname, tablename, policyname"
LONGXI = "reader_529901"
ITS_OWN = "select setconfig from pg_db_role_setting join pg_database d on d.oid = setdatabase where datname = %s"


@pytest.fixture
def restored(morning: Home, tmp_path: Path) -> Iterator[Home]:
    """What came out of a backup of the morning."""
    admit(morning, LONGXI, "529901")
    home = replace(morning, name=NAME, folder=tmp_path / NAME)
    server = address("postgres", morning.stack.secrets["postgres"], morning.stack.ports["postgres"], "postgres")
    given = {"WAREHOUSE": morning.owner, "SERVER": server, "RESTORED": home.owner, "AIRFLOW_CONN_WAREHOUSE_OWNER": home.owner}
    type_in("Back up", tmp_path, given | {"CADRE_VAR": str(morning.var)})
    type_in("Restore", tmp_path, given | {"CADRE_VAR": str(home.var)})
    home.drop.mkdir()
    yield home
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {NAME} with (force)")


def type_in(heading: str, folder: Path, given: dict[str, str]) -> None:
    """What stands under a heading, as one types it; the owner is called otherwise here."""
    commands = "\n".join(block.text for block in blocks("sh", "docs/run-for-real.md", heading)).replace("cadre_owner", "postgres")
    programs = [str(postgres.program("psql").parent), str(Path(sys.executable).parent), os.environ["PATH"]]
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env={**os.environ, **given, "PATH": ":".join(programs)},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip


def test_it_is_what_it_was_and_goes_on(morning: Home, restored: Home) -> None:
    assert whole(restored, "core", "ledger", "mail") == whole(morning, "core", "ledger", "mail")
    for view in [row["viewname"] for row in morning.rows(VIEWS)]:
        query = f"select to_jsonb(v)::text as row from mart.{view} v order by 1"
        assert restored.rows(query) == morning.rows(query), view
    assert morning.one("select count(*) from mart.record") > 0
    assert restored.rows(SEQUENCES) == morning.rows(SEQUENCES)
    assert restored.rows(POLICIES) == morning.rows(POLICIES)
    with login(morning, LONGXI) as one, login(restored, LONGXI) as other:
        for query in ("select cadre_no from mart.cadre", "select source_key from mart.record"):
            assert 0 < len(column(other, query)) < len(restored.rows(query))
            assert column(other, query) == column(one, query)
    assert restored.one(ITS_OWN, [NAME]) == ["max_parallel_workers_per_gather=0", "jit=off"]

    for home in (morning, restored):
        case = Case(FOLDER / "court" / "good_after_held")
        case.lay(home.folder / "city")
        with settled_in(home):
            run_day(home, home.folder / "city", case.day, ["court"])
    assert present(restored) == present(morning)
    assert restored.rows(SEQUENCES) == morning.rows(SEQUENCES)
    assert restored.rows("select state from ledger.delivery where day = %s", [case.day]) == [{"state": "loaded"}]
