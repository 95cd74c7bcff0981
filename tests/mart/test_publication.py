"""Publishing a day never makes a reader wait, nor see half of it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from feed_cases import States
from homes import Home, settled_in
from readers import admit, login

from cadre_cloud.publication import publish

READER = "reader_while_it_is_published"
ROSTER = "select post_title, count(*) from mart.cadre group by post_title"
PUBLISHED = "select max(revision) from ledger.publication"
WAITS = "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    """A city of which everybody has got another post since the last publication."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    admit(home, READER, "5299")
    with settled_in(home):
        settle(home)
        publish()
        change(home, "科长")
        publish()
        change(home, "局长")
        yield home


def settle(home: Home) -> None:
    home.run("update ledger.settlement set outcome = 'loaded', revision = nextval('ledger.revision')")


def change(home: Home, post: str) -> None:
    home.run("update core.cadre set post_title = %s", [post])
    settle(home)


def test_readers_go_on_while_a_day_is_published(city: Home) -> None:
    """The publication has written all but its last table, which is locked."""
    with login(city, READER) as before, psycopg.connect(city.owner) as lock:
        before.execute("set transaction isolation level repeatable read")
        (old,) = before.execute(ROSTER).fetchall()
        lock.execute("lock table ledger.feed in share mode")
        publishing = threading.Thread(target=publish)
        publishing.start()
        while not city.one(WAITS):
            time.sleep(0.01)
        with login(city, READER) as meanwhile:
            meanwhile.execute("set local lock_timeout = '1ms'")
            meanwhile.execute("set local statement_timeout = '2s'")
            for view in meanwhile.execute(
                "select table_name from information_schema.tables where table_schema = 'mart'"
            ).fetchall():
                if meanwhile.execute("select has_table_privilege(%s, 'select')", [f"mart.{view[0]}"]).fetchone() == (True,):
                    meanwhile.execute(f"select * from mart.{view[0]}")
            assert meanwhile.execute(ROSTER).fetchall() == [old]
            published = meanwhile.execute(PUBLISHED).fetchone()
        assert publishing.is_alive()
        lock.rollback()
        publishing.join()
        assert before.execute(ROSTER).fetchall() == [old] == [("科长", old[1])]
        with login(city, READER) as after:
            assert after.execute(ROSTER).fetchall() == [("局长", old[1])]
            assert after.execute(PUBLISHED).fetchone() > published


def test_who_asks_again_and_again_sees_a_day_whole(city: Home) -> None:
    seen: list[list] = []
    with login(city, READER) as reader:
        reader.autocommit = True
        publishing = threading.Thread(target=publish)
        publishing.start()
        while publishing.is_alive() or not seen:
            seen.append(reader.execute(ROSTER).fetchall())
        seen.append(reader.execute(ROSTER).fetchall())
    publishing.join()
    assert {len(posts) for posts in seen} == {1}
    assert seen[-1][0][0] == "局长"
