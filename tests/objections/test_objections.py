"""What is objected to is disputed, with all that rests on it, until the department delivers or somebody decides."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from homes import Home
from page_server import serving
from psycopg.errors import InsufficientPrivilege, RaiseException
from readers import admit, column, login

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands import object as objecting
from cadre_cloud.commands import objections as deciding
from cadre_cloud.mail.digest import render
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import ledger, objections
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import connect

KEY, CADRE = "(2026)黔9901执00001号|1", "C0001"
OTHER = "C0002"  # whom nobody objects for
SECOND, THIRD, FOURTH = date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 4)
WHO = ("--who=王建国", "--why=该案已于三月和解")
RECORD = ("--resource=court", f"--key={KEY}", f"--cadre={CADRE}")
DECIDES = ("--objection=1", "--who=李审", "--why=查阅了裁定书")

_RECORDS = "select resource, disputed from mart.record where disputed"
_ALERTS = "select rule, state, severity, disputed from mart.alert where cadre_no = %s and rule = 'dishonest_debtor'"
_EVENTS = """
select e.kind from core.alert_event e join core.alert a using (alert_no)
where a.cadre_no = %s and a.rule = 'dishonest_debtor' order by e.event_no"""
_HELD = "select disputed, known_from, known_to, delivery_id from core.record where source_key = %s order by record_no"
# Another party of the case is C0005.
_NAMED_TOO = """
insert into core.mention (resource, source_key, mention_no, subject, known_from, delivery_id)
select resource, source_key, 7, subject, known_from, 'd' from core.mention where source_key = %s and known_to is null"""
_LINKED_TOO = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select resource, source_key, 7, subject, 'C0005', verdict, method, decided_by, known_from from core.link
where source_key = %s and cadre_no = 'C0001' and known_to is null"""
STANDS = {"rule": "dishonest_debtor", "state": "new", "severity": "attention", "disputed": False}
DISPUTED = STANDS | {"disputed": True}


def object_on(day: date, cadre_no: str = CADRE) -> datetime:
    """Object at ten in the morning, and have the alerts follow."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    with connect() as warehouse:
        ledger.lock_resource(warehouse, "court")
        objections.object_to(warehouse, "court", KEY, cadre_no, Act("王建国", "该案已于三月和解"), at)
    evaluate(day, at)
    return at


def alerts(city: Home, cadre_no: str = CADRE) -> list[dict[str, Any]]:
    return city.rows(_ALERTS, [cadre_no])


@contextmanager
def as_of(city: Home, moment: datetime | str) -> Any:
    with psycopg.connect(city.owner, row_factory=psycopg.rows.dict_row) as then:
        then.execute("select set_config('cadre.as_of', %s, false)", [str(moment)])
        yield then


def test_it_is_disputed_and_so_is_what_rests_on_it(city: Home, command) -> None:
    before = alerts(city, OTHER)
    assert alerts(city) == [STANDS]
    code, said, _ = command(objecting, *RECORD, *WHO)
    assert (code, said.splitlines()) == (
        0,
        [
            "Objection 1 waits for an answer; the record is disputed until then.",
            "Alerts: 0 raised, 1 updated, 0 expired, 0 retracted; the next digest tells of them.",
        ],
    )
    assert city.rows(_RECORDS) == [{"resource": "court", "disputed": True}]
    assert alerts(city) == [DISPUTED]
    assert alerts(city, OTHER) == before
    then, now = city.rows(_HELD, [KEY])
    assert (then["disputed"], now["disputed"], now["known_to"]) == (False, True, None)
    assert then["known_to"] == now["known_from"]
    assert then["delivery_id"] == now["delivery_id"]
    (row,) = city.rows("select objection_no, state, objected_by, why, answered_by from mart.objection")
    assert row == {"objection_no": 1, "state": "open", "objected_by": "王建国", "why": "该案已于三月和解", "answered_by": None}


def test_all_else_of_the_record_stays(city: Home, command) -> None:
    row = "select to_jsonb(r) - %s::text[] as row from core.record r where source_key = %s"
    moves = ["record_no", "disputed", "known_from", "known_to"]
    (before,) = city.rows(row, [moves, KEY])
    command(objecting, *RECORD, *WHO)
    assert city.rows(row, [moves, KEY]) == [before, before]


def test_one_that_is_raised_while_the_record_is_disputed_says_so(city: Home) -> None:
    city.run("set session_replication_role = replica; delete from core.alert; delete from core.alert_event")
    object_on(SECOND)
    assert alerts(city) == [DISPUTED]


def test_who_is_mailed_reads_that_it_is_disputed(city: Home, command) -> None:
    command(objecting, *RECORD, *WHO)
    render(SECOND)
    number = city.one("select alert_no from core.alert where disputed")
    (mail,) = city.rows("select body_text, body_html from mail.message where body_text like %s", [f"%{number}%"])
    marked = [line for line in mail["body_text"].splitlines() if "本人有异议，尚未答复" in line]
    assert [number in line for line in marked] == [True]
    assert mail["body_html"].count("本人有异议，尚未答复") == 1
    with serving(city) as pages:
        pages.admit("supervisor", "")
        page = pages.get(pages.browser("supervisor"), f"/alerts/{number}").text
        assert page.count("本人有异议，尚未答复") == 2  # of the alert, and of its evidence
        undisputed = city.one("select min(alert_no) from core.alert where not disputed")
        assert "有异议" not in pages.get(pages.browser("supervisor"), f"/alerts/{undisputed}").text


def test_the_same_delivery_again_is_no_answer(city: Home, court: Callable[..., None]) -> None:
    object_on(SECOND)
    court(THIRD)
    assert city.rows("select state from mart.objection") == [{"state": "open"}]
    assert city.rows(_RECORDS) and alerts(city) == [DISPUTED]


def test_a_delivery_that_changes_the_record_answers(city: Home, court: Callable[..., None]) -> None:
    at = object_on(SECOND)
    court(THIRD, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
    assert city.rows(_RECORDS) == []
    assert alerts(city) == [STANDS]
    (row,) = city.rows("select state, answered_by, answered_at, delivery_id from mart.objection")
    (delivery,) = city.rows(
        "select delivery_id, core.known_at(day) as at from ledger.delivery where resource = 'court' and day = %s", [THIRD]
    )
    assert row == {
        "state": "delivered", "answered_by": "machine", "answered_at": delivery["at"], "delivery_id": delivery["delivery_id"]
    }  # fmt: skip
    for moment, disputed, state in (
        ("2026-06-02 09:59+08", False, []),
        (at, True, ["open"]),
        ("2026-06-03 05:59+08", True, ["open"]),
        ("2026-06-03 06:00+08", False, ["delivered"]),
    ):
        with as_of(city, moment) as then:
            query = "select disputed from mart.record where source_key = %s and cadre_no = %s"
            assert then.execute(query, [KEY, CADRE]).fetchall() == [{"disputed": disputed}], moment
            assert then.execute(_ALERTS, [CADRE]).fetchall() == [STANDS | {"disputed": disputed}], moment
            assert [row["state"] for row in then.execute("select state from mart.objection")] == state, moment


def test_a_delivery_without_the_record_answers(city: Home, court: Callable[..., None]) -> None:
    object_on(SECOND)
    court(THIRD, lambda sent: "\n".join(line for line in sent.split("\n") if "执00001号,1" not in line))
    assert city.rows("select left_on, disputed from mart.record where source_key = %s", [KEY]) == [
        {"left_on": THIRD, "disputed": False}
    ]
    assert city.rows("select state from mart.objection") == [{"state": "delivered"}]
    assert alerts(city) == [STANDS | {"state": "expired"}]


def test_a_delivery_that_says_the_case_is_closed_ends_the_alert(city: Home, court: Callable[..., None]) -> None:
    object_on(SECOND)
    court(THIRD, lambda sent: sent.replace('"1,234,567.80",2026-03-01,,是,', '"1,234,567.80",2026-03-01,2026-05-20,否,', 1))
    assert alerts(city) == [STANDS | {"state": "expired"}]
    assert city.rows(_RECORDS) == []


def test_upheld_it_is_the_officials_no_more(city: Home, court: Callable[..., None], command) -> None:
    command(objecting, *RECORD, *WHO)
    before = city.rows("select known_from from core.record where disputed and known_to is null")[0]["known_from"]
    code, said, _ = command(deciding, *DECIDES, "--upheld")
    assert (code, said.splitlines()[0]) == (0, "Objection 1 is upheld.")
    assert city.rows("select * from mart.record where source_key = %s and cadre_no = %s", [KEY, CADRE]) == []
    assert alerts(city) == [STANDS | {"state": "retracted"}]
    assert [row["kind"] for row in city.rows(_EVENTS, [CADRE])] == ["raised", "updated", "retracted"]
    (link,) = city.rows("select verdict, decided_by, reason from core.link where source_key = %s and known_to is null", [KEY])
    assert link == {"verdict": "different", "decided_by": "李审", "reason": "查阅了裁定书"}
    (row,) = city.rows("select state, answered_by, answer from mart.objection")
    assert row == {"state": "upheld", "answered_by": "李审", "answer": "查阅了裁定书"}
    assert city.rows("select disputed from core.record where source_key = %s and known_to is null", [KEY]) == [
        {"disputed": False}
    ]
    with as_of(city, before) as then:
        assert then.execute(_RECORDS).fetchall() == [{"resource": "court", "disputed": True}]
        assert then.execute("select state from mart.objection").fetchall() == [{"state": "open"}]
    # And it stays so, whatever the department says anew about the same person.
    court(THIRD, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
    assert city.rows("select * from mart.record where source_key = %s and cadre_no = %s", [KEY, CADRE]) == []
    assert alerts(city) == [STANDS | {"state": "retracted"}]


def test_dismissed_it_stands_as_before(city: Home, command) -> None:
    record = "select to_jsonb(r) - 'known_from' as row from mart.record r where source_key = %s and cadre_no = %s"
    before = city.rows(record, [KEY, CADRE])
    command(objecting, *RECORD, *WHO)
    command(deciding, *DECIDES, "--dismissed")
    assert city.rows(record, [KEY, CADRE]) == before
    assert alerts(city) == [STANDS]
    assert [row["disputed"] for row in city.rows(_HELD, [KEY])] == [False, True, False]
    assert city.rows("select state from mart.objection") == [{"state": "dismissed"}]
    moments = city.rows("select objected_at, answered_at from mart.objection")[0]
    for moment, disputed in ((moments["objected_at"], True), (moments["answered_at"], False)):
        with as_of(city, moment) as then:
            assert bool(then.execute(_RECORDS).fetchall()) == disputed
    assert command(objecting, *RECORD, *WHO)[0] == 0  # whoever objects once more, objects anew
    assert [row["state"] for row in city.rows("select state from mart.objection order by 1")] == ["dismissed", "open"]


def test_a_record_about_two_is_disputed_until_both_are_answered(city: Home, command) -> None:
    city.run(_NAMED_TOO, [KEY])
    city.run(_LINKED_TOO, [KEY])
    command(objecting, *RECORD, *WHO)
    assert command(objecting, *RECORD[:2], "--cadre=C0005", *WHO)[0] == 0
    command(deciding, *DECIDES, "--upheld")
    assert city.rows("select cadre_no, disputed from mart.record where source_key = %s", [KEY]) == [
        {"cadre_no": "C0005", "disputed": True}
    ]
    assert command(deciding, "--objection=2", *DECIDES[1:], "--dismissed")[0] == 0
    assert city.rows(_RECORDS) == []


REFUSED = {
    "there is no record": [f"--cadre={OTHER}", *RECORD[:2], *WHO],
    "there is no record with": [*RECORD[::2], "--key=K9", *WHO],
    "objection 1 to it waits already": [*RECORD, *WHO],
    "must not be empty": [*RECORD, "--who=王建国"],
    "must not hold an identity number": [*RECORD, "--who=王建国", "--why=529901197503120010"],
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_objection(city: Home, command, why: str) -> None:
    command(objecting, *RECORD, *WHO)
    before = city.rows(_HELD, [KEY])
    code, said, error = command(objecting, *REFUSED[why])
    assert (code, said, why in error) == (1, "", True)
    assert city.one("select count(*) from core.objection") == 1
    assert city.rows(_HELD, [KEY]) == before


UNDECIDED = {
    "there is no such objection": ["--objection=9", *DECIDES[1:], "--upheld"],
    "it is answered already": [*DECIDES, "--upheld"],
    "takes the number of an objection": [*DECIDES],
    "takes the number of an objection, and": [*DECIDES[1:], "--upheld"],
    "must not be empty": ["--objection=1", "--upheld", "--who=李审"],
}


@pytest.mark.parametrize("why", UNDECIDED)
def test_what_is_no_decision(city: Home, command, why: str) -> None:
    command(objecting, *RECORD, *WHO)
    command(deciding, *DECIDES, "--dismissed")
    code, said, error = command(deciding, *UNDECIDED[why])
    assert (code, said, why in error) == (1, "", True)
    assert city.one("select count(*) from core.objection_answer") == 1


def test_what_waits_is_listed_without_keys(city: Home, command) -> None:
    assert command(deciding)[:2] == (0, "No objection waits.\n")
    command(objecting, *RECORD, *WHO)
    said = command(deciding)[1]
    assert said.splitlines()[1].split()[:3] == ["1", "court", CADRE]
    assert said.split()[-1] == "该案已于三月和解"
    assert KEY not in said
    command(deciding, *DECIDES, "--dismissed")
    assert command(deciding)[1] == "No objection waits.\n"


def test_who_may_read_the_record_reads_the_objection(city: Home, command) -> None:
    command(objecting, *RECORD, *WHO)
    region = city.one("select managed_by from core.cadre_now where cadre_no = %s", [CADRE])
    other = "529902" if region == "529901" else "529901"
    for role, prefix, seen in (("objects_of", region, [1]), ("objects_other", other, []), ("objects_city", "", [1])):
        admit(city, role, prefix)
        with login(city, role) as reader:
            for relation in ("mart.objection", "core.objection"):
                assert column(reader, f"select objection_no from {relation}") == seen, role
            assert column(reader, "select objection_no from core.objection_answer") == []
    with login(city, "objects_city") as reader, pytest.raises(InsufficientPrivilege):
        reader.execute("insert into core.objection_answer values (1, 'upheld', 'w', 'y', now())")
    command(deciding, *DECIDES, "--dismissed")
    for role, seen in (("objects_of", [1]), ("objects_other", []), ("objects_city", [1])):
        with login(city, role) as reader:
            assert column(reader, "select objection_no from core.objection_answer") == seen, role
    for table in ("objection", "objection_answer"):
        for statement in (f"update core.{table} set why = ''", f"delete from core.{table}", f"truncate core.{table} cascade"):
            with pytest.raises(RaiseException, match="append-only"):
                city.run(statement)


def test_a_morning_that_is_run_again_changes_nothing(city: Home, court: Callable[..., None]) -> None:
    """Nor does one answer what was objected to after it."""
    court(THIRD, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
    object_on(THIRD)
    before = city.rows(_HELD, [KEY])
    court(THIRD, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
    assert city.rows(_HELD, [KEY]) == before
    assert city.rows("select state from mart.objection") == [{"state": "open"}]


def test_an_answer_is_of_no_earlier_hour_than_what_it_answers(city: Home, court: Callable[..., None]) -> None:
    """Be it by a clock that is behind, or by a morning's delivery that is loaded in the afternoon."""
    for answer in ("dismissed", "delivered"):
        at = object_on(SECOND)
        if answer == "delivered":
            court(SECOND, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
        else:
            with connect() as warehouse:
                (objection,) = warehouse.execute("select * from core.objection").fetchall()
                objections.answer(warehouse, objection, answer, Act("李审", "查阅了裁定书"), at - timedelta(hours=1))
        (row,) = city.rows("select state, answered_at from mart.objection order by objection_no desc limit 1")
        assert row == {"state": answer, "answered_at": at}
        assert city.rows(_RECORDS) == []


def test_a_delivery_answers_nothing_of_another_department(city: Home, court: Callable[..., None]) -> None:
    city.run(
        "insert into core.objection (resource, source_key, cadre_no, who, why, at) values ('land', 'K', 'C0001', 'w', 'y', now())"
    )
    object_on(SECOND)
    court(THIRD, lambda sent: sent.replace("买卖合同纠纷", "租赁合同纠纷"))
    assert city.rows("select resource, state from mart.objection order by 1") == [
        {"resource": "court", "state": "delivered"}, {"resource": "land", "state": "open"}
    ]  # fmt: skip


def test_upheld_it_decides_nothing_that_only_waits(city: Home, command) -> None:
    city.run(_NAMED_TOO, [KEY])
    city.run(_LINKED_TOO.replace("'C0005', verdict", "'C0001', 'undecided'"), [KEY])
    command(objecting, *RECORD, *WHO)
    assert command(deciding, *DECIDES, "--upheld")[0] == 0
    verdicts = "select verdict from core.link where source_key = %s and cadre_no = 'C0001' and known_to is null order by 1"
    assert [row["verdict"] for row in city.rows(verdicts, [KEY])] == ["different", "undecided"]


def test_nobody_objects_or_decides_while_a_delivery_is_loaded(city: Home, command) -> None:
    waits = "select count(*) from pg_locks where not granted and locktype = 'advisory'"
    for carried_out in ((objecting, *RECORD, *WHO), (deciding, *DECIDES, "--dismissed")):
        with ThreadPoolExecutor() as threads:
            with connect() as loading:
                ledger.lock_resource(loading, "court")
                later = threads.submit(command, *carried_out)
                while not city.one(waits):
                    assert not later.done()
            assert later.result(timeout=60)[0] == 0
