"""Officials who left go with all that is about them, three years after their effects have ended, and nobody else's anything."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from chain_in_process import contract_of, run_feed
from dump import whole
from feed_cases import FOLDER
from homes import Home
from psycopg.errors import InsufficientPrivilege, RaiseException

from cadre_cloud.storage.vault import vault
from cadre_cloud.upkeep import remove_officials

LEFT = date(2026, 6, 10)
KEPT = timedelta(days=1096)
ENDED = date(2027, 1, 5)
KNOWN = "select count(*) from core.cadre where cadre_no = %s"
ALL = ("core", "ledger", "mail")

_LEAVE = """
with open as (update core.cadre set known_to = '2026-06-10 06:00+08' where cadre_no = %(cadre)s and known_to is null returning *)
insert into core.cadre (cadre_no, name, former_name, id_cipher, id_lookup, id_masked, sex, born_on, original, status, left_on,
                        known_from, delivery_id)
select cadre_no, name, former_name, id_cipher, id_lookup, id_masked, sex, born_on, original, status, %(left_on)s, known_to,
       delivery_id
from open"""
# To a moment in Shanghai, which is a day later than in London.
_MOVE = """
with moved as (update core.alert set state = %(state)s, effective_until = null where cadre_no = %(cadre)s returning *)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', 'new', state, '2027-01-05 01:00+08', 'w', 'y', '{}' from moved"""

# C0006 went into C0005, and what is told of the one is what was told of the other.
_ONE_PERSON = """
with merge as (
    insert into core.merge (cadre_no, duplicate_no, verdict, who, why, known_from)
    values ('C0005', 'C0006', 'same', 'w', 'y', now()))
insert into core.merged_now (duplicate_no, cadre_no, gone) values ('C0006', 'C0005', true);
insert into core.alert
select (jsonb_populate_record(a, jsonb_build_object('merged', true, 'alert_no', 'of both ' || a.alert_no, 'cadre_no', 'C0005'))).*
from core.alert a where cadre_no = 'C0006'"""

# What is left of the records that may be about C0005 as well.
_PLACES = """
select l.resource, m.mention_no from core.record r
join core.mention m using (resource, source_key) join core.link l using (resource, source_key)
where l.cadre_no = 'C0005' and l.method = 'several' order by 1"""
# C0005 may be meant by each of C0001's places of a resource, or by the one beside it.
_MAY_BE = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select resource, source_key, %(mention_no)s, subject, 'C0005', 'undecided', 'several', 'machine', known_from
from core.link where resource = %(resource)s and cadre_no = 'C0001'"""


def keys(row: dict[str, Any]) -> set[Any]:
    """By what a row may be somebody's: a number, a form, an alert, what happened to it, or a record."""
    names = ("cadre_no", "form_no", "alert_no", "event_no", "objection_no", "sample_no", "about")
    found = {(name, row[name]) for name in names if row.get(name)} | {(row.get("resource"), row.get("source_key"))}
    return found | ({("cadre_no", row["duplicate_no"])} if row.get("duplicate_no") else set())


def keys_of_theirs(home: Home) -> set[Any]:
    """By what a row is C0001's."""
    events = "select alert_no, event_no from core.alert join core.alert_event using (alert_no) where cadre_no = 'C0001'"
    records = "select resource, source_key from core.link where cadre_no = 'C0001'"
    objections = "select objection_no from core.objection where cadre_no = 'C0001'"
    links = (
        "select link_no as about, sample_no from core.link left join core.link_sample on about = link_no where cadre_no = 'C0001'"
    )
    found = [row for query in (events, records, objections, links) for row in home.rows(query)]
    return {("cadre_no", "C0001"), ("form_no", "f1")}.union(*map(keys, found)) - {(None, None)}


def leave(home: Home, *cadres: str, left_on: date | None = LEFT) -> None:
    """Officials are not in the department's snapshot any more; or are again, with none for the day."""
    for cadre in cadres:
        home.run(_LEAVE, {"cadre": cadre, "left_on": left_on})
        home.run("update core.cadre_now set gone = %s where cadre_no = %s", [left_on is not None, cadre])


def move(home: Home, cadre: str, state: str) -> None:
    """All of somebody's alerts come into a state, on the day `ENDED`, and say of no day until when they last."""
    home.run(_MOVE, {"cadre": cadre, "state": state})


DUE = {
    "nothing stands": ("C0005", None, LEFT + KEPT),
    "an alert stands until a day": ("C0006", None, date(2026, 10, 30) + KEPT),
    "one stands without an end": ("C0003", None, None),
    "they ended": ("C0003", lambda home: move(home, "C0003", "expired"), ENDED + KEPT),
    "they were closed": ("C0003", lambda home: move(home, "C0003", "closed"), ENDED + KEPT),
    "they are confirmed": ("C0003", lambda home: move(home, "C0003", "confirmed"), None),
    "they should not have stood": ("C0006", lambda home: move(home, "C0006", "retracted"), LEFT + KEPT),
    "they were unfounded": ("C0003", lambda home: move(home, "C0003", "unfounded"), LEFT + KEPT),
    "came back": ("C0005", lambda home: leave(home, "C0005", left_on=None), None),
}


@pytest.mark.parametrize(("cadre", "change", "due"), DUE.values(), ids=DUE)
def test_the_day_and_the_day_before(city: Home, cadre: str, change: Callable[[Home], None] | None, due: date | None) -> None:
    leave(city, cadre)
    if change:
        change(city)
    if due is None:
        assert remove_officials(date(2060, 1, 1)) == 0
    else:
        assert remove_officials(due - timedelta(days=1)) == 0
        assert city.one(KNOWN, [cadre]) > 0
        assert remove_officials(due) == 1
        assert city.one(KNOWN, [cadre]) == 0


def test_who_is_on_the_roster_stays_in_or_out_of_office(city: Home) -> None:
    city.run("update core.cadre set status = '2' where known_to is null")
    before = whole(city, *ALL)
    assert remove_officials(date(2060, 1, 1)) == 0
    assert whole(city, *ALL) == before


def test_the_period_is_a_setting(city: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(city, "C0005")
    monkeypatch.setenv("CADRE_KEEP_LEFT", "100")
    assert remove_officials(LEFT + timedelta(days=99)) == 0
    assert remove_officials(LEFT + timedelta(days=100)) == 1


def test_all_of_it_goes_and_nothing_else_and_the_proof_says_how_much(city: Home) -> None:
    move(city, "C0001", "closed")
    leave(city, "C0001")
    theirs = keys_of_theirs(city)
    before = whole(city, *ALL)
    assert remove_officials(ENDED + KEPT) == 1
    after = whole(city, *ALL)
    assert "C0001" not in repr(after)
    lost = {}
    for table in before.keys() - {"ledger.removal", "core.form_reading", "core.look"}:
        stays = [row for row in before[table] if theirs.isdisjoint(keys(row))]
        assert after[table] == stays, table
        lost[table.partition(".")[2]] = len(before[table]) - len(stays)
    # Of the other form C0002 is left, who may be meant.
    assert [row["candidates"] for row in after["core.form_reading"]] == [["C0002"]]
    # Who looked at them is known, and no more at whom.
    assert [row for row in after["core.look"] if row["cadre_no"]] == [
        row for row in before["core.look"] if row["cadre_no"] == "C0005"
    ]
    assert [row["hash"] for row in after["core.look"]] == [row["hash"] for row in before["core.look"]]
    ((proof,),) = [after["ledger.removal"]]
    assert proof["by_table"] == {name: number for name, number in lost.items() if number} | {"form_reading": 2}
    assert proof["official"] == "\\x" + vault().lookup("cadre/C0001").hex()
    assert len(proof["by_table"]) == 28  # whatever there is


def test_who_had_two_numbers_goes_with_both_once_what_either_left_with_has_ended(city: Home) -> None:
    city.run(_ONE_PERSON)
    leave(city, "C0005")
    assert remove_officials(date(2060, 1, 1)) == 0  # by the other number still in office
    leave(city, "C0006")
    until = date(2026, 10, 30)
    assert remove_officials(until + KEPT - timedelta(days=1)) == 0
    assert remove_officials(until + KEPT) == 1
    after = whole(city, *ALL)
    assert "C0005" not in repr(after) and "C0006" not in repr(after)
    keyed = ["\\x" + vault().lookup(f"cadre/{number}").hex() for number in ("C0005", "C0006")]
    assert [row["official"] for row in after["ledger.removal"]] == keyed
    assert [row["by_table"].get("cadre_now", 0) for row in after["ledger.removal"]] == [2, 0]


def test_a_second_run_finds_nothing(city: Home) -> None:
    leave(city, "C0005", "C0006")
    assert remove_officials(date(2060, 1, 1)) == 2
    before = whole(city, *ALL)
    assert remove_officials(date(2060, 1, 1)) == 0
    assert whole(city, *ALL) == before


def test_a_record_about_two_stays_while_one_of_them_does(city: Home) -> None:
    """Without the place in it that names the one who is gone; where both may be meant by one place, with that."""
    city.run(
        "insert into core.mention (resource, source_key, mention_no, subject, known_from, delivery_id) "
        "select resource, source_key, 2, subject, known_from, 'd' from core.mention where resource = 'land' and mention_no = 1"
    )
    city.run(_MAY_BE, {"resource": "land", "mention_no": 2})
    city.run(_MAY_BE, {"resource": "taxation", "mention_no": 1})
    move(city, "C0001", "closed")
    leave(city, "C0001")
    assert remove_officials(ENDED + KEPT) == 1
    assert city.rows(_PLACES) == [{"resource": "land", "mention_no": 2}, {"resource": "taxation", "mention_no": 1}]
    leave(city, "C0005")
    assert remove_officials(ENDED + KEPT) == 1
    assert city.rows(_PLACES) == []
    assert city.rows("select source_key from core.link except select source_key from core.record") == []


def test_what_comes_again_about_them_is_about_nobody_until_they_are_back(city: Home) -> None:
    city.run("create table saved as select * from core.cadre where cadre_no = 'C0001'")
    move(city, "C0001", "closed")
    leave(city, "C0001")
    assert remove_officials(ENDED + KEPT) == 1
    sent = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_text("gb18030")
    about = "select count(*) from core.link join core.record using (resource, source_key) where cadre_no = 'C0001'"
    for content, day, known in ((sent.replace(",男,", ",女,", 1), date(2026, 6, 3), 0), (sent, date(2026, 6, 4), 1)):
        if known:
            city.run("insert into core.cadre overriding user value select * from saved")
        (city.drop / "court" / f"court_{day:%Y%m%d}.csv").write_bytes(content.encode("gb18030"))
        run_feed(contract_of("court"), day)
        assert city.one(about) == known


@pytest.mark.parametrize(
    "table",
    [
        "core.link",
        "core.alert_event",
        "core.form_decision",
        "core.objection",
        "core.objection_answer",
        "core.look",
        "core.link_decision",
        "core.link_label",
        "core.merge",
        "ledger.removal",
    ],
)
def test_nobody_deletes_by_hand(city: Home, table: str) -> None:
    leave(city, "C0005")
    remove_officials(LEFT + KEPT)
    with pytest.raises(RaiseException, match="append-only"):
        city.run(f"delete from {table}")
    with psycopg.connect(city.address("cadre_loader")) as loader, pytest.raises(InsufficientPrivilege):
        loader.execute(f"delete from {table}")


def test_the_pipe_s_own_login_deletes_nobody_before_the_day(city: Home) -> None:
    leave(city, "C0006")
    before = whole(city, *ALL)
    with psycopg.connect(city.address("cadre_loader")) as loader:
        for cadre, day, kept in (
            ("C0006", LEFT + KEPT, KEPT.days),
            ("C0001", date(2060, 1, 1), 0),
            ("C0006", date(2060, 1, 1), -1),
        ):
            loader.execute("select core.remove_official(%s, %s, %s, '{x}')", [[cadre], day, kept])
    assert whole(city, *ALL) == before
