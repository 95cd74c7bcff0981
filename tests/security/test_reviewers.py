"""Who waits for a decision is seen by reviewers of the official's region alone, and they see nothing else that others don't."""

from typing import Any

import psycopg
import pytest
from homes import Home
from psycopg.errors import InsufficientPrivilege
from readers import admit, column, login

LONGXI, QINGHE, CITY = "reviewer_529901", "reviewer_529902", "reviewer_city"
READER = {LONGXI: "reader_529901", QINGHE: "reader_529902", CITY: "reader_city"}
DAY_ONE = "2026-06-01 12:00+08"

PAIR = "resource || '|' || source_key || '|' || mention_no || '|' || cadre_no"


def waiting(city: Home, *regions: str) -> list[Any]:
    """The pairs that wait, about officials of some regions, as the owner sees them."""
    rows = city.rows(
        f"select {PAIR} as pair from core.link join core.cadre_now using (cadre_no) "
        "where verdict = 'undecided' and known_to is null and managed_by = any(%s) order by 1",
        [list(regions)],
    )
    return [row["pair"] for row in rows]


def test_each_reviewer_sees_the_own_share(city: Home) -> None:
    mine = {LONGXI: ["529901"], QINGHE: ["529902"], CITY: ["529900", "529901", "529902"]}
    assert waiting(city, *mine[CITY])
    assert waiting(city, "529901") and waiting(city, "529902")
    for role, regions in mine.items():
        with login(city, role) as connection:
            assert column(connection, f"select {PAIR} from mart.link_review") == waiting(city, *regions)


def test_a_row_says_enough_to_decide_and_no_number(city: Home) -> None:
    with login(city, CITY) as connection:
        rows = connection.execute("select to_jsonb(r) from mart.link_review r").fetchall()
    for (row,) in rows:
        for told in ("cadre_name", "cadre_unit", "cadre_post", "method", "summary", "known_from"):
            assert row[told], told
        assert row["name"] or row["birth_year"]
        assert row["id_masked"] is None or "********" in row["id_masked"]


def test_as_of_then_is_what_waited_then(city: Home) -> None:
    with login(city, CITY) as connection:
        connection.execute("select set_config('cadre.as_of', %s, true)", [DAY_ONE])
        then = column(connection, f"select {PAIR} from mart.link_review")
        assert then == [
            row["pair"]
            for row in city.rows(
                f"select {PAIR} as pair from core.link where verdict = 'undecided' and known_from <= %(at)s "
                "and (known_to is null or known_to > %(at)s) order by 1",
                {"at": DAY_ONE},
            )
        ]
        connection.execute("set local cadre.as_of = '2026-05-01'")
        assert column(connection, f"select {PAIR} from mart.link_review") == []


@pytest.mark.parametrize("role", READER)
@pytest.mark.parametrize("view", ["cadre", "record", "alert", "appointment", "education", "spell", "relative"])
def test_the_rest_they_read_as_others_do(city: Home, role: str, view: str) -> None:
    query = f"select to_jsonb(v)::text from mart.{view} v"
    with login(city, role) as reviewer, login(city, READER[role]) as reader:
        assert column(reviewer, query) == column(reader, query)


def test_below_the_view_is_only_what_waits(city: Home) -> None:
    with login(city, QINGHE) as connection:
        assert column(connection, "select verdict from core.link") == ["same", "undecided"]
        others = "select cadre_no from core.link except select cadre_no from mart.cadre"
        assert column(connection, others) == []
        strangers = "select source_key from core.mention except select source_key from core.link where verdict = 'undecided'"
        assert column(connection, strangers) == []
        theirs = "select source_key from core.record except select source_key from core.link"
        assert column(connection, theirs) == []


@pytest.mark.parametrize(
    "statement",
    [
        "select * from core.mention",
        "select id_cipher from core.mention",
        "select id_lookup from core.mention",
        "select 1 from core.mention where id_lookup is not null",
        "select counted_on, delivery_id from core.mention",
        "select original from core.record",
        "select id_lookup from core.cadre",
        "copy core.mention to stdout",
        "select * from core.page_user",
        "update core.link set known_to = now()",
        "insert into core.link default values",
        "delete from core.mention",
        "set local role cadre_loader",
    ],
)
def test_what_no_reviewer_may(city: Home, statement: str) -> None:
    with login(city, CITY) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_a_function_of_the_reviewer_s_own_is_shown_no_other_row(city: Home) -> None:
    told: list[str] = []
    with login(city, QINGHE) as connection:
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
        connection.execute("""
            create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as
            $$ begin raise notice '%', $1; return true; end $$""")
        connection.execute("select count(*) from mart.link_review where pg_temp.tell(cadre_no)")
        connection.execute("select count(*) from core.link where pg_temp.tell(cadre_no)")
        mine = column(connection, "select cadre_no from mart.cadre")
        assert set(told) <= set(mine)
        told.clear()
        connection.execute("select count(*) from core.mention where pg_temp.tell(resource || '|' || source_key)")
        assert set(told) <= {pair.rsplit("|", 2)[0] for pair in waiting(city, "529902")}


def test_of_a_record_that_names_two_only_who_waits_is_seen(city: Home) -> None:
    with psycopg.connect(city.owner) as owner:
        owner.execute("""
            insert into core.mention (resource, source_key, mention_no, subject, known_from, delivery_id)
            select 'court', 'K', n, 'self', '2026-06-01', 'd' from generate_series(1, 4) as n;
            insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
            select 'court', 'K', n, 'self', c, v, 'several', 'machine', '2026-06-01'
            from (values (1, 'C0002', 'undecided'), (2, 'C0007', 'undecided'), (3, 'C0002', 'same')) as l (n, c, v)""")
        for role, seen in ((QINGHE, [1]), (LONGXI, [2]), (CITY, [1, 2])):
            owner.execute(f"set local role {role}")
            assert column(owner, "select mention_no from core.mention where source_key = 'K'") == seen
            owner.execute("reset role")
        owner.rollback()


def test_a_reader_who_becomes_a_reviewer_is_refused(city: Home) -> None:
    with login(city, READER[CITY]) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("set local role cadre_reviewer")


def test_the_pipe_sees_all_that_waits(city: Home) -> None:
    with psycopg.connect(city.address("cadre_loader")) as loader:
        assert len(column(loader, f"select {PAIR} from mart.link_review")) == len(waiting(city, "529900", "529901", "529902"))


READINGS = """
insert into core.form_reading (form_no, cadre_no, method, candidates, is_latest, name, unit_code, unread, known_from, delivery_id)
select coalesce(c, 'proposed') || u, c, 'person', '{}', false, '某人', u, '{}', '2026-06-01', 'd'
from (values ('C0001'), ('C0002'), ('C0007'), (null)) as o (c)
cross join (select unit_code from core.cadre_now where cadre_no in ('C0002', 'C0007') union select 'unknown') as t (u)"""


def test_a_form_is_read_by_whose_official_it_is_and_a_proposed_one_by_the_city_alone(city: Home) -> None:
    shown = {
        "reader_529902": ["C0002"], QINGHE: ["C0002"], "reader_city": ["C0001", "C0002", "C0007"],
        CITY: ["C0001", "C0002", "C0007", "proposed"], "reader_529900": ["C0001"], "reader_of_nothing": [],
        "reviewer_529900": ["C0001", "proposed"],
    }  # fmt: skip
    admit(city, "reviewer_529900", "529900", group="cadre_reviewer")
    with psycopg.connect(city.owner) as owner:
        owner.execute(READINGS)
        for role, whose in shown.items():
            owner.execute(f"set local role {role}")
            for relation in ("core.form_reading", "core.known_form", "core.held_form"):
                assert column(owner, f"select coalesce(cadre_no, 'proposed') from {relation}") == whose, (role, relation)
            owner.execute("reset role")
        owner.rollback()


SAYS = """
with r as (
    insert into core.record (resource, source_key, summary, detail, original, known_from, delivery_id)
    values (%(resource)s, 'K', '', '{}', '{}', '2026-06-01', 'd') returning resource, source_key)
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select resource, source_key, 1, 'self', 'C0002', %(verdict)s, 'full_id', 'machine', '2026-06-01' from r"""


@pytest.mark.parametrize(
    ("resource", "verdict", "sees"),
    [
        ("court", "same", {"reader_529902", QINGHE, CITY}),
        ("court", "undecided", {QINGHE, CITY}),
        ("court", "different", set()),
        ("court", "withdrawn", set()),
        ("population", "same", set()),
    ],
)
def test_a_statement_is_read_by_what_it_says(city: Home, resource: str, verdict: str, sees: set[str]) -> None:
    """What is held, and what waits; not what was denied or taken back, and not who lives in which household."""
    with psycopg.connect(city.owner) as owner:
        owner.execute(SAYS, {"resource": resource, "verdict": verdict})
        for role in (LONGXI, QINGHE, CITY, "reader_529902", "reader_529901"):
            owner.execute(f"set local role {role}")
            for relation in ("core.link", "core.held_link", "core.record", "core.held_record"):
                found = owner.execute(f"select from {relation} where source_key = 'K'").fetchall()
                assert bool(found) == (role in sees), (role, relation)
            owner.execute("reset role")
        owner.rollback()
