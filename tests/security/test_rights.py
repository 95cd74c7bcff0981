"""What a reader, and the pipe itself, may not do to the warehouse."""

import psycopg
import pytest
from homes import Home
from psycopg.errors import InsufficientPrivilege, RaiseException
from readers import column, login

QINGHE, CITY = "reader_529902", "reader_city"

CLOSED = [
    "select id_cipher from core.cadre",
    "select id_lookup from core.cadre",
    "select original from core.cadre",
    "select c from core.cadre c",
    "select to_jsonb(c) from core.cadre c",
    "select * from core.cadre",
    "select 1 from core.cadre where id_lookup is not null",
    "select 1 from core.cadre order by id_cipher",
    "select original from core.record",
    "select original from core.unit",
    "select * from core.mention",
    "select id_lookup from core.mention",
    "select count(*) from core.mention",
    "select name from core.mention",
    "select * from core.held_mention",
    "select * from mart.link_review",
    "select original from core.appointment",
    "select original from core.education",
    "select original from core.family",
    "select original from core.assessment",
    "select original from core.training",
    "select original from core.archive",
    "select original from core.objective",
    "select * from core.declaration",
    "select reference from core.declaration",
    "select * from core.held_declaration",
    "select * from core.known_file",
    "select * from core.family",
    "select delivery_id from core.spell",
    "select to_jsonb(f) from core.family f",
    "select * from core.page_user",
    "select * from ledger.standing",
    "select * from ledger.failure",
    "select * from mail.recipient",
    "select * from mail.message",
    "select * from mail.alert_told",
    "select official from ledger.removal",
    "select * from mart.look",
    "select * from core.look",
    "select salt from core.look",
    "select * from core.cleared",
    "select core.remove_official('{C0001}', '2060-01-01', 0, '{x}')",
    "select core.remove_unfounded('2060-01-01', 0)",
    "copy core.cadre to stdout",
    "copy core.mention to stdout",
    "copy core.family to stdout",
    "select pg_read_file('postgresql.conf')",
    "copy (select 1) to program 'true'",
    "select core.admit('me', '')",
    "lock table core.cadre in exclusive mode",
]

# Some views cannot be written at all, whoever tries.
REFUSED = (InsufficientPrivilege, psycopg.errors.WrongObjectType, psycopg.errors.ObjectNotInPrerequisiteState)
RELATIONS = "select format('%%I.%%I', schemaname, name) from (select schemaname, tablename as name from pg_tables union " \
    "select schemaname, viewname from pg_views) r where schemaname = any(%s) order by 1"  # fmt: skip


@pytest.mark.parametrize("query", CLOSED)
def test_what_no_reader_sees(city: Home, query: str) -> None:
    with login(city, CITY) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(query)


def test_a_reader_writes_nowhere(city: Home) -> None:
    with psycopg.connect(city.owner) as owner:
        relations = column(owner, RELATIONS, [["core", "ledger", "mail", "mart"]])
    assert len(relations) > 20
    for relation in relations:
        for statement in (
            f"delete from {relation}",
            f"insert into {relation} default values",
            f"truncate {relation}",
            f"create trigger t after insert on {relation} for each row execute function core.refuse_change()",
            f"alter table {relation} owner to {CITY}",
        ):
            with login(city, CITY) as connection, pytest.raises(REFUSED):
                connection.execute(statement)


@pytest.mark.parametrize("schema", ["mart", "core", "ledger", "mail", "public"])
def test_a_reader_makes_nothing_that_lasts(city: Home, schema: str) -> None:
    with login(city, CITY) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(f"create table {schema}.mine (a int)")


def test_the_planner_s_statistics_tell_no_reader_a_value(city: Home) -> None:
    city.run("analyze")
    with login(city, CITY) as connection:
        told = "select schemaname || '.' || tablename || '.' || attname from pg_stats where schemaname in ('core', 'mail')"
        people = ("cadre", "cadre_now", "mention", "record", "link", "alert", "appointment", "education", "family", "spell")
        hidden = {f"core.{table}" for table in people}
        assert [name for name in column(connection, told) if name.rsplit(".", 1)[0] in hidden or name.startswith("mail")] == []


@pytest.mark.parametrize(
    "statement",
    [
        "delete from core.record",
        "delete from core.link",
        "delete from core.alert",
        "delete from core.alert_event",
        "truncate core.cadre",
        "delete from ledger.delivery",
        "drop table core.cadre_now",
        "alter table core.cadre disable row level security",
        "create policy mine on core.cadre_now using (true)",
        "alter table core.link disable trigger all",
        "create table core.mine (a int)",
        "create or replace view mart.cadre as select 1",
        "set role postgres",
        "select core.admit('me', '')",
        "insert into core.account values ('cadre_reader_all', '')",
        "update core.page_user set role_name = 'cadre_reader_all'",
    ],
)
def test_the_pipe_forgets_nothing_and_changes_no_form(city: Home, statement: str) -> None:
    with psycopg.connect(city.address("cadre_loader")) as loader, pytest.raises(InsufficientPrivilege):
        loader.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update core.alert_event set why = 'other'",
        "update core.link set cadre_no = 'C0001'",
        "update core.link set verdict = 'different', known_to = now() where known_to is null",
        "update core.link set known_to = null where known_to is not null",
    ],
)
def test_what_was_stated_is_never_rewritten(city: Home, statement: str) -> None:
    city.run("update core.link set known_to = now() where link_no = (select max(link_no) from core.link where known_to is null)")
    with psycopg.connect(city.address("cadre_loader")) as loader, pytest.raises(RaiseException, match="append-only"):
        loader.execute(statement)


def test_the_ledger_refuses_what_does_not_balance(city: Home) -> None:
    for change in ("accepted = accepted + 1", "changed = changed + 1", "linked = linked + 1", "quarantined = quarantined + 1"):
        with psycopg.connect(city.owner) as owner, pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(f"update ledger.delivery set {change} where state = 'loaded'")


def test_one_mention_is_one_official_at_most(city: Home) -> None:
    twice = """
        insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
        select resource, source_key, mention_no, subject, 'C0008', 'same', method, 'machine', now()
        from core.link where verdict = 'same' and known_to is null and cadre_no <> 'C0008' limit 1"""
    with psycopg.connect(city.owner) as owner, pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(twice)


def test_every_published_object_and_column_has_a_comment(city: Home) -> None:
    bare = """
        select c.oid::regclass::text from pg_class c
        where relnamespace = 'mart'::regnamespace and relkind in ('v', 'm', 'r', 'p')
          and obj_description(c.oid, 'pg_class') is null
        union all
        select a.attrelid::regclass || '.' || attname from pg_attribute a join pg_class c on c.oid = attrelid
        where relnamespace = 'mart'::regnamespace and attnum > 0 and not attisdropped and relkind in ('v', 'm', 'r', 'p')
          and col_description(attrelid, attnum) is null
        union all
        select p.oid::regprocedure::text from pg_proc p
        where pronamespace = 'mart'::regnamespace and obj_description(p.oid, 'pg_proc') is null"""
    with psycopg.connect(city.owner) as owner:
        views = column(owner, "select relname from pg_class where relnamespace = 'mart'::regnamespace and relkind = 'v'")
        assert {"alert", "cadre", "delivery", "freshness", "quality", "quarantine", "record", "unit"} <= set(views)
        assert column(owner, bare) == []


def test_every_published_view_reads_with_the_reader_s_own_rights(city: Home) -> None:
    own = "select relname from pg_class where relnamespace = 'mart'::regnamespace and relkind = 'v' " \
        "and not coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false)"  # fmt: skip
    with psycopg.connect(city.owner) as owner:
        assert column(owner, own) == []


def test_every_table_about_a_person_has_row_security(city: Home) -> None:
    about = """
        select distinct c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid
        where relnamespace = 'core'::regnamespace and relkind = 'r' and not relrowsecurity
          and attname in ('cadre_no', 'id_cipher', 'source_key', 'alert_no')"""
    with psycopg.connect(city.owner) as owner:
        assert column(owner, about) == []
