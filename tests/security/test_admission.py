"""How people and applications are let in, as what each may be; and who sees that they were."""

import psycopg
import pytest
from homes import Home
from psycopg.errors import CheckViolation, RaiseException
from readers import column, login

GROUPS = ["cadre_reader", "cadre_analyst", "cadre_reviewer", "cadre_engineer", "cadre_auditor", "cadre_steward"]


@pytest.mark.parametrize("group", GROUPS)
def test_a_user_of_the_pages_is_one_of_these(city: Home, group: str) -> None:
    assert city.one("select core.admit_to(%s, %s, '529901')", [group, f"user of {group}"]) == f"{group}_529901"
    assert city.one("select pg_has_role(%s, %s, 'usage')", [f"{group}_529901", group])
    assert not city.one("select rolcanlogin from pg_roles where rolname = %s", [f"{group}_529901"])


@pytest.mark.parametrize("group", ["cadre_loader", "cadre_web", "cadre_machine", "postgres", "pg_read_all_data", "reader_city"])
def test_and_nothing_else(city: Home, group: str) -> None:
    with pytest.raises(RaiseException, match="users of the pages are no"):
        city.run("select core.admit_to(%s, 'somebody', '')", [group])


@pytest.mark.parametrize("prefix", ["5", "529", "52990", "5299012", "%", "5299%", " "])
@pytest.mark.parametrize("call", ["core.admit('somebody', %s)", "core.admit_machine('some_machine', %s)"])
def test_a_region_s_code_begins_with_pairs_of_digits(city: Home, call: str, prefix: str) -> None:
    """Five would be some counties, and the city's own cadres beside them."""
    with pytest.raises(CheckViolation, match="region_prefix_in_pairs"):
        city.run(f"select {call}", [prefix])


def test_a_machine_logs_in_for_itself_once_it_has_a_password(city: Home) -> None:
    city.run("select core.admit_machine('team_builder', '529901'), core.admit_machine('team_builder', '529902')")
    with pytest.raises(psycopg.OperationalError, match="password"):
        login(city, "team_builder").__enter__()
    regions = "select array_agg(region_prefix order by region_prefix) from core.account where role_name = 'team_builder'"
    assert city.one(regions) == [
        "529901", "529902",
    ]  # fmt: skip
    assert city.rows("select from core.page_user where role_name = 'team_builder'") == []
    assert not city.one("select pg_has_role('cadre_web', 'team_builder', 'member')")


@pytest.mark.parametrize("name", ["postgres", "cadre_loader", "cadre_reader", "reader_529901", "auditor"])
def test_a_machine_is_nobody_who_is_there_already(city: Home, name: str) -> None:
    before = city.rows("select * from core.account order by 1, 2")
    with pytest.raises(RaiseException, match="is somebody else"):
        city.run("select core.admit_machine(%s, '')", [name])
    assert city.rows("select * from core.account order by 1, 2") == before


def test_the_auditor_sees_who_was_let_in(city: Home) -> None:
    city.run("select core.admit_to('cadre_reviewer', 'zhou', '529902')")
    with login(city, "auditor") as connection:
        rows = {row[0]: row[1:] for row in connection.execute("select * from mart.admission")}
    assert rows["cadre_reviewer_529902"] == (["cadre_reviewer"], ["529902"], ["zhou"], False)
    assert rows["machine_529902"] == (["cadre_machine"], ["529902"], [], True)
    assert rows["reader_of_nothing"] == (["cadre_reader"], [], [], True)
    assert not {"cadre_web", "postgres", *GROUPS} & set(rows)


def test_the_auditor_sees_who_decided_what(city: Home) -> None:
    city.run("""
        with l as (
            insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
            values ('court', '王某的案号', 1, 'self', 'C0002', 'undecided', 'several', 'machine', '2026-06-01') returning link_no)
        insert into core.link_decision (about, verdict, who, why, at)
        select link_no, 'different', '周审', '同名', '2026-06-02 12:00+08' from l""")
    with login(city, "auditor") as connection:
        query = "select object, about, cadre_no, decision, why from mart.decision where who = '周审'"
        assert connection.execute(query).fetchall() == [("link", "court", "C0002", "different", "同名")]
        assert "machine" not in column(connection, "select who from mart.decision")
        connection.execute("set local cadre.as_of = '2026-06-01 12:00+08'")
        assert connection.execute(query).fetchall() == []


def test_the_auditor_alone_sees_that_an_alert_was_unfounded(city: Home) -> None:
    with psycopg.connect(city.owner) as owner:
        (alert_no,) = owner.execute("select alert_no from core.alert where cadre_no = 'C0002' limit 1").fetchone()
        owner.execute("update core.alert set state = 'unfounded' where alert_no = %s", [alert_no])
        seen = {}
        for role in ("auditor", "reader_city"):
            owner.execute(f"set local role {role}")
            seen[role] = owner.execute("select state from core.alert where alert_no = %s", [alert_no]).fetchall()
            owner.execute("reset role")
        for then in ("", "2026-06-02 12:00+08"):  # nor whom no policy binds, by the view
            owner.execute("select set_config('cadre.as_of', %s, true)", [then])
            assert owner.execute("select from mart.alert where alert_no = %s", [alert_no]).fetchall() == []
            assert owner.execute("select from mart.alert").fetchall()
        owner.rollback()
    assert seen == {"auditor": [("unfounded",)], "reader_city": []}
