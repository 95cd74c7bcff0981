"""An analyst counts the officials of the own regions, and learns of nobody what a count does not say."""

from typing import Any

import psycopg
import pytest
from homes import Home
from readers import admit, column, login

COUNTY, CITY = "analyst_529902", "analyst_city"
DAY_ONE = "2026-06-01 12:00+08"
OWN = {COUNTY: "managed_by = '529902'", CITY: "true"}
MOMENTS = (("", ""), (DAY_ONE, ""), ("", "2025-06-01"), ("", "2026-03-15"))  # as of, valid on
STATISTICS = ("mart.cadre_statistic", "mart.alert_statistic", "mart.record_statistic")


@pytest.fixture(scope="module")
def counted(city: Home) -> Home:
    admit(city, CITY, "52", group="cadre_analyst")
    admit(city, "analyst_of_nothing", group="cadre_analyst")
    return city


def told(city: Home, role: str, query: str, as_of: str = "", valid_on: str = "") -> list[Any]:
    with login(city, role) as connection:
        return asked(connection, query, as_of, valid_on)


def known(city: Home, query: str, as_of: str = "", valid_on: str = "") -> list[Any]:
    with psycopg.connect(city.owner) as owner:
        return asked(owner, query, as_of, valid_on)


def asked(connection: psycopg.Connection[Any], query: str, as_of: str, valid_on: str) -> list[Any]:
    connection.execute("select set_config('cadre.as_of', %s, true), set_config('cadre.valid_on', %s, true)", [as_of, valid_on])
    return sorted(connection.execute(query).fetchall(), key=repr)


@pytest.mark.parametrize("role", OWN)
@pytest.mark.parametrize("moment", [*MOMENTS, ("2026-06-03 12:00+08", ""), (DAY_ONE, "2025-06-01")])
def test_the_roster_to_be_counted_is_that_of_then(counted: Home, role: str, moment: tuple[str, str]) -> None:
    theirs = f"""
        select c.region_code, c.sex, left(c.born_on, 4)::integer, c.ethnic_group, c.party,
               extract(year from c.work_started_on)::integer, c.education, c.degree, c.duty_level, c.status
        from core.held_cadre c join core.cadre_now n using (cadre_no) where {OWN[role]}"""
    assert known(counted, theirs, *moment)
    assert told(counted, role, "select * from mart.cadre_statistic", *moment) == known(counted, theirs, *moment)


def test_before_anything_was_known_nothing_is_counted(counted: Home) -> None:
    roster = "select * from mart.cadre_statistic"
    assert len(told(counted, CITY, roster, DAY_ONE)) == len(told(counted, CITY, roster)) - 1
    for statistic in STATISTICS:
        assert told(counted, CITY, f"select * from {statistic}", "2026-05-01") == []


def test_who_is_nobody_s_present_any_more_is_counted_no_more(counted: Home) -> None:
    with psycopg.connect(counted.owner) as owner:
        counts = []
        for statement in ("select", "update core.cadre_now set gone = true where cadre_no = 'C0002'"):
            owner.execute(statement)
            owner.execute(f"set local role {COUNTY}")
            counts.append(owner.execute("select count(*) from mart.cadre_statistic").fetchone()[0])
            owner.execute("reset role")
        owner.rollback()
    assert counts[0] - counts[1] == 1


@pytest.mark.parametrize("role", OWN)
def test_alerts_are_counted_where_they_are_about_three(counted: Home, role: str) -> None:
    theirs = f"""
        select n.region_code, rule, severity, state, case when count(distinct cadre_no) >= 3 then count(*) end
        from mart.alert join core.cadre_now n using (cadre_no) where {OWN[role]} group by 1, 2, 3, 4"""
    for moment in MOMENTS:
        assert told(counted, role, "select * from mart.alert_statistic", *moment) == known(counted, theirs, *moment)
    assert known(counted, theirs)


@pytest.mark.parametrize("role", OWN)
def test_records_are_counted_where_they_are_about_three(counted: Home, role: str) -> None:
    theirs = f"""
        select n.region_code, r.resource, extract(year from r.occurred_on)::integer, r.status,
               case when count(distinct n.cadre_no) >= 3 then count(*) end
        from mart.record r join core.cadre_now n using (cadre_no) where {OWN[role]} group by 1, 2, 3, 4"""
    for moment in MOMENTS:
        assert told(counted, role, "select * from mart.record_statistic", *moment) == known(counted, theirs, *moment)
    assert known(counted, theirs)


def test_three_are_counted_and_two_are_not(counted: Home) -> None:
    """As many alerts as one likes of two officials are not told; of three they are."""
    more = """
        insert into core.alert
        select 'X' || n, 'storm', 1, cadre_no, n::text, 'notice', 'new', '', '', '', '', '', null, null, '[]', now()
        from unnest(%s::text[]) with ordinality as c (cadre_no, n)"""
    event = """
        insert into core.alert_event (alert_no, kind, to_state, at, by, why, alert)
        select alert_no, 'raised', 'new', now(), 'machine', '', to_jsonb(a) from core.alert a where rule = 'storm'"""
    for officials, number in ((["C0002", "C0004", "C0002"], None), (["C0002", "C0004", "C0002", "C0006"], 4)):
        with psycopg.connect(counted.owner) as owner:
            owner.execute(more, [officials])
            owner.execute(event)
            owner.execute(f"set local role {COUNTY}")
            found = owner.execute("select alerts from mart.alert_statistic where rule = 'storm'").fetchall()
            owner.rollback()
        assert found == [(number,)]


def test_of_records_too_three_are_counted_and_two_are_not(counted: Home) -> None:
    """And who lives in which household is not counted at all."""
    more = """
        with r as (
            insert into core.record (resource, source_key, occurred_on, summary, detail, original, known_from, delivery_id)
            select %(resource)s, n::text, '1999-01-01', '', '{}', '{}', '2026-05-01', 'd'
            from generate_series(1, cardinality(%(officials)s::text[])) as n
            returning resource, source_key)
        insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
        select resource, source_key, 1, 'self', (%(officials)s::text[])[source_key::integer], 'same', 'full_id', 'machine',
               '2026-05-01'
        from r"""
    two, three = ["C0002", "C0004", "C0002"], ["C0002", "C0004", "C0002", "C0006"]
    for resource, officials, numbers in (("court", two, [(None,)]), ("court", three, [(4,)]), ("population", three, [])):
        with psycopg.connect(counted.owner) as owner:
            owner.execute(more, {"resource": resource, "officials": officials})
            owner.execute(f"set local role {COUNTY}")
            found = owner.execute("select records from mart.record_statistic where year = 1999").fetchall()
            owner.rollback()
        assert found == numbers, (resource, officials)


@pytest.mark.parametrize("statement", [
    "update core.alert set state = 'unfounded' where rule = 'discipline_effect_period' and cadre_no = 'C0002'",
    """insert into core.alert_event (alert_no, kind, to_state, at, by, why, alert)
       select alert_no, 'updated', 'unfounded', now(), 'w', 'y', to_jsonb(a) from core.alert as a
       where rule = 'discipline_effect_period' and cadre_no = 'C0002'""",
])  # fmt: skip
def test_what_was_found_unfounded_is_not_counted(counted: Home, statement: str) -> None:
    """Be it so by now, or as of then by its last event."""
    with psycopg.connect(counted.owner) as owner:
        for one, number in (("select", 3), (statement, None)):
            owner.execute(one)
            owner.execute(f"set local role {COUNTY}")
            found = "select state, alerts from mart.alert_statistic where rule = 'discipline_effect_period'"
            assert owner.execute(found).fetchall() == [("new", number)]
            owner.execute("reset role")
        owner.rollback()


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_count_is_of_the_own_regions_and_names_nobody(counted: Home, statistic: str) -> None:
    assert told(counted, "analyst_of_nothing", f"select * from {statistic}") == []
    with login(counted, CITY) as connection:
        names = [column.name for column in connection.execute(f"select * from {statistic}").description]
    hidden = "cadre_no name born_on native_place id_masked post_title unit_code source_key summary detail"
    assert not set(hidden.split()) & set(names)


def test_objects_of_the_analyst_s_own_stand_in_for_nothing(counted: Home) -> None:
    with login(counted, COUNTY) as connection:
        before = column(connection, "select count(*) from mart.cadre_statistic")
        connection.execute("create temp table account (role_name name, region_prefix text)")
        connection.execute("insert into pg_temp.account values (current_user, '')")
        connection.execute("create function pg_temp.answers_for(text, text) returns boolean language sql as 'select true'")
        connection.execute("create function pg_temp.tell(anyelement) returns boolean language plpgsql cost 0.0000001 as "
                           "$$ begin raise notice '%', $1; return true; end $$")  # fmt: skip
        connection.execute("set local search_path = pg_temp, core, mart, pg_catalog")
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        assert column(connection, "select count(*) from mart.cadre_statistic where pg_temp.tell(region_code)") == before
        assert set(told) == {"529902"}


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_plan_tells_nothing_of_what_was_counted(counted: Home, statistic: str) -> None:
    """How many rows it read of which table would be the counts that are withheld, and those of other regions."""
    for as_of in ("", DAY_ONE):
        plan = told(counted, COUNTY, f"explain (analyze, verbose) select * from {statistic}", as_of)
        nodes = [line for (line,) in plan if "Scan" in line]
        assert [line.split(" (")[0].strip(" ->") for line in nodes] == [
            f"Function Scan on core.{statistic.removeprefix('mart.')}"
        ]


def test_an_analyst_is_who_asks_though_the_pages_asked_for_somebody_else_before(counted: Home) -> None:
    counted.run("select core.admit_to('cadre_analyst', 'one', '529901'), core.admit_to('cadre_analyst', 'other', '529902')")
    with psycopg.connect(counted.address("cadre_web")) as web:
        for region in ("529901", "529902"):
            web.execute(f"set local role cadre_analyst_{region}")
            assert column(web, "select region_code from mart.cadre_statistic") == [region]
            web.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("select * from core.cadre_statistic()")
