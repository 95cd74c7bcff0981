"""Who may ask for what becomes of a delivery, and how little more an engineer may."""

import psycopg
import pytest
from homes import Home
from psycopg.errors import InsufficientPrivilege, RaiseException
from readers import admit, login

ENGINEER = "engineer_of_tests"
WISH = (
    "insert into ledger.wish (who, why, kind, delivery_id) select 'me', 'so', 'reject', delivery_id from ledger.delivery limit 1"
)
LIS = WISH.replace("'me'", "'li'")


@pytest.fixture(scope="module")
def engineer(city: Home) -> Home:
    admit(city, ENGINEER, group="cadre_engineer")
    return city


def test_an_engineer_sees_the_ledger(engineer: Home) -> None:
    with login(engineer, ENGINEER) as connection:
        for relation in ("ledger.wish", "ledger.act", "ledger.delivery", "ledger.quality", "mart.quarantine"):
            assert connection.execute(f"select count(*) from {relation}").fetchone()


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.wish set state = 'done', ended_at = now()",
        "delete from ledger.wish",
        "insert into ledger.wish (who, why, kind, delivery_id, state) values ('a', 'b', 'accept', 'c', 'done')",
        "insert into ledger.wish (at, who, why, kind, delivery_id) values (now(), 'a', 'b', 'accept', 'c')",
        "insert into ledger.act (at, who, why, kind, delivery_id) values (now(), 'a', 'b', 'accepted', 'c')",
        "update ledger.delivery set state = 'checked'",
        "update ledger.quarantine set state = 'released'",
        "select * from mart.link_review",
        "select * from core.page_user",
        "select * from mail.recipient",
        "select * from core.mention",
        "select core.admit_engineer('me', '')",
        "select core.admit_to('cadre_engineer', 'me', '')",
        "set role cadre_loader",
    ],
)
def test_an_engineer_does_no_more(engineer: Home, statement: str) -> None:
    with login(engineer, ENGINEER) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_an_engineer_without_a_region_reads_about_nobody(engineer: Home) -> None:
    with login(engineer, ENGINEER) as connection:
        for relation in ("mart.cadre", "mart.record", "mart.alert", "mart.appointment", "mart.relative", "core.link"):
            assert connection.execute(f"select count(*) from {relation}").fetchone() == (0,)


def test_nobody_asks_in_the_name_of_another(engineer: Home) -> None:
    """Neither by a login of their own, nor on a page on which somebody else is signed in."""
    engineer.run("select core.admit_engineer('li', null)")
    engineer.run("select core.admit_engineer('me', '529902')")
    with login(engineer, ENGINEER) as connection, pytest.raises(RaiseException, match="in the name of another"):
        connection.execute(LIS)
    with psycopg.connect(engineer.address("cadre_web")) as web, pytest.raises(RaiseException, match="in the name of another"):
        web.execute("set local role cadre_engineer_none")
        web.execute(WISH)


@pytest.mark.parametrize("role", ["reader_city", "reader_of_nothing", "reviewer_city"])
@pytest.mark.parametrize("statement", [WISH, "select * from ledger.wish", "select * from ledger.act"])
def test_nobody_else_asks(engineer: Home, role: str, statement: str) -> None:
    with login(engineer, role) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_the_pages_own_login_asks_for_nothing(engineer: Home) -> None:
    with psycopg.connect(engineer.address("cadre_web")) as web:
        for statement in (WISH, "select * from ledger.wish", "select * from ledger.delivery"):
            with pytest.raises(InsufficientPrivilege), web.transaction():
                web.execute(statement)


def test_a_user_is_admitted_as_an_engineer_and_as_a_reader_again(engineer: Home) -> None:
    def role() -> str:
        return engineer.one("select role_name from core.page_user where user_name = 'li'")

    engineer.run("select core.admit_engineer('li', null)")
    assert (role(), engineer.rows("select * from core.account where role_name = 'cadre_engineer_none'")) == (
        "cadre_engineer_none",
        [],
    )
    engineer.run("select core.admit_engineer('li', '529901')")
    assert role() == "cadre_engineer_529901"
    with psycopg.connect(engineer.address("cadre_web")) as web:
        web.execute("set local role cadre_engineer_529901")
        assert web.execute("select array_agg(distinct region_code) from mart.cadre").fetchone() == (["529901"],)
        web.execute(LIS)
        assert web.execute("select who, at > now() - interval '1 minute' from ledger.wish").fetchall() == [("li", True)]
        web.rollback()
    engineer.run("select core.admit('li', '')")
    assert role() == "cadre_reader_all"
    with psycopg.connect(engineer.owner) as owner, pytest.raises(psycopg.errors.CheckViolation, match="in_pairs"):
        owner.execute("select core.admit_engineer('li', '%')")
