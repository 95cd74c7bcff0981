"""What can be inferred from what is not shown: out of statistics, errors, plans, the time a query takes, another's session."""

import statistics
import time

import psycopg
import pytest
from every_role import COUNTY, NOBODY, QINGHE, ROLES, UNSEEN
from homes import Home
from psycopg.errors import InsufficientPrivilege
from readers import column, login

NO_NUMBER = "529900********9999"
RELATIONS = ("mart.cadre", "mart.record", "mart.alert", "core.cadre_now", "core.cadre", "core.link", "core.alert", "core.family")


@pytest.mark.parametrize("role", ROLES)
def test_the_planner_s_statistics_tell_no_value(city: Home, role: str) -> None:
    city.run("create statistics if not exists core.of_tests on duty_level, post_title, (left(name, 1)) from core.cadre_now")
    city.run("analyze")
    people = "in (select c.relname from pg_class c where relnamespace = 'core'::regnamespace and relrowsecurity)"
    with login(city, role) as connection:
        assert column(connection, f"select tablename || '.' || attname from pg_stats where tablename {people}") == []
        for view in ("pg_stats_ext", "pg_stats_ext_exprs"):
            assert column(connection, f"select statistics_name from {view}") == []
    city.run("drop statistics core.of_tests")


@pytest.mark.parametrize("role", [*COUNTY, "reader_of_nothing"])
def test_an_error_tells_no_value_of_another_s(city: Home, role: str) -> None:
    """What a row policy withholds reaches no function that could fail, and say on what."""
    for relation in RELATIONS:
        with login(city, role) as connection:
            try:
                connection.execute(f"select count(*) from {relation} where cadre_no::integer > 0").fetchall()
            except psycopg.errors.InvalidTextRepresentation as error:
                assert any(f'"{official}"' in str(error) for official in QINGHE), relation
                assert role != "reader_of_nothing"
            else:
                assert role == "reader_of_nothing"


@pytest.mark.parametrize("role", COUNTY)
def test_the_plan_of_a_look_up_is_the_same_whether_there_is_somebody_or_not(city: Home, role: str) -> None:
    with login(city, role) as connection:
        for looked_up, values in (
            ("mart.cadre where cadre_no", (UNSEEN, NOBODY)),
            ("core.cadre_now where cadre_no", (UNSEEN, NOBODY)),
            ("mart.cadre where id_masked", (masked(city, UNSEEN), NO_NUMBER)),
        ):
            plans = []
            for value in values:
                rows = connection.execute(f"explain (verbose) select * from {looked_up} = '{value}'").fetchall()
                plans.append("\n".join(row[0] for row in rows).replace(value, "?"))
            assert plans[0] == plans[1], looked_up


@pytest.mark.parametrize("role", COUNTY)
def test_a_plan_tells_no_value(city: Home, role: str) -> None:
    city.run("analyze")
    people = city.rows("select cadre_no, name, unit_name, post_title, id_masked from core.cadre_now")
    with login(city, role) as connection:
        for relation in RELATIONS:
            rows = connection.execute(f"explain (analyze, verbose, settings) select cadre_no from {relation}").fetchall()
            plan = "\n".join(row[0] for row in rows)
            assert not [value for row in people for value in row.values() if value in plan], relation


# Of an official of another county: a table, its column, a wrong guess, and how one asks.
GUESSES = [
    ("cadre", "born_on", "19560601", "born_on = {}"),
    ("cadre", "born_on", "19560601", "born_on = any(array[{}])"),
    ("cadre", "born_on", "20200601", "born_on >= {}"),
    ("cadre_now", "born_on", "19560601", "born_on is not distinct from {}"),
    ("cadre_now", "born_on", "19560601", "nullif(born_on, {}) is null"),
    ("cadre_now", "born_on", "19560601", "not bttextcmp(born_on, {})::boolean"),
    ("cadre_now", "born_on", "19560601", "exists (select from (values ({})) as v (x) where v.x = born_on)"),
    ("held_cadre", "born_on", "19560601", "born_on = {}"),
    ("cadre_now", "work_started_on", "1960-06-01", "work_started_on = {}"),
    ("alert", "severity", "context", "severity = {}"),
    ("assessment", "year", "1999", "year = {}"),
    ("known_record", "summary", "", "summary = {}"),
]
COUNTED = ("actual rows", "never executed", "Removed", "Searches")


@pytest.mark.parametrize(("table", "of", "wrong", "guess"), GUESSES)
@pytest.mark.parametrize("role", COUNTY)
def test_what_a_plan_counts_is_the_same_be_a_guess_right_or_wrong(
    city: Home, role: str, table: str, of: str, wrong: str, guess: str
) -> None:
    """A row policy is asked before what a reader asks, and that is asked of no row that the policy withholds."""
    right = city.rows(f"select {of}::text as value from core.{table} where cadre_no = %s", [UNSEEN])[0]["value"]
    counts = []
    with login(city, role) as connection:
        for value in (right, wrong):
            asked = f"select from core.{table} where cadre_no = '{UNSEEN}' and {guess.format(repr(value))}"
            plan = connection.execute(f"explain (analyze, costs off, timing off, summary off, buffers off) {asked}")
            counts.append([line for (line,) in plan if any(word in line for word in COUNTED)])
    assert counts[0]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", COUNTY)
def test_a_look_up_by_number_takes_as_long_for_who_is_unseen_as_for_nobody(city: Home, role: str) -> None:
    asked = "select * from mart.cadre where id_masked = %s"
    values, took = (masked(city, UNSEEN), NO_NUMBER), ([], [])
    with login(city, role) as connection:
        for _ in range(300):
            for value, times in zip(values, took, strict=True):
                began = time.perf_counter()
                assert connection.execute(asked, [value]).fetchall() == []
                times.append(time.perf_counter() - began)
    unseen, nobody = (statistics.median(times) for times in took)
    assert 1 / 1.3 < unseen / nobody < 1.3


def masked(city: Home, cadre_no: str) -> str:
    return city.one("select id_masked from core.cadre_now where cadre_no = %s", [cadre_no])


def test_a_prepared_statement_answers_whoever_executes_it(city: Home) -> None:
    """The pages' connections are used by one user after another: a plan made for one is none for the next."""
    city.run("select core.admit('a', '529901'), core.admit('b', '529902'), core.admit_to('cadre_auditor', 'c', null)")
    with psycopg.connect(city.address("cadre_web")) as web:
        web.execute("set plan_cache_mode = force_generic_plan")
        web.execute("set role cadre_reader_529902")
        web.execute("prepare all_of_them as select cadre_no from mart.cadre order by 1")
        mine = web.execute("execute all_of_them").fetchall()
        assert [row for (row,) in mine] == QINGHE
        web.execute("set role cadre_reader_529901")
        theirs = web.execute("execute all_of_them").fetchall()
        assert theirs
        assert not set(theirs) & set(mine)
        web.execute("set role cadre_auditor_none")
        with pytest.raises(InsufficientPrivilege):
            web.execute("execute all_of_them")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_or_stops_what_others_ask(city: Home, role: str) -> None:
    with psycopg.connect(city.owner) as owner, login(city, role) as connection:
        owner.execute("select 'what the owner asks'")
        others = connection.execute("select pid, query from pg_stat_activity where usename <> current_user").fetchall()
        assert others
        assert {query for _, query in others} <= {"<insufficient privilege>", None}
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select pg_cancel_backend(%s)", [owner.info.backend_pid])


def test_what_stands_beside_a_mask_is_not_the_rest_of_the_number(city: Home) -> None:
    """A region and a birth date are fourteen characters of it; the other four are for no eye, and lie open in no table."""
    for relation in ("mart.cadre", "core.cadre", "core.cadre_now"):
        with login(city, "reader_city") as connection:
            masks = column(connection, f"select id_masked from {relation} where id_masked is not null")
        assert masks
        assert [mask for mask in masks if mask[6:] != "*" * 12] == [], relation
    for relation in ("form", "mention"):
        kept = [
            row["id_masked"]
            for row in city.rows(f"select id_masked from core.{relation} where id_masked is not null and id_cipher is not null")
        ]
        assert kept or relation == "form"
        assert [mask for mask in kept if mask[6:] != "*" * 12] == [], relation
