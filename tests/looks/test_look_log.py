"""The log of who looked: each change of it is found, by whoever can change it at all."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import psycopg
import pytest
from homes import Home
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RaiseException
from revisions import migrate_to

from cadre_cloud.commands import verify_log
from cadre_cloud.commands.migrate import upgrade
from cadre_cloud.upkeep import remove_officials
from cadre_cloud.warehouse import looks
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import connect
from demo.settings import address

SUPER = "set session_replication_role = replica; "
HASH = "update core.look l set hash = core.look_hash(l) where look_no = {}; "
FOLLOW = "update core.look l set previous = (select hash from core.look b where b.look_no = l.look_no - 1) where look_no = {}; "
SAYS_OTHER = "entry {} does not say what was written: it was changed, or stood elsewhere"
FOLLOWS_OTHER = "entry {} was not written after entry {} as that is now"
IS_OTHER = "entry {} is another one than was written"

AGAIN = """
insert into core.look (look_no, at, who, why, through, cadre_no, salt, whom, previous, hash)
select 4, at, who, why, through, cadre_no, salt, whom, hash, '' from core.look where look_no = 3; """

WRONG = {
    "another reason": ("update core.look set why = '例行' where look_no = 2", [SAYS_OTHER.format(2)]),
    "another person who looked": ("update core.look set who = '李审' where look_no = 2", [SAYS_OTHER.format(2)]),
    "another hour": ("update core.look set at = at + interval '1 us' where look_no = 2", [SAYS_OTHER.format(2)]),
    "another official": ("update core.look set cadre_no = 'C0005' where look_no = 2", [SAYS_OTHER.format(2)]),
    "another official, with a digest": (
        "update core.look set cadre_no = 'C0005', whom = sha256(salt || 'C0005'::bytea) where look_no = 2", [SAYS_OTHER.format(2)]
    ),
    "changed, hash and all": (
        "update core.look set why = '例行' where look_no = 2; " + HASH.format(2), [IS_OTHER.format(2), FOLLOWS_OTHER.format(3, 2)]
    ),
    "changed, and the chain made anew": (
        "update core.look set why = '例行' where look_no = 2; "
        + "".join((FOLLOW + HASH).format(number, number) for number in (2, 3, 4)),
        [IS_OTHER.format(number) for number in (2, 3, 4)],
    ),
    "the last one changed, hash and all": (
        "update core.look set why = '例行' where look_no = 4; " + HASH.format(4), [IS_OTHER.format(4)]
    ),
    "one taken out": ("delete from core.look where look_no = 2", ["entry 2 is missing"]),
    "the first one taken out": ("delete from core.look where look_no = 1", ["entry 1 is missing"]),
    "two taken out": ("delete from core.look where look_no in (2, 3)", ["entries 2 to 3 are missing"]),
    "one taken out and the others moved up": (
        "delete from core.look where look_no = 2; update core.look set look_no = 2 where look_no = 3; "
        "update core.look set look_no = 3 where look_no = 4",
        [SAYS_OTHER.format(2), SAYS_OTHER.format(3), "entry 4 is cut off"],
    ),
    "two exchanged": (
        "update core.look set look_no = 9 where look_no = 2; update core.look set look_no = 2 where look_no = 3; "
        "update core.look set look_no = 3 where look_no = 9",
        [SAYS_OTHER.format(2), SAYS_OTHER.format(3), FOLLOWS_OTHER.format(4, 3)],
    ),
    "the end cut off": ("delete from core.look where look_no > 2", ["entries 3 to 4 are cut off"]),
    "all of it": ("delete from core.look", ["entries 1 to 4 are cut off"]),
    "the end cut off, and written anew": (
        "delete from core.look where look_no = 4; " + AGAIN + HASH.format(4), [IS_OTHER.format(4)]
    ),
}  # fmt: skip


def test_a_whole_log_is_whole(looked: Home, command) -> None:
    code, said, error = command(verify_log)
    assert (code, error) == (0, "")
    assert "where 4 of its entries were written" in said
    head = looked.one("select hash from core.look where look_no = 4").hex()
    assert said.splitlines()[-1] == f"4 {head}"
    assert command(verify_log, f"--head=4 {head}")[0] == 0
    assert (looked.var / "looks").stat().st_mode & 0o777 == 0o600


def test_heads_are_kept_for_nobody_else_to_read(city: Home) -> None:
    usual = os.umask(0o022)
    try:
        with connect() as warehouse:
            looks.note(warehouse, Act("李审", "考察"), "command reveal", cadre_no="C0001")
    finally:
        os.umask(usual)
    assert (city.var / "looks").stat().st_mode & 0o777 == 0o600


def test_who_was_looked_at_twice_has_two_digests(looked: Home) -> None:
    """Else the digests that stay of who is deleted would tell that they were one."""
    assert looked.one("select count(distinct whom) from core.look where cadre_no = 'C0001'") == 2
    assert looked.one("select min(length(salt)) from core.look") == 32


def test_the_head_that_was_there_first_is_the_one_that_counts(looked: Home, command) -> None:
    head = looked.one("select encode(hash, 'hex') from core.look where look_no = 3")
    with (looked.var / "looks").open("a") as file:
        file.write(f"4 {head}\n")
    assert command(verify_log)[0] == 0


def test_nothing_is_whole_too(city: Home, command) -> None:
    assert command(verify_log) == (0, "Nobody has looked yet.\n", "")


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found(looked: Home, command, change: str, told: list[str]) -> None:
    looked.run(SUPER + change)
    code, said, error = command(verify_log)
    assert (code, said) == (1, "")
    assert error.splitlines() == [f"The log is not whole: {fault}." for fault in told]


def test_what_only_a_head_tells_that_was_kept_elsewhere(looked: Home, command) -> None:
    head = looked.one("select hash from core.look where look_no = 4").hex()
    looked.run(SUPER + "delete from core.look where look_no > 2")
    (looked.var / "looks").unlink()
    assert command(verify_log)[0] == 0
    assert command(verify_log, f"--head=4 {head}")[::2] == (1, "The log is not whole: entries 3 to 4 are cut off.\n")
    assert command(verify_log, f"--head=4 {head[:-1]}")[::2] == (
        1, "Nothing was done: a head is a number and a hash, as this command prints them.\n"
    )  # fmt: skip


def test_a_line_that_was_not_written_to_its_end_hides_no_other(looked: Home, command) -> None:
    with (looked.var / "looks").open("a") as file:
        file.write("\n5 ab")
    with connect() as warehouse:
        looks.note(warehouse, Act("李审", "考察"), "command reveal", cadre_no="C0001")
    assert "where 5 of its entries were written" in command(verify_log)[1]


@pytest.mark.parametrize("statement", ["update core.look set why = 'x'", "delete from core.look", "truncate core.look"])
def test_nobody_changes_it(looked: Home, statement: str) -> None:
    with pytest.raises(RaiseException, match="append-only"):
        looked.run(statement)
    for login in ("cadre_loader", "cadre_web"):
        with psycopg.connect(looked.address(login)) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.parametrize("login", ["cadre_loader", "cadre_web"])
def test_who_writes_makes_neither_number_nor_hash_nor_hour(looked: Home, login: str) -> None:
    for name, value in {"look_no": 9, "hash": b"", "previous": b"", "salt": b"", "whom": b"", "at": "1999-01-01"}.items():
        insert = sql.SQL("insert into core.look (who, why, through, cadre_no, {}) values ('w', 'y', 't', 'C0001', %s)")
        with psycopg.connect(looked.address(login)) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(insert.format(sql.Identifier(name)), [value])


def test_the_hour_is_the_database_s_own_whoever_says_another(looked: Home, command) -> None:
    looked.run("insert into core.look (at, who, why, through, cadre_no) values ('1999-01-01', 'w', 'y', 't', 'C0001')")
    assert looked.one("select at between now() - interval '10 minutes' and now() from core.look order by look_no desc limit 1")
    assert command(verify_log)[0] == 0


def test_two_at_once_come_one_after_the_other(looked: Home, command) -> None:
    """The second one waits for the first to be committed, and follows on it."""
    insert = "insert into core.look (at, who, why, through, cadre_no) values (now(), 'w', 'y', 't', 'C0001') returning look_no"
    waits = "select count(*) from pg_locks where not granted and locktype = 'advisory'"
    deadline = time.monotonic() + 30
    with ThreadPoolExecutor() as threads, psycopg.connect(looked.owner) as second, psycopg.connect(looked.owner) as first:
        assert first.execute(insert).fetchone() == (5,)
        later = threads.submit(lambda: second.execute(insert).fetchone())
        while not looked.one(waits):
            assert not later.done()
            assert time.monotonic() < deadline
        first.commit()
        assert later.result(timeout=60) == (6,)
    assert command(verify_log)[0] == 0


def test_many_at_once(city: Home, command) -> None:
    def look(number: int) -> None:
        with psycopg.connect(city.owner, row_factory=psycopg.rows.dict_row) as warehouse:
            looks.note(warehouse, Act("w", f"no. {number}"), "command reveal", cadre_no="C0001")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(look, range(30)))
    code, said, _ = command(verify_log)
    assert (code, "where 30 of its" in said) == (0, True)
    assert city.one("select count(*) from core.look") == 30


@pytest.mark.parametrize("text", ['"', "\\", "\t\n\r\b\f\x01\x1f\x7f", "\u2028é\U0001f600", "考察，“任前”", "null", "1, 2]"])
def test_any_words_are_hashed_alike_here_and_there(looked: Home, command, text: str) -> None:
    with connect() as warehouse:
        looks.note(warehouse, Act("w" + text, text + "y"), text, cadre_no="C0001")
    assert command(verify_log)[0] == 0


def test_who_is_deleted_is_forgotten_and_the_log_is_whole(looked: Home, command) -> None:
    before = looked.rows("select look_no, at, who, why, through, whom, previous, hash from core.look order by look_no")
    looked.run(
        "update core.cadre set left_on = '2026-06-10' where cadre_no = 'C0003' and known_to is null; "
        "update core.alert set state = 'retracted' where cadre_no = 'C0003'"
    )
    assert remove_officials(date(2060, 1, 1)) == 1
    assert looked.rows("select look_no, at, who, why, through, whom, previous, hash from core.look order by look_no") == before
    assert looked.rows("select look_no from core.look where cadre_no is null or salt is null") == [{"look_no": 4}]
    assert command(verify_log)[0] == 0


@pytest.fixture
def of_before(city: Home) -> Iterator[str]:
    """A warehouse of the version before, in which people had looked."""
    server = address("postgres", city.stack.secrets["postgres"], city.stack.ports["postgres"], "postgres")
    owner = address("postgres", city.stack.secrets["postgres"], city.stack.ports["postgres"], "looks_of_before")
    with psycopg.connect(server, autocommit=True) as postgres:
        postgres.execute("create database looks_of_before")
        migrate_to("0006", owner)
        with psycopg.connect(owner) as warehouse:
            warehouse.execute("""
                insert into core.shown (at, who, why, cadre_no) values ('2026-06-03 10:00+08', '李审', '考察', 'C1'),
                                                                       ('2026-06-01 10:00+08', '赵审', '任前', 'C2');
                insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing)
                values ('d', 'court', '2026-06-01', 'court.csv', 'f', 1, 'l');
                insert into ledger.act (at, who, why, kind, delivery_id, row_no)
                values ('2026-06-02 10:00+08', 'engineer', '来电', 'shown', 'd', 4);
                insert into ledger.act (at, who, why, kind, delivery_id)
                values ('2026-06-02 10:00+08', 'engineer', '来电', 'accepted', 'd')""")
        yield owner
        postgres.execute("drop database looks_of_before with (force)")


def test_what_was_kept_before_is_in_it(of_before: str) -> None:
    upgrade(of_before)
    with psycopg.connect(of_before, row_factory=psycopg.rows.dict_row) as warehouse:
        entries = warehouse.execute("select * from core.look order by look_no").fetchall()
        assert [
            tuple(row[name] for name in ("who", "why", "through", "cadre_no", "delivery_id", "row_no")) for row in entries
        ] == [
            ("赵审", "任前", "command form", "C2", None, None),
            ("engineer", "来电", "command quarantine", None, "d", 4),
            ("李审", "考察", "command form", "C1", None, None),
        ]
        assert list(looks.faults(entries, {})) == []
        assert [row["kind"] for row in warehouse.execute("select kind from ledger.act")] == ["accepted"]


def test_a_head_is_kept_apart_from_the_database(looked: Home) -> None:
    lines = [line for line in Path(looked.var / "looks").read_text().splitlines() if line]
    assert lines == [f"{row['look_no']} {row['hash'].hex()}" for row in looked.rows("select * from core.look order by look_no")]
