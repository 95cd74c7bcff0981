"""A held delivery is looked into, accepted once or left for good, by somebody and for a reason; the others don't wait for it."""

from datetime import date
from typing import Any

import pytest
from dump import whole
from office import CASE, COURT, DAYS, Command, Office, assert_balance, court

from cadre_cloud.commands import held
from cadre_cloud.mail.digest import render

WHO = ("--who=李工", "--why=法院来函说明已归档")
FEW = [COURT[0], COURT[3]]
ACTS = "select who, why, kind, delivery_id from ledger.act"


@pytest.fixture
def office(office: Office) -> Office:
    """A whole file, and one with a sixth of the rows, one of which says something new."""
    office.deliver_case("court/first_day", DAYS[0])
    rows = [FEW[0] | {"案由": "另案"}, FEW[1] | {"年龄": "x"}]
    office.deliver("court", DAYS[1], "court_20260602.csv", court(rows))
    for day in DAYS[:2]:
        office.run("court", day)
    return office


def delivery(office: Office, day: date) -> dict[str, Any]:
    (row,) = office.home.rows("select * from ledger.delivery where resource = 'court' and day = %s", [day])
    return row


def held_one(office: Office) -> str:
    found = delivery(office, DAYS[1])
    assert found["state"] == "held"
    return found["delivery_id"]


def test_it_is_listed_and_looked_into(office: Office, command: Command) -> None:
    delivery_id = held_one(office)
    code, said, _ = command(held)
    assert (code, delivery_id in said, "行数明显不足" in said) == (0, True, True)
    code, said, _ = command(held, f"--delivery={delivery_id}")
    lines = [line.split() for line in said.splitlines()]
    assert ["received", "2", "12"] in lines
    assert ["2", "expect_table_row_count_to_be_between", "critical", "2.0"] in lines
    assert ["not_a_number", "age", "1"] in lines
    assert said.splitlines()[-1] == "The contract as it is now can read it; columns that it does not know: none."
    assert not [value for row in COURT for value in row.values() if len(value) > 4 and value in said]


def test_it_is_accepted_once(office: Office, command: Command) -> None:
    delivery_id = held_one(office)
    code, said, _ = command(held, f"--delivery={delivery_id}", "--accept", *WHO)
    assert (code, f"{delivery_id} is loaded" in said) == (0, True)
    loaded = delivery(office, DAYS[1])
    assert [loaded[name] for name in ("state", "reason", "received", "accepted", "quarantined")] == ["loaded", None, 2, 1, 1]
    assert "本次仅2行" in loaded["message"]
    assert set(office.known("court")) == {"(2026)黔9901执00001号|1", CASE}
    assert office.home.rows(ACTS) == [
        {"who": "李工", "why": "法院来函说明已归档", "kind": "accepted", "delivery_id": delivery_id}
    ]
    failed = office.home.rows("select severity from ledger.quality where delivery_id = %s and not success", [delivery_id])
    assert {"severity": "critical"} in failed
    settled = office.home.rows("select outcome from ledger.settlement where resource = 'court' and day = %s", [DAYS[1]])
    assert settled == [{"outcome": "loaded"}]
    assert_balance(office.home)
    # Whoever comes later finds it decided; a rerun of the day changes nothing; the same few rows are held again.
    assert "not held but loaded" in command(held, f"--delivery={delivery_id}", "--reject", *WHO)[2]
    before = whole(office.home, "core", "ledger", "mail")
    office.run_again("court", DAYS[1])
    assert whole(office.home, "core", "ledger", "mail") == before
    office.deliver("court", DAYS[2], "court_20260603.csv", court(FEW[:1]))
    office.run("court", DAYS[2])
    assert delivery(office, DAYS[2])["state"] == "loaded"  # half of what it is compared with by now


def test_it_never_overrides_what_is_newer(office: Office, command: Command) -> None:
    delivery_id = held_one(office)
    office.deliver("court", DAYS[2], "court_20260603.csv", court([row | {"案由": "新"} for row in COURT]))
    office.run("court", DAYS[2])
    assert delivery(office, DAYS[2])["state"] == "loaded"  # which did not wait
    before = whole(office.home, "core", "ledger")
    code, _, said = command(held, f"--delivery={delivery_id}", "--accept", *WHO)
    assert (code, "outdated" in said) == (1, True)
    assert whole(office.home, "core", "ledger") == before


def test_it_is_rejected_for_good(office: Office, command: Command) -> None:
    delivery_id = held_one(office)
    code, said, _ = command(held, f"--delivery={delivery_id}", "--reject", *WHO)
    assert (code, f"{delivery_id} is rejected" in said) == (0, True)
    left = delivery(office, DAYS[1])
    assert (left["state"], left["reason"], "不采用" in left["message"]) == ("rejected", "expectation", True)
    settled = office.home.rows("select outcome, message from ledger.settlement where resource = 'court' and day = %s", [DAYS[1]])
    assert settled == [{"outcome": "held", "message": left["message"]}]
    before = whole(office.home, "core", "ledger")
    office.run_again("court", DAYS[1])
    assert "not held but rejected" in command(held, f"--delivery={delivery_id}", "--accept", *WHO)[2]
    assert whole(office.home, "core", "ledger") == before
    assert command(held)[1] == "No delivery is held.\n"
    render(DAYS[1])
    assert not office.home.rows("select * from mail.notice_told where notice like 'held:%'")
    office.deliver("court", DAYS[2], "court_20260603.csv", court(list(reversed(COURT))))
    office.run("court", DAYS[2])
    assert delivery(office, DAYS[2])["state"] == "loaded"


def test_what_cannot_be_read_is_not_accepted(office: Office, command: Command) -> None:
    office.deliver_case("court/renamed_column", DAYS[2])
    (office.city / "court" / "2026-06-03" / "court_20260602.csv").rename(
        office.city / "court" / "2026-06-03" / "court_20260603.csv"
    )
    office.run("court", DAYS[2])
    delivery_id = delivery(office, DAYS[2])["delivery_id"]
    inspected = command(held, f"--delivery={delivery_id}")[1]
    assert "missing_column; missing: 是否失信; instead: 失信标志" in inspected
    code, _, said = command(held, f"--delivery={delivery_id}", "--accept", *WHO)
    assert (code, "make replay DAY=2026-06-03 RESOURCE=court" in said) == (1, True)
    assert office.home.rows(ACTS) == []


def test_a_folder_is_left_for_good(office: Office, command: Command) -> None:
    """It is no file, and nothing of it is landed: a rerun of its day says so again, unless that was decided."""
    (office.home.drop / "court" / "court_20260603.csv").mkdir()
    office.run("court", DAYS[2])
    delivery_id = delivery(office, DAYS[2])["delivery_id"]
    assert "has to be delivered again" in command(held, f"--delivery={delivery_id}")[1]
    command(held, f"--delivery={delivery_id}", "--reject", *WHO)
    office.run_again("court", DAYS[2])
    assert delivery(office, DAYS[2])["state"] == "rejected"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--accept", *WHO], "it takes a delivery"),
        (["--delivery=court-20260601-x"], "there is no such delivery"),
        (["--delivery=court-20260601-x", "--accept", *WHO], "there is no such delivery"),
        (["--delivery=court-20260601-x", "--accept", "--who=李工"], "must not be empty"),
    ],
)
def test_what_is_not_carried_out(office: Office, command: Command, arguments: list[str], why: str) -> None:
    code, _, said = command(held, *arguments)
    assert (code, why in said) == (1, True)
