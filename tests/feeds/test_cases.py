"""What becomes of a delivery, case by case: adding a case is adding a folder."""

from collections.abc import Callable
from typing import Any

import pytest
from chain_in_process import EVERY, gateway, publish, run_feeds
from dump import whole
from feed_cases import TABLES, Case, States, every_case
from homes import Home, settled_in

CASES = every_case()
COUNTS = "received, accepted, quarantined, duplicate, unchanged, changed, mentions, linked, review, nobody, reference, closed"


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def home(states: States, case: Case) -> Home:
    """The case's days have run here."""
    return states.after(case.chain)


def test_there_are_cases_of_every_resource() -> None:
    assert {case.resource for case in CASES} == set(EVERY)


def test_case(home: Home, case: Case) -> None:
    expect = case.expect
    ours = [row for row in deliveries(home, case) if row["purpose"] == "daily"]
    assert not home.rows("select step, cause from ledger.failure")
    assert_balance(home)
    if "ledger" in expect:
        (loaded,) = [row for row in ours if row["state"] == "loaded"]
        assert {name: loaded[name] for name in expect["ledger"]} == expect["ledger"]
    if "deliveries" in expect:
        assert_same("deliveries", ours, expect["deliveries"])
    if "outcome" in expect:
        query = "select outcome from ledger.settlement where resource = %s and day = %s"
        assert home.one(query, [case.resource, case.day]) == expect["outcome"]
    for word, look in LOOKS.items():
        assert_same(word, look(home, case), expect.get(word, []))
    for word in sorted(expect.keys() & IF_ASKED):
        assert_same(word, IF_ASKED[word](home, case), expect[word])
    everything = str(whole(home, "core", "ledger", "mail"))
    assert not [text for text in expect.get("nowhere", []) if text in everything]


def test_the_same_day_again_changes_nothing(home: Home, case: Case) -> None:
    before = whole(home, "core", "ledger", "mail")
    with settled_in(home):
        with gateway(home.folder / "city", case.day, [case.resource]):
            run_feeds(case.day, [case.resource])
        assert not any(publish(case.day).values())
    assert whole(home, "core", "ledger", "mail") == before


def assert_balance(home: Home) -> None:
    for row in home.rows(f"select delivery_id, {COUNTS} from ledger.delivery where state = 'loaded'"):
        assert row["received"] == row["accepted"] + row["quarantined"] + row["duplicate"], row
        assert row["accepted"] == row["unchanged"] + row["changed"], row
        assert row["mentions"] == row["linked"] + row["review"] + row["nobody"], row


def assert_same(word: str, found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """All of it, in any order; of each row what the case says of it."""
    left = list(found)
    for wanted in expected:
        match = next((row for row in left if says(row, wanted)), None)
        assert match is not None, f"{word}: no {wanted} among {left}"
        left.remove(match)
    assert not left, f"{word}: not expected: {left}"


def says(row: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one; of a mapping only the wanted keys count, of a message a part."""
    if isinstance(wanted, dict):
        return all(_part(name, row[name], value) for name, value in wanted.items())
    return row == wanted


def _part(name: str, value: Any, wanted: Any) -> bool:
    return wanted in (value or "") if name in ("message", "summary") else says(value, wanted)


def deliveries(home: Home, case: Case) -> list[dict[str, Any]]:
    return home.rows("select * from ledger.delivery where resource = %s and day = %s", [case.resource, case.day])


def quarantine(home: Home, case: Case) -> list[dict[str, Any]]:
    """The resource's rows that were refused on the day."""
    return home.rows("select * from mart.quarantine where resource = %s and day = %s", [case.resource, case.day])


def records(home: Home, case: Case) -> list[dict[str, Any]]:
    """What is known of officials since that morning: the record came, changed or ended, or was found to be theirs."""
    query = """
        select r.* from core.known_record r where core.known_at(%(day)s) in (r.known_from, (
            select max(l.known_from) from core.link l
            where (l.resource, l.source_key, l.cadre_no) = (r.resource, r.source_key, r.cadre_no) and l.known_to is null))"""
    return home.rows(query, {"day": case.day})


def kept(home: Home, case: Case) -> list[dict[str, Any]]:
    """The resource's rows that are kept since that morning, whether they are known to be an official's or only may be."""
    query = "select * from core.record where known_to is null and known_from = core.known_at(%s) and resource = %s"
    return home.rows(query, [case.day, case.resource])


def links(home: Home, case: Case) -> list[dict[str, Any]]:
    """The day's statements that stand, by which a mention is an official, may be one, or is none any more."""
    return home.rows("select * from core.link where known_to is null and known_from = core.known_at(%s)", [case.day])


def alerts(home: Home, case: Case) -> list[dict[str, Any]]:
    """What happened to alerts on the day, and how they read since."""
    query = "select a.*, e.kind from core.alert a join core.alert_event e using (alert_no) where e.at = core.known_at(%s)"
    return home.rows(query, [case.day])


def found(home: Home, case: Case) -> list[dict[str, Any]]:
    """Deliveries in which officials were found who joined the roster, or changed, after they came."""
    return home.rows("select * from ledger.delivery where found > 0")


def held(table: str) -> Callable[[Home, Case], list[dict[str, Any]]]:
    """A core table's rows that are known since that morning: they came, changed or left the snapshot."""
    query = f"select * from core.{table} where known_to is null and known_from = core.known_at(%s)"
    return lambda home, case: home.rows(query, [case.day])


# Each looks at all that the day brought; a case lists all of it, and nothing where it says nothing.
LOOKS = {
    "quarantine": quarantine,
    "records": records,
    "links": links,
    "alerts": alerts,
    "found": found,
    **{table: held(table) for table in TABLES},
}

# Of these a case may say nothing.
IF_ASKED = {"kept": kept, "spell": held("spell")}
