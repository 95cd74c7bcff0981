"""An upgrade from each earlier form: what is known stays as it is, and what is published is made anew."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from revisions import migrate_to

from cadre_cloud import settings
from cadre_cloud.commands.migrate import upgrade
from demo.settings import address
from demo.stack import Stack

VERSION = ", '2026-05-01', '2026-05-31 22:00+00', null, 'd'"  # valid_from and what follows it
FACTS = f"""
insert into core.unit (unit_code, name, region_code, original, valid_from, known_from, known_to, delivery_id)
values ('B1', '云岭市财政局', '529900', '{{}}'{VERSION}), ('B0', '云岭市税务局', '529900', '{{}}'{VERSION});
insert into core.region values ('529900');
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, resume, status, updated_at, original, valid_from, known_from, known_to, delivery_id)
values ('C1', '王明', '\\x01', '\\x02', '529901********1234', 'male', '198001', '2002-07-01', '141', 'B1', '科长',
        '2002.07--          云岭市财政局科员', '1', now(), '{{}}'{VERSION});
insert into core.cadre_now (cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, unit_name, region_code,
                            post_title, status, id_masked)
values ('C1', '王明', 'male', '198001', '2002-07-01', '141', 'B1', '云岭市财政局', '529900', '科长', '1', '529901********1234');
insert into core.record (resource, source_key, summary, detail, original, valid_from, known_from, known_to, delivery_id)
values ('court', 'K1', '案件', '{{}}', '{{}}'{VERSION});
insert into core.mention (resource, source_key, mention_no, subject, name, known_from, delivery_id)
values ('court', 'K1', 1, 'self', '王明', '2026-05-31 22:00+00', 'd');
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
values ('court', 'K1', 1, 'self', 'C1', 'same', 'full_id', 'machine', '2026-05-31 22:00+00');
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing)
values ('d', 'court', '2026-06-01', 'court.csv', 'f', 1, 'l');
insert into mail.message (message_id, day, role, address, subject, body_text, body_html, state, sent_at)
values ('<1@m>', '2026-06-01', 'supervisor', 'a@b', 's', 't', 'h', 'sent', now()),
       ('<2@m>', '2026-06-01', 'supervisor', 'a@b', 's', 't', 'h', 'pending', null);
create schema if not exists mart;
create view mart.cadre as select cadre_no, null::text as education from core.cadre_now;
create view mart.left_over as select 1 as one"""

# What the roster said on the day before, and that two days came to an end.
SETTLED = """
update core.cadre set known_from = '2026-06-01 22:00+00';
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, status, updated_at, original, known_from, known_to, delivery_id)
select cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code, '科员', status,
       updated_at, original, '2026-05-31 22:00+00', known_from, delivery_id
from core.cadre;
insert into ledger.settlement (resource, day, outcome)
values ('personnel', '2026-06-01', 'loaded'), ('personnel', '2026-06-02', 'loaded')"""

SHORTER = {"id_masked": "529901************"}  # than it was kept before 0009

TABLES = "select schemaname || '.' || tablename as name from pg_tables where schemaname = any(array['core', 'ledger', 'mail']) " \
    "and tablename <> 'alembic_version'"  # fmt: skip


@pytest.fixture
def first_storey(stack: Stack) -> Iterator[str]:
    """The address of a warehouse in the form of revision 0001, with rows in it."""
    server = address("postgres", stack.secrets["postgres"], stack.ports["postgres"], "postgres")
    name = "first_storey"
    with psycopg.connect(server, autocommit=True) as postgres:
        postgres.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        owner = address("postgres", stack.secrets["postgres"], stack.ports["postgres"], name)
        migrate_to("0001", owner)
        with psycopg.connect(owner) as warehouse:
            warehouse.execute(FACTS)
        yield owner
        postgres.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_what_is_known_survives(first_storey: str) -> None:
    before = _rows(first_storey)
    upgrade(first_storey)
    after = _rows(first_storey)
    assert len(before["core.cadre"]) == 1
    for table, rows in before.items():
        known = [{name: row[name] for name in rows[0]} for row in after[table]] if rows else after[table]
        assert known == [row | SHORTER if row.get("id_masked") else row for row in rows], table


def test_what_is_published_is_made_anew(first_storey: str) -> None:
    upgrade(first_storey)
    with psycopg.connect(first_storey, row_factory=dict_row) as warehouse:
        views = {row["viewname"] for row in warehouse.execute("select viewname from pg_views where schemaname = 'mart'")}
        assert views >= {path.stem for path in (settings.home() / "sql" / "mart").glob("*.sql")} - {
            "change"
        }  # which is a function
        assert "left_over" not in views
        assert [row["name"] for row in warehouse.execute("select name, degree from mart.cadre")] == ["王明"]
        assert [row["cadre_no"] for row in warehouse.execute("select cadre_no from mart.record")] == ["C1"]


NUMBERED = """
insert into core.mention (resource, source_key, mention_no, subject, id_cipher, id_masked, known_from, delivery_id)
values ('court', 'K1', 2, 'self', '\\x01', '529901********1234', now(), 'd'),
       ('court', 'K1', 3, 'self', null, '529901********1234', now(), 'd');
insert into core.form (form_no, name, id_cipher, id_masked, original, known_from, delivery_id)
values ('f', '王明', '\\x01', '529901********123X', '{}', now(), 'd')"""


def test_of_a_number_that_we_have_no_more_is_legible_than_the_region(first_storey: str) -> None:
    migrate_to("0008", first_storey)
    with psycopg.connect(first_storey) as warehouse:
        warehouse.execute(NUMBERED)
    upgrade(first_storey)
    with psycopg.connect(first_storey) as warehouse:
        for table, masks in (
            ("cadre", [SHORTER["id_masked"]]),
            ("cadre_now", [SHORTER["id_masked"]]),
            ("form", [SHORTER["id_masked"]]),
            ("mention", [SHORTER["id_masked"], "529901********1234", None]),  # as a department sent it
        ):
            found = warehouse.execute(f"select id_masked from core.{table} order by 1").fetchall()
            assert [mask for (mask,) in found] == masks, table


def test_as_of_a_day_before_the_upgrade_the_roster_answers(first_storey: str) -> None:
    with psycopg.connect(first_storey) as warehouse:
        warehouse.execute(SETTLED)
    upgrade(first_storey)
    with psycopg.connect(first_storey) as warehouse:
        found = {}
        for moment in ("2026-06-01T05:59+08:00", "2026-06-01T06:00+08:00", "2026-06-02T06:00+08:00"):
            warehouse.execute("select set_config('cadre.as_of', %s, true)", [moment])
            found[moment[:16]] = warehouse.execute("select name, post_title from mart.cadre").fetchall()
    assert found == {
        "2026-06-01T05:59": [],
        "2026-06-01T06:00": [("王明", "科员")],
        "2026-06-02T06:00": [("王明", "科长")],
    }


def test_a_second_upgrade_changes_nothing(first_storey: str) -> None:
    upgrade(first_storey)
    before = _rows(first_storey)
    upgrade(first_storey)
    assert _rows(first_storey) == before


def _rows(owner: str) -> dict[str, list[dict[str, Any]]]:
    with psycopg.connect(owner, row_factory=dict_row) as warehouse:
        names = [row["name"] for row in warehouse.execute(TABLES)]
        return {name: warehouse.execute(f"select * from {name} order by 1").fetchall() for name in names}


def test_an_upgrade_needs_no_airflow() -> None:
    """Which takes seconds to import, and says something of each migration on its own."""
    code = "import sys, cadre_cloud.commands.migrate; sys.exit('airflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
