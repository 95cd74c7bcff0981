"""What time makes superfluous goes, and nothing that anything stands on."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from chain_in_process import contract_of, run_feed
from feed_cases import FOLDER, States
from homes import Home, settled_in

from cadre_cloud.upkeep import expire_landed, remove_leftovers

DAY = date(2026, 6, 1)
DAYS = [DAY + timedelta(days=number) for number in (1, 2)]
SENT = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_text("gb18030")


@pytest.fixture
def home(states: States, tmp_path: Path) -> Iterator[Home]:
    """Two more of the court's days have run after the first, each with something new."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    with settled_in(home):
        for number, day in enumerate(DAYS):
            deliver(home, day, SENT.replace(",男,", ",女,", number + 1))
        yield home


def deliver(home: Home, day: date, content: str) -> dict[str, int]:
    (home.drop / "court" / f"court_{day:%Y%m%d}.csv").write_bytes(content.encode("gb18030"))
    run_feed(contract_of("court"), day)
    query = "select state, changed, unchanged from ledger.delivery where resource = 'court' and day = %s"
    (row,) = home.rows(query, [day])
    return row


def proofs(home: Home) -> list[dict[str, object]]:
    return home.rows("select kind, day, things, kept_days from mart.removal where resource = 'court' order by 1, 2")


def test_indexes_on_which_nothing_stands_go_and_the_next_day_is_compared_as_ever(home: Home) -> None:
    indexes = home.var / "index" / "court"
    assert len(list(indexes.iterdir())) == 6
    remove_leftovers(DAYS[-1])
    assert len(list(indexes.iterdir())) == 2
    assert remove_leftovers(DAYS[-1]) == 0
    assert proofs(home) == [{"kind": "index", "day": DAYS[-1], "things": 2, "kept_days": 0}]
    third = deliver(home, DAYS[-1] + timedelta(days=1), SENT.replace(",男,", ",女,", 3))
    assert third == {"state": "loaded", "changed": 1, "unchanged": 11}


def test_rows_on_their_way_stay_for_two_days(home: Home) -> None:
    (delivery_id,) = [
        row["delivery_id"] for row in home.rows("select delivery_id from ledger.delivery where day = %s", [DAYS[0]])
    ]
    left = home.var / "work" / delivery_id
    left.mkdir(parents=True)
    remove_leftovers(DAYS[0] + timedelta(days=2))
    assert left.exists()
    remove_leftovers(DAYS[0] + timedelta(days=3))
    assert not left.exists()
    assert {"kind": "leftover", "day": DAYS[0] + timedelta(days=3), "things": 1, "kept_days": 2} in proofs(home)


def test_landed_bytes_go_a_month_after_they_were_superseded_and_their_day_can_be_run_again(home: Home) -> None:
    landed = home.var / "landing" / "court"
    assert len([path for path in landed.iterdir() if path.suffix != ".note"]) == 3
    assert expire_landed(DAY + timedelta(days=30)) == 0
    assert expire_landed(DAYS[0] + timedelta(days=30)) == 1
    assert home.rows("select day from ledger.delivery where resource = 'court' and expired_at is not null") == [{"day": DAY}]
    assert proofs(home) == [{"kind": "landed", "day": DAYS[0] + timedelta(days=30), "things": 1, "kept_days": 30}]
    home.run("update ledger.delivery set state = 'held' where day = %s and resource = 'court'", [DAY])
    run_feed(contract_of("court"), DAY)
    assert home.rows("select from ledger.failure") == []


def test_how_long_landed_bytes_are_kept_is_a_setting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_KEEP_LANDED", "5")
    assert expire_landed(DAYS[0] + timedelta(days=4)) == 0
    assert expire_landed(DAYS[0] + timedelta(days=5)) == 1


def test_what_a_killed_task_had_begun_to_land_goes(home: Home) -> None:
    part = home.var / "landing" / "court" / "0123.part"
    part.write_bytes(b"some")
    run_feed(contract_of("court"), DAYS[-1])
    assert not part.exists()
