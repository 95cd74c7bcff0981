"""Whose record it is decides a reviewer of the official's region alone, and nobody who is near to one who may be meant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from homes import Home, settled_in
from psycopg.errors import CheckViolation, InsufficientPrivilege, RaiseException
from readers import login

from cadre_cloud.commands import review
from cadre_cloud.commands.decision_file import COLUMNS
from cadre_cloud.warehouse import objections
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import acted_at, connect

QINGHE, LONGXI, CITY = "cadre_reviewer_529902", "cadre_reviewer_529901", "cadre_reviewer_5299"
USERS = {
    "li": ("cadre_reviewer", "529902"), "zhou": ("cadre_reviewer", "529901"), "wu": ("cadre_reviewer", "5299"),
    "reader": ("cadre_reader", "529902"), "engineer": ("cadre_engineer", "529902"), "steward": ("cadre_steward", "529902"),
}  # fmt: skip
HIS, OTHER, ABOVE, LONGXIS = "C0002", "C0009", "C0001", "C0007"  # of Qinghe two, of the city, of the other county
REGION, NEAR, NAME = "a reviewer .* for the region of the official", "may be meant", "in the name of another"

DECIDE = "select core.decide('court', 'K', 1, %(cadre)s, %(said)s, %(who)s, 'looked it up', now())"
ASKED = """
insert into core.record (resource, source_key, summary, detail, original, known_from, delivery_id)
values ('court', 'K', '', '{}', '{}', '2026-06-01', 'd');
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select 'court', 'K', 1, 'self', c, 'undecided', 'several', 'machine', '2026-06-01' from unnest(%s::text[]) as c"""
FAMILY = """
insert into core.family (family_no, cadre_no, relation, name, employer, id_lookup, original, known_from, delivery_id)
values (%s, %s, '兄', %s, %s, %s, '{}', '2026-06-01', 'd')"""
HOUSEHOLD = """
with r as (
    insert into core.record (resource, source_key, summary, status, detail, original, known_from, delivery_id)
    values ('population', 'H' || %(cadre)s, '', %(relation)s, '{"household_no": "H1"}', '{}', '2026-06-01', 'd')
    returning resource, source_key)
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select resource, source_key, 1, 'self', %(cadre)s, 'same', 'full_id', 'machine', '2026-06-01' from r"""
ELSEWHERE = "update core.cadre_now set unit_code = 'U' || cadre_no where cadre_no = any(%s)"


@pytest.fixture(scope="module")
def reviewed(city: Home) -> Home:
    for user, (group, region) in USERS.items():
        city.run("select core.admit_to(%s, %s, %s)", [group, user, region])
    return city


@contextmanager
def case(city: Home, *meant: str, reviewer: str | None = OTHER) -> Iterator[psycopg.Connection]:
    """A question in which some officials may be meant; `li` is an official of the county, in another unit. Undone in the end."""
    with psycopg.connect(city.owner) as owner:
        owner.execute(ASKED.split(";\n", maxsplit=1)[0])
        owner.execute(ASKED.split(";\n")[1], [list(meant)])
        owner.execute("delete from core.appointment where cadre_no = any(%s)", [[HIS, OTHER]])
        owner.execute("delete from core.family")
        owner.execute(ELSEWHERE, [[HIS, OTHER]])
        owner.execute("update core.page_user set cadre_no = %s where user_name = 'li'", [reviewer])
        yield owner
        owner.rollback()


def decides(owner: psycopg.Connection, cadre: str, *, who: str = "li", role: str = QINGHE, said: str = "same") -> bool:
    owner.execute(f"set local role {role}")
    (new,) = owner.execute(DECIDE, {"cadre": cadre, "who": who, "said": said}).fetchone()
    owner.execute("reset role")
    return new


def test_a_reviewer_of_the_region_decides(reviewed: Home) -> None:
    with case(reviewed, HIS) as owner:
        assert decides(owner, HIS)
        held = owner.execute("select verdict, decided_by, reason from core.link where source_key = 'K' and known_to is null")
        assert held.fetchall() == [("same", "li", "looked it up")]
        assert not decides(owner, HIS)


@pytest.mark.parametrize("said", ["same", "different", "unsure"])
@pytest.mark.parametrize(
    ("who", "role", "cadre", "why"),
    [
        ("zhou", LONGXI, HIS, REGION),
        ("li", QINGHE, LONGXIS, REGION),
        ("li", QINGHE, ABOVE, REGION),  # whose unit may be in the county
        ("li", QINGHE, "C9999", REGION),  # nor is it told whom there is
        ("zhou", QINGHE, HIS, NAME),
        ("nobody", QINGHE, HIS, NAME),
        ("wu", QINGHE, HIS, NAME),
    ],
)
def test_nobody_else_does(reviewed: Home, who: str, role: str, cadre: str, why: str, said: str) -> None:
    with case(reviewed, HIS, LONGXIS, ABOVE) as owner, pytest.raises(RaiseException, match=why):
        decides(owner, cadre, who=who, role=role, said=said)


@pytest.mark.parametrize("group", ["cadre_reader", "cadre_engineer", "cadre_steward"])
@pytest.mark.parametrize("statement", [
    DECIDE, "select core.undo_decision('li', now())", "select core.too_near('li')",
    "select * from core.link_history('court', 'K', 1)",
])  # fmt: skip
def test_other_roles_may_not_even_ask(reviewed: Home, group: str, statement: str) -> None:
    with case(reviewed, HIS) as owner, pytest.raises(InsufficientPrivilege):
        owner.execute(f"set local role {group}_529902")
        owner.execute(statement, {"cadre": HIS, "who": "li", "said": "same"})


Near = Callable[[psycopg.Connection], Any]
LOOKUP = "select id_lookup from core.cadre where cadre_no = '{}' and known_to is null"


def number_of(owner: psycopg.Connection, cadre_no: str) -> bytes:
    ((number,),) = owner.execute(LOOKUP.format(cadre_no)).fetchall()
    return number


def both_declare(owner: psycopg.Connection) -> None:
    for number, cadre in (("1", HIS), ("2", OTHER)):
        owner.execute(FAMILY, [number, cadre, "王父", None, b"a number"])


def one_household(owner: psycopg.Connection) -> None:
    for cadre, relation in ((HIS, "户主"), (OTHER, "配偶")):
        owner.execute(HOUSEHOLD, {"cadre": cadre, "relation": relation})


def one_employer(owner: psycopg.Connection, of: str, by: str) -> None:
    ((name, unit),) = owner.execute("select name, unit_name from core.cadre_now where cadre_no = %s", [of]).fetchall()
    owner.execute(FAMILY, ["1", by, name, f"{unit}副科长", None])


def one_post(owner: psycopg.Connection) -> None:
    for cadre in (HIS, OTHER):
        owner.execute(
            "insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, is_leader, started_on, original, "
            "known_from, delivery_id) values ('A' || %s, %s, 'TEAM', 'P', false, '2020-01-01', '{}', '2026-06-01', 'd')",
            [cadre, cadre],
        )


NEARNESS: dict[str, Near] = {
    "themself": lambda owner: owner.execute("update core.page_user set cadre_no = %s where user_name = 'li'", [HIS]),
    "declared by the reviewer": lambda owner: owner.execute(FAMILY, ["1", OTHER, "x", None, number_of(owner, HIS)]),
    "declared by the official": lambda owner: owner.execute(FAMILY, ["1", HIS, "x", None, number_of(owner, OTHER)]),
    "a relative of both": both_declare,
    "a household": one_household,
    "declared by name": lambda owner: one_employer(owner, HIS, OTHER),
    "declared by name by the official": lambda owner: one_employer(owner, OTHER, HIS),
    "a unit": lambda owner: owner.execute("update core.cadre_now set unit_code = 'U' where cadre_no in ('C0002', 'C0009')"),
    "another post's unit": one_post,
}


@pytest.mark.parametrize("said", ["same", "unsure"])
@pytest.mark.parametrize("nearness", NEARNESS)
def test_nobody_decides_about_who_is_near(reviewed: Home, nearness: str, said: str) -> None:
    with case(reviewed, HIS) as owner:
        NEARNESS[nearness](owner)
        with pytest.raises(RaiseException, match=NEAR):
            decides(owner, HIS, said=said)


@pytest.mark.parametrize("nearness", NEARNESS)
def test_nor_where_such_a_one_is_meant_beside_others(reviewed: Home, nearness: str) -> None:
    with case(reviewed, HIS, "C0004") as owner:
        NEARNESS[nearness](owner)
        with pytest.raises(RaiseException, match=NEAR):
            decides(owner, "C0004", said="different")


@pytest.mark.parametrize("setting", ["cadre.as_of = '2020-01-01'", "cadre.valid_on = '1990-01-01'", "search_path = pg_temp"])
def test_no_setting_makes_a_relative_a_stranger(reviewed: Home, setting: str) -> None:
    with case(reviewed, HIS) as owner:
        one_household(owner)
        owner.execute(f"set local {setting}")
        with pytest.raises(RaiseException, match=NEAR):
            decides(owner, HIS)


def test_who_is_no_official_is_near_to_nobody(reviewed: Home) -> None:
    with case(reviewed, HIS, reviewer=None) as owner:
        one_household(owner)
        assert decides(owner, HIS)


def test_who_became_near_or_lost_the_role_takes_nothing_back(reviewed: Home) -> None:
    undo = "select core.undo_decision('li', now())"
    for change, why in (
        (NEARNESS["themself"], NEAR),
        (lambda owner: owner.execute("delete from core.account where role_name = %s", [QINGHE]), REGION),
    ):
        with case(reviewed, HIS) as owner:
            decides(owner, HIS)
            change(owner)
            owner.execute(f"set local role {QINGHE}")
            with pytest.raises(RaiseException, match=why):
                owner.execute(undo)


def test_nobody_takes_back_what_another_decided(reviewed: Home) -> None:
    with case(reviewed, HIS) as owner:
        decides(owner, HIS)
        owner.execute(f"set local role {CITY}")
        assert owner.execute("select core.undo_decision('wu', now())").fetchall() == []
        with pytest.raises(RaiseException, match=NAME):
            owner.execute("select core.undo_decision('li', now())")


@pytest.mark.parametrize("statement", [
    "insert into core.link_decision (about, verdict, who, why, at) select min(link_no), 'same', 'li', 'so', now() from core.link",
    "update core.link_decision set who = 'li'",
    "delete from core.link_decision",
    "select core.restate(l, '{}') from core.link l limit 1",
    "select core.refuse_decider('li', 'C0002', '{}')",
    "select core.note_unsure(l, 'li', 'so', now()) from core.link l limit 1",
    "select core.pair_of('court', 'K', 1, 'C0002')",
    "select core.answer_objection(1, 'upheld', 'li', 'so', now())",
    "select * from core.link_decision",
    "update core.page_user set cadre_no = null",
])  # fmt: skip
def test_a_reviewer_writes_nothing_past_it(reviewed: Home, statement: str) -> None:
    with login(reviewed, "reviewer_529902") as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_a_reviewer_with_a_login_is_no_user_of_the_pages(reviewed: Home) -> None:
    with login(reviewed, "reviewer_529902") as connection, pytest.raises(RaiseException, match=NAME):
        connection.execute(DECIDE, {"cadre": HIS, "who": "li", "said": "same"})


@pytest.mark.parametrize("statement", [
    "insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from) "
    "values ('court', 'K', 1, 'self', 'C0002', 'same', 'several', 'li', now())",
    "insert into core.link_decision (about, verdict, who, why, at) select min(link_no), 'same', 'li', 'so', now() from core.link",
    "insert into core.objection_answer (objection_no, verdict, who, why, at) values (1, 'dismissed', 'li', 'so', now())",
    "update core.page_user set cadre_no = null",
    "select core.restate(l, '{\"decided_by\": \"li\"}') from core.link l limit 1",
])  # fmt: skip
def test_nor_does_the_pipe_s_own_login(reviewed: Home, statement: str) -> None:
    with psycopg.connect(reviewed.address("cadre_loader")) as loader, pytest.raises(InsufficientPrivilege):
        loader.execute(statement)


@pytest.mark.parametrize(("who", "why"), [("", "so"), (" ", "so"), ("Machine", "so"), ("li", " "), ("li", "529901198001011234")])
def test_who_and_why_are_said_and_no_number(reviewed: Home, who: str, why: str) -> None:
    with psycopg.connect(reviewed.owner) as owner, pytest.raises(CheckViolation):
        owner.execute(
            "insert into core.link_decision (about, verdict, who, why, at) "
            "select min(link_no), 'same', %s, %s, now() from core.link",
            [who, why],
        )


def test_nobody_changes_what_was_decided(reviewed: Home) -> None:
    with case(reviewed, HIS) as owner:
        decides(owner, HIS)
        for statement in (
            "update core.link_decision set who = 'x'",
            "delete from core.link_decision",
            "truncate core.link_decision",
        ):
            with pytest.raises(RaiseException, match="append-only"), owner.transaction():
                owner.execute(statement)


@pytest.mark.parametrize(("who", "why"), [
    ("zhou", "has to be a reviewer"), ("nobody", "has to be a reviewer"), ("engineer", "has to be a reviewer"),
    ("steward", "has to be a reviewer"), ("me", "may be meant"),
])  # fmt: skip
def test_a_file_or_an_answer_is_no_way_round(reviewed: Home, who: str, why: str) -> None:
    with psycopg.connect(reviewed.owner) as owner:
        owner.execute("select core.admit_to('cadre_reviewer', 'me', '5299', %s)", [HIS])
    (pair,) = reviewed.rows(
        "select resource, source_key, mention_no from core.link where verdict = 'undecided' and cadre_no = %s "
        "and known_to is null order by link_no limit 1", [HIS],
    )  # fmt: skip
    said = pair | {"cadre_no": HIS, "decision": "different", "who": who, "why": "so"}
    names = [*COLUMNS, "mention_no"]
    rows = [",".join(names), ",".join(f'"{said[name]}"' for name in names)]
    (objection,) = reviewed.rows(
        "insert into core.objection (resource, source_key, cadre_no, who, why, at) values ('court', 'K', %s, 'a', 'b', now()) "
        "returning *", [HIS],
    )  # fmt: skip
    with settled_in(reviewed), connect() as warehouse:
        outcome = review.review("\n".join(rows).encode())
        assert (outcome.new, why in outcome.refused[1]) == (0, True)
        for verdict in objections.VERDICTS:
            with pytest.raises(Refused, match=why):
                objections.answer(warehouse, objection, verdict, Act(who, "so"), acted_at())
