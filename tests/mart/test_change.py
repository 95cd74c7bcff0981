"""What a follower is told: of who left, of who is somebody else's record now, and of what was unfounded its number alone."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from feed_cases import States
from homes import Home, settled_in
from readers import admit, login

from cadre_cloud import publication
from cadre_cloud.warehouse.connection import connect
from cadre_cloud.warehouse.decisions import Decision, decide

CITY, QINGHE, NOBODY = "reader_of_changes", "reader_of_529902", "reader_of_no_change"
NOW = datetime.fromisoformat("2026-06-05 09:00+08:00")
DAY_TWO = "2026-06-02 06:00+08"
LEAVE = """
with open as (update core.cadre set known_to = %(at)s where cadre_no = %(cadre)s and known_to is null returning *)
insert into core.cadre (cadre_no, name, id_masked, sex, born_on, original, unit_code, post_title, duty_level, status, left_on,
                        known_from, delivery_id)
select cadre_no, name, id_masked, sex, born_on, original, unit_code, post_title, duty_level, status, '2026-06-05', known_to, 'd'
from open"""
MOVED = """
with moved as (update core.alert set state = %(to)s where alert_no = %(no)s returning *)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', %(from)s, state, %(at)s, 'w', 'y', to_jsonb(moved) from moved"""


@pytest.fixture
def city(states: States, tmp_path: Any) -> Home:
    home = states.lodging(tmp_path / "home", "personnel/newcomer")
    for role, prefixes in {CITY: ["5299"], QINGHE: ["529902"], NOBODY: []}.items():
        admit(home, role, *prefixes)
    return home


def changes(home: Home, role: str, since: Any, as_of: Any = None) -> set[tuple[str, str, str | None, str]]:
    with login(home, role) as reader:
        reader.execute("select set_config('cadre.as_of', %s, true)", [str(as_of or "")])
        return set(reader.execute("select object, key, cadre_no, kind from mart.change(%s)", [since]).fetchall())


def test_everything_is_new_to_who_asks_from_the_beginning(city: Home) -> None:
    for role in (CITY, QINGHE):
        told = changes(city, role, "-infinity")
        with login(city, role) as reader:
            for name, key in {"cadre": "cadre_no", "record": "resource || '|' || source_key", "alert": "alert_no"}.items():
                there = {key for (key,) in reader.execute(f"select {key} from mart.{name}")}
                assert there
                assert there == {key for kind, key, *_ in told if kind == name}
    assert {kind for *_, kind in changes(city, CITY, "-infinity")} <= {"new", "closed"}


def test_a_day_is_told_to_who_asks_from_its_morning_and_not_from_after_it(city: Home) -> None:
    told = changes(city, CITY, DAY_TWO)
    assert ("cadre", "C0009", "C0009", "new") in told
    assert not any(key == "C0001" and name == "cadre" for name, key, *_ in told)
    assert ("cadre", "C0009", "C0009", "new") not in changes(city, CITY, "2026-06-02 06:00:01+08")


def test_as_of_then_nothing_later_is_told(city: Home) -> None:
    assert "C0009" not in {key for _, key, *_ in changes(city, CITY, "-infinity", "2026-06-02 05:59+08")}
    assert "C0009" in {key for _, key, *_ in changes(city, CITY, "-infinity", DAY_TWO)}


def test_a_county_is_told_of_its_own(city: Home) -> None:
    of_county, of_city = changes(city, QINGHE, "-infinity"), changes(city, CITY, "-infinity")
    assert {cadre for *_, cadre, _ in of_county} == {None, "C0002", "C0004", "C0006", "C0009"}
    assert of_county < of_city
    assert {cadre for *_, cadre, _ in changes(city, NOBODY, "-infinity")} == {None}  # units are everybody's


def test_who_left_is_told_as_closed_and_stands_as_of_then_as_they_stood(city: Home) -> None:
    before = rows(city, QINGHE, "select * from mart.cadre where cadre_no = 'C0002'", DAY_TWO)
    assert before
    city.run(LEAVE, {"cadre": "C0002", "at": NOW})
    _publish(city)
    assert ("cadre", "C0002", "C0002", "closed") in changes(city, QINGHE, NOW)
    assert rows(city, QINGHE, "select * from mart.cadre where cadre_no = 'C0002'") == []
    assert rows(city, QINGHE, "select * from mart.cadre where cadre_no = 'C0002'", DAY_TWO) == before


def test_who_is_back_is_there_again(city: Home) -> None:
    before = rows(city, CITY, "select * from mart.cadre where cadre_no = 'C0002'")
    city.run("update core.cadre set left_on = '2026-06-05' where cadre_no = 'C0002'")
    _publish(city)
    city.run("update core.cadre set left_on = null where cadre_no = 'C0002'")
    _publish(city)
    assert rows(city, CITY, "select * from mart.cadre where cadre_no = 'C0002'") == before != []


def test_a_record_that_is_another_s_now_is_unlinked(city: Home) -> None:
    asked = "select resource, source_key, mention_no, cadre_no from core.link where verdict = 'same' and known_to is null limit 1"
    (link,) = city.rows(asked)
    city.run("select core.admit_to('cadre_reviewer', '王科', '')")
    with settled_in(city), connect() as warehouse:
        decision = Decision(**link, verdict="different", who="王科", why="不是本人")
        assert decide(warehouse, decision, NOW)
    for since in (NOW, "2026-05-01"):  # also who asks from before it came, as they may have been told that it did
        told = changes(city, CITY, since)
        assert ("record", f"{link['resource']}|{link['source_key']}", link["cadre_no"], "unlinked") in told


def test_of_an_unfounded_alert_its_number_is_told_to_who_may_have_read_it(city: Home) -> None:
    number, raised, cadre = city.rows(
        "select alert_no, raised_at, cadre_no from core.alert join core.cadre_now using (cadre_no) "
        "where managed_by = '529902' limit 1"
    )[0].values()
    found = NOW + timedelta(hours=1)
    city.run(MOVED, {"no": number, "from": "new", "to": "verifying", "at": NOW})
    city.run(MOVED, {"no": number, "from": "verifying", "to": "unfounded", "at": found})
    told = ("alert", number, None, "retracted")
    for role, is_told in {CITY: True, QINGHE: True, NOBODY: False}.items():
        assert (told in changes(city, role, NOW)) == is_told
        assert (told in changes(city, role, raised)) == is_told
        assert number not in {key for _, key, *_ in changes(city, role, raised - timedelta(seconds=1))}
        assert number not in {key for _, key, *_ in changes(city, role, found + timedelta(seconds=1))}
    city.run(MOVED, {"no": number, "from": "unfounded", "to": "new", "at": found + timedelta(hours=1)})
    for since, kind in {found: "changed", found + timedelta(seconds=1): "new"}.items():
        assert [row for row in changes(city, CITY, since) if number in row] == [("alert", number, cadre, kind)]


def test_what_is_deleted_leaves_no_trace_in_it(city: Home) -> None:
    number = city.one("select min(alert_no) from core.alert")
    city.run(MOVED, {"no": number, "from": "new", "to": "unfounded", "at": NOW})
    with psycopg.connect(city.address("cadre_loader")) as loader:
        assert loader.execute("select core.remove_unfounded('2028-01-01', 366)").fetchone() == (1,)
    assert city.rows("select from core.unfounded") == []


def rows(home: Home, role: str, query: str, as_of: str = "") -> list[Any]:
    with login(home, role) as reader:
        reader.execute("select set_config('cadre.as_of', %s, true)", [as_of])
        return reader.execute(query).fetchall()


def _publish(home: Home) -> None:
    with settled_in(home), connect() as warehouse:
        publication._write_present(warehouse)
