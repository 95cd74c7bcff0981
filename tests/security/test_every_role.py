"""What nobody may who logs in for themselves, whatever they are, tried from outside."""

from pathlib import Path

import psycopg
import pytest
from every_role import COUNTY, QINGHE, ROLES
from homes import Home
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from readers import PASSWORD, column, login

from demo.settings import address

GROUPS = [*ROLES.values(), "cadre_loader", "cadre_web", "postgres"]

ATTACKS = [
    # Functions of ours.
    "select core.remove_official('{C0001}', '2060-01-01', 0, '{x}')",
    "select core.remove_unfounded('2060-01-01', 0)",
    "select core.take_statistics()",
    "select core.admit('me', '')",
    "select core.admit_engineer('me', '')",
    "select core.admit_to('cadre_auditor', 'me', '')",
    "select core.admit_machine('me', '')",
    # Files and programs of the server's.
    "select pg_read_file('PG_VERSION')",
    "select pg_read_binary_file('PG_VERSION')",
    "select pg_ls_dir('.')",
    "select pg_ls_logdir()",
    "select pg_ls_waldir()",
    "select pg_stat_file('PG_VERSION')",
    "copy (select 1) to '/tmp/stolen'",
    "copy (select 1) to program 'true'",
    "create temp table t (a text); copy t from '/etc/passwd'",
    "create temp table t (a text); copy t from program 'id'",
    "load '/tmp/library.so'",
    # Large objects.
    "select lo_creat(-1)",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/stolen')",
    "select lo_get(1)",
    "select lo_put(1, 0, 'x')",
    "select lo_open(1, 131072)",
    # Locks by which the pipe takes its turns.
    "select pg_advisory_lock(hashtext('cadre settle'))",
    "select pg_advisory_xact_lock(hashtext('cadre alerts'))",
    "select pg_try_advisory_lock_shared(hashtext('cadre keys'))",
    "lock table core.cadre_now in access exclusive mode",
    # What lasts.
    "create schema mine",
    "create table public.mine (a integer)",
    "create function mart.mine() returns integer language sql as 'select 1'",
    "create extension pg_trgm",
    "create extension btree_gist",
    "create foreign data wrapper mine",
    "create publication mine for all tables",
    "create event trigger mine on ddl_command_start execute function core.refuse_change()",
    "create role mine",
    "create policy mine on core.cadre_now using (true)",
    "alter table core.cadre_now disable row level security",
    "alter view mart.cadre set (security_invoker = false)",
    "comment on table core.cadre_now is ''",
    "alter default privileges for role postgres grant select on tables to public",
    # Of the server's and of others.
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_statistic",
    "select * from pg_hba_file_rules",
    "select pg_reload_conf()",
    "select pg_stat_reset()",
    "select pg_switch_wal()",
    "set session_replication_role = replica",
    "set log_min_error_statement = 'info'",
    "set row_security = off; select from core.cadre_now; select from core.link",
]


@pytest.mark.parametrize("statement", ATTACKS)
@pytest.mark.parametrize("role", ROLES)
def test_what_no_role_may(city: Home, role: str, statement: str) -> None:
    with login(city, role) as connection, pytest.raises(InsufficientPrivilege):
        for one in statement.split("; "):
            connection.execute(one)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_changes_the_server_s_settings(city: Home, role: str) -> None:
    with login(city, role) as connection:
        connection.autocommit = True
        for statement in (
            "alter system set log_statement = 'all'",
            f"alter database {city.name} set row_security = off",
            "checkpoint",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.parametrize("role", [*ROLES, "reader_of_nothing"])
def test_nobody_gets_into_another_database_of_the_server(city: Home, role: str) -> None:
    """Where nothing is closed: files of any size could be kept there."""
    for name in ("airflow", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(address(role, PASSWORD, city.stack.ports["postgres"], name))


# What PostgreSQL only warns of where somebody has no right to it.
UNHEEDED = [
    "grant select on mart.freshness to public",
    "grant all on all tables in schema core to current_user",
    "revoke all on mart.freshness from {}",
    "revoke all on schema core from {} cascade",
    "drop owned by {} cascade",
    "drop owned by current_user",
    "reassign owned by {} to current_user",
    "alter default privileges grant all on tables to public",
    "analyze core.cadre_now",
]
RIGHTS = """
select md5(string_agg(r::text, '|' order by r::text)) from (
    select polrelid, polname::text, polroles, pg_get_expr(polqual, polrelid) from pg_policy union all
    select attrelid, attname::text, null, attacl::text from pg_attribute union all
    select oid, relname::text, array[relowner], concat(relacl, relrowsecurity) from pg_class
        where relnamespace::regnamespace::text in ('core', 'ledger', 'mail', 'mart') union all
    select oid, proname::text, array[proowner], proacl::text from pg_proc union all
    select oid, nspname::text, array[nspowner], nspacl::text from pg_namespace where nspname !~ '^pg_' union all
    select roleid, 'member', array[member], concat(admin_option) from pg_auth_members
) r"""


@pytest.mark.parametrize("statement", UNHEEDED)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_changes_a_right(city: Home, role: str, statement: str) -> None:
    with login(city, role) as connection:
        before = connection.execute(RIGHTS).fetchone()
        try:
            with connection.transaction():
                connection.execute(statement.format(ROLES[role]))
        except InsufficientPrivilege:
            pass
        assert connection.execute(RIGHTS).fetchone() == before


@pytest.mark.parametrize("role", ROLES)
def test_nobody_becomes_what_another_is(city: Home, role: str) -> None:
    with psycopg.connect(city.owner) as owner:
        own = column(owner, "select r::text from unnest(%s::text[]) r where pg_has_role(%s, r, 'member')", [GROUPS, role])
    assert set(own) < set(GROUPS) - {"cadre_loader", "cadre_web", "postgres"}
    others = [other for other in [*GROUPS, *ROLES] if other not in (*own, role)]
    for other in others:
        for statement in ("set role {}", "set session authorization {}", "grant {} to current_user"):
            with login(city, role) as connection, pytest.raises(InsufficientPrivilege):
                connection.execute(sql.SQL(statement).format(sql.Identifier(other)))


def test_who_reads_which_view_is_what_the_documents_say(city: Home) -> None:
    text = (Path(__file__).parents[2] / "docs" / "who-sees-what.md").read_text(encoding="utf-8")
    head, _, *lines = text.partition("## What is published\n\n")[2].partition("\n\n")[0].splitlines()
    groups = ["cadre_" + name for name in cells(head)[1:]]
    told = {
        (name.strip("`"), group) for name, *marks in map(cells, lines) for group, mark in zip(groups, marks, strict=True) if mark
    }
    assert set(groups) == set(ROLES.values())
    with psycopg.connect(city.owner) as owner:
        views = column(owner, "select 'mart.' || viewname from pg_views where schemaname = 'mart'")
    assert {name for name, _ in told} == set(views)
    assert told == {(view, group) for role, group in ROLES.items() for view in views if may(city, role, f"select * from {view}")}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def may(city: Home, role: str, statement: str) -> bool:
    with login(city, role) as connection:
        try:
            connection.execute(statement)
        except InsufficientPrivilege:
            return False
        return True


@pytest.mark.parametrize("role", ROLES)
def test_no_role_but_the_pipe_reads_numbers_originals_or_mails(city: Home, role: str) -> None:
    readable = columns_of(city, role)
    hidden = ("id_cipher", "id_lookup", "original", "official", "salt")
    assert readable
    assert [name for name in readable if name.startswith("mail.") or name.rsplit(".", 1)[1] in hidden] == []
    assert "reviewer" in role or not [name for name in readable if name.startswith("core.mention.")]


def columns_of(city: Home, role: str) -> list[str]:
    """The columns of tables and views of ours that a role reads, each tried from outside."""
    with psycopg.connect(city.owner) as owner:
        names = column(owner, """
            select c.oid::regclass || '.' || attname from pg_attribute join pg_class c on c.oid = attrelid
            where relnamespace::regnamespace::text in ('core', 'ledger', 'mail') and relkind in ('r', 'v')
                and attnum > 0 and not attisdropped""")  # fmt: skip
    found = []
    with login(city, role) as connection:
        for name in names:
            relation, _, attribute = name.rpartition(".")
            try:
                with connection.transaction():
                    connection.execute(f"select {attribute} from {relation} limit 0")
            except InsufficientPrivilege:
                continue
            found.append(name)
    return found


def test_an_analyst_reads_nothing_about_a_person(city: Home) -> None:
    tables = {name.rsplit(".", 1)[0] for name in columns_of(city, "analyst_529902")}
    assert tables == {"ledger.delivery", "ledger.settlement", "ledger.quality", "ledger.publication", "ledger.feed"}


def test_the_auditor_reads_nothing_that_a_record_or_a_file_says(city: Home) -> None:
    content = (
        "name source_key summary detail matter title explanation evidence alert original born_on id_masked official basis "
        "mention_no post_title family_no"
    )
    found = columns_of(city, "auditor")
    assert {"core.link.decided_by", "core.account.region_prefix", "ledger.act.who", "core.alert.state"} <= set(found)
    assert [name for name in found if name.startswith("core.") and name.rsplit(".", 1)[1] in content.split()] == []


@pytest.mark.parametrize("role", ROLES)
def test_who_writes_what(city: Home, role: str) -> None:
    """Nothing, but for a wish, and that only by those who see to the feeds."""
    with login(city, role) as connection:
        writes = column(connection, """
            select format('%s %s', p, c.oid::regclass) from pg_class c, unnest('{insert,update,delete,truncate}'::text[]) p
            where relnamespace::regnamespace::text in ('core', 'ledger', 'mail', 'mart') and relkind in ('r', 'v')
            and case when p in ('insert', 'update') then has_any_column_privilege(c.oid, p) else has_table_privilege(c.oid, p) end
        """)  # fmt: skip
    assert writes == (["insert ledger.wish"] if role.startswith(("engineer", "steward")) else [])


@pytest.mark.parametrize("role", COUNTY)
def test_each_reads_about_its_county_s_own(city: Home, role: str) -> None:
    with login(city, role) as connection:
        for relation in ("mart.cadre", "core.cadre", "core.cadre_now"):
            assert column(connection, f"select cadre_no from {relation}") == QINGHE
        with connection.cursor().copy("copy (select cadre_no from core.cadre_now) to stdout") as copied:
            assert sorted({line[0] for line in copied.rows()}) == QINGHE


def test_functions_with_their_owner_s_rights_look_nowhere_else(city: Home) -> None:
    with psycopg.connect(city.owner) as owner:
        found = owner.execute("""
            select p.oid::regprocedure::text, proconfig, prorettype = 'trigger'::regtype, array(
                select r from unnest(%s::text[]) r where has_function_privilege(r, p.oid, 'execute'))
            from pg_proc p where prosecdef and pronamespace::regnamespace::text in ('core', 'ledger', 'mail', 'mart', 'public')
            """, [[*ROLES, "cadre_loader", "cadre_web"]]).fetchall()  # fmt: skip
    assert found
    decides = {
        "decide": ["cadre_loader", "reviewer_529902"], "undo_decision": ["cadre_loader", "reviewer_529902"],
        "not_to_decide": ["reviewer_529902"], "link_history": ["reviewer_529902"], "too_near": [],
    }  # fmt: skip
    for name, config, is_of_a_trigger, who in found:
        merges = {role for role in ROLES if name.startswith("core.merge") and not role.startswith(("analyst", "auditor"))}
        counts = sorted({*ROLES, "cadre_loader"} - {"auditor"} if name.endswith("_statistic()") else {*merges, "cadre_loader"})
        may = decides.get(name.removeprefix("core.").split("(")[0], counts)
        assert (config, sorted(who)) == (["search_path=pg_catalog, pg_temp"], [] if is_of_a_trigger else may), name


def test_there_are_no_large_objects_and_nobody_but_the_pipe_takes_its_locks(city: Home) -> None:
    assert city.rows("select from pg_largeobject_metadata") == []
    for user in ("cadre_loader", "cadre_web"):
        with psycopg.connect(city.address(user)) as connection:
            if user == "cadre_loader":
                connection.execute("select pg_advisory_xact_lock(hashtext('cadre settle'))")
            else:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute("select pg_advisory_xact_lock(hashtext('cadre settle'))")
