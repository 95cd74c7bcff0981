"""A county's reader sees its own officials of 科级, the city's all, at present and as of then; no setting shows anybody more."""

import psycopg
import pytest
from homes import Home
from psycopg.errors import InsufficientPrivilege, InvalidDatetimeFormat
from readers import column, login

LONGXI, QINGHE, CITY, NOBODY = "reader_529901", "reader_529902", "reader_city", "reader_of_nothing"
OFFICIALS = {
    LONGXI: ["C0005", "C0007", "C0008"],
    QINGHE: ["C0002", "C0004", "C0006", "C0009"],
    "reader_529900": ["C0001", "C0003"],  # 县处级 of both counties: cadres of the city's
    CITY: [f"C000{number}" for number in range(1, 10)],
    NOBODY: [],
}
FILES = ("appointment", "education", "spell", "relative", "assessment", "training", "archive", "objective")
VIEWS = ("mart.cadre", "mart.record", "mart.alert", *(f"mart.{name}" for name in FILES))
DAY_ONE, DAY_TWO = "2026-06-01 12:00+08", "2026-06-02 12:00+08"
TABLES = (
    "core.cadre_now", "core.cadre", "core.link", "core.known_record", "core.held_link", "core.alert", "core.appointment",
    "core.education", "core.family", "core.spell", "core.held_appointment", "core.held_education", "core.schooling",
    "core.held_cadre", "core.described_cadre", "core.assessment", "core.training", "core.archive", "core.objective",
    "core.held_assessment", "core.held_training", "core.held_archive", "core.held_objective",
)  # fmt: skip


def seen(connection: psycopg.Connection, relation: str) -> set[str]:
    return set(column(connection, f"select cadre_no from {relation}"))


@pytest.mark.parametrize("role", OFFICIALS)
def test_officials_of_the_own_regions(city: Home, role: str) -> None:
    with login(city, role) as connection:
        assert column(connection, "select cadre_no from mart.cadre") == OFFICIALS[role]


@pytest.mark.parametrize("as_of", [None, DAY_ONE, DAY_TWO])
@pytest.mark.parametrize("view", VIEWS)
def test_each_view_shows_the_own_share_and_all_of_it(city: Home, view: str, as_of: str | None) -> None:
    found = {}
    for role in OFFICIALS:
        with login(city, role) as connection:
            if as_of:
                connection.execute("select set_config('cadre.as_of', %s, true)", [as_of])
            found[role] = seen(connection, view)
    assert found[LONGXI]
    assert found[QINGHE]
    for role, officials in OFFICIALS.items():
        assert found[role] == found[CITY] & set(officials), role


def test_as_of_then_is_what_was_known_then(city: Home) -> None:
    newcomer = "select count(*) from {} where cadre_no = 'C0009'"
    with login(city, QINGHE) as connection:
        for view in VIEWS:
            connection.execute("select set_config('cadre.as_of', %s, true)", [DAY_ONE])
            assert column(connection, newcomer.format(view)) == [0], view
            connection.execute("select set_config('cadre.as_of', %s, true)", [DAY_TWO])
            assert column(connection, newcomer.format(view)) != [0], view


def test_before_anything_was_known_there_is_nothing(city: Home) -> None:
    with login(city, CITY) as connection:
        connection.execute("set local cadre.as_of = '2026-05-01'")
        for view in (*VIEWS, "mart.delivery", "mart.freshness"):
            assert connection.execute(f"select * from {view}").fetchall() == []


def test_the_tables_below_the_views_show_no_more(city: Home) -> None:
    with login(city, QINGHE) as connection:
        for relation in TABLES:
            found = seen(connection, relation)
            assert found, relation
            assert found <= set(OFFICIALS[QINGHE]), relation
        theirs = "select source_key from core.record except select source_key from core.link"
        assert column(connection, theirs) == []
        events = "select alert ->> 'cadre_no' from core.alert_event"
        assert set(column(connection, events)) <= set(OFFICIALS[QINGHE])


def test_who_rises_is_the_county_s_to_read_no_more(city: Home) -> None:
    """Nobody reads about those above them; nor about whose level nobody knows."""
    for level in ("121", "122", "131", "132", None):
        with psycopg.connect(city.owner) as owner:
            owner.execute("update core.cadre_now set duty_level = %s where cadre_no = 'C0002'", [level])
            for role, sees in ((QINGHE, False), (LONGXI, False), ("reader_529900", True), (CITY, True)):
                owner.execute(f"set local role {role}")
                for view in VIEWS:
                    found = owner.execute(f"select from {view} where cadre_no = 'C0002'").fetchall()
                    assert bool(found) == sees or (sees and view in ("mart.record", "mart.alert")), (level, role, view)
                owner.execute("reset role")
            owner.rollback()


def test_who_waits_for_a_person_is_nobody_s_to_see(city: Home) -> None:
    assert city.one("select count(*) from core.link where verdict = 'undecided' and known_to is null") > 0
    with login(city, CITY) as connection:
        assert column(connection, "select verdict from core.link") == ["same"]


@pytest.mark.parametrize("value", ["yesterdayish", "2026-13-01", "06:00", "1 or 1=1"])
def test_a_bad_as_of_is_an_error(city: Home, value: str) -> None:
    for view in VIEWS:
        with login(city, CITY) as connection, pytest.raises((InvalidDatetimeFormat, psycopg.errors.DatetimeFieldOverflow)):
            connection.execute("select set_config('cadre.as_of', %s, true)", [value])
            connection.execute(f"select count(*) from {view}").fetchall()


def test_an_empty_as_of_is_the_present(city: Home) -> None:
    with login(city, QINGHE) as connection:
        connection.execute("set local cadre.as_of = ''")
        assert column(connection, "select cadre_no from mart.cadre") == OFFICIALS[QINGHE]


@pytest.mark.parametrize(
    "setting",
    [
        "set local role cadre_loader",
        "set local role cadre_web",
        "set local role postgres",
        f"set local role {CITY}",
        f"set local session authorization {CITY}",
        "reset session authorization; set local role cadre_loader",
    ],
)
def test_nobody_becomes_somebody_else(city: Home, setting: str) -> None:
    with login(city, QINGHE) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(setting)


@pytest.mark.parametrize(
    "setting",
    [
        "set local cadre.region = '529901'",
        "set local cadre.account = 'reader_city'",
        "set local cadre.role_name = 'reader_city'",
        "set local application_name = 'cadre-cloud'",
        "set local search_path = pg_temp, core, mart",
        "set local role cadre_reader",
    ],
)
def test_no_setting_shows_more(city: Home, setting: str) -> None:
    with login(city, QINGHE) as connection:
        connection.execute(setting)
        assert seen(connection, "mart.cadre") <= set(OFFICIALS[QINGHE])


def test_switching_row_security_off_is_refused(city: Home) -> None:
    with login(city, QINGHE) as connection:
        connection.execute("set local row_security = off")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select * from mart.cadre")


def test_objects_of_the_reader_s_own_stand_in_for_nothing(city: Home) -> None:
    """A policy and a view name what they mean, whatever is found first on a search path."""
    with login(city, QINGHE) as connection:
        connection.execute("create temp table account (role_name name, region_prefix text)")
        connection.execute("insert into pg_temp.account values (current_user, '')")
        connection.execute("create temp table cadre_now as select 'C0001' as cadre_no")
        connection.execute("create function pg_temp.starts_with(text, text) returns boolean language sql as 'select true'")
        connection.execute("create function pg_temp.as_of() returns timestamptz language sql as $$ select null::timestamptz $$")
        connection.execute("set local search_path = pg_temp, core, pg_catalog")
        assert seen(connection, "mart.cadre") == set(OFFICIALS[QINGHE])
        assert seen(connection, "mart.alert") <= set(OFFICIALS[QINGHE])


def test_a_function_of_the_reader_s_own_is_shown_no_other_row(city: Home) -> None:
    told: list[str] = []
    with login(city, QINGHE) as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        connection.execute("""
            create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as
            $$ begin raise notice '%', $1; return true; end $$""")
        for relation in (*VIEWS, *TABLES):
            connection.execute(f"select count(*) from {relation} where pg_temp.tell(cadre_no)")
    assert told
    assert set(told) <= set(OFFICIALS[QINGHE])
