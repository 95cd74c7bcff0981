"""A past day from the landing: where nothing is missing it changes nothing, and after a restore it brings back what was."""

import shutil
from datetime import date
from pathlib import Path

import psycopg
import pytest
from chain.dump import Dump, differences, dump, of_another_run
from dump import whole
from homes import Home
from past import COURT, DAYS, RESOURCES, Past, court, run
from psycopg.rows import dict_row

from cadre_cloud import contracts
from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands import replay
from cadre_cloud.feed import landing_notes
from cadre_cloud.mail.digest import render
from cadre_cloud.upkeep import expire_landed, keep_notes, remove_leftovers
from cadre_cloud.warehouse.connection import acted_at


def feeds() -> list:
    return [contracts.named(resource) for resource in RESOURCES]


def everything(home: Home) -> Dump:
    """But for a mail's state: a replay leaves it unsent."""
    with psycopg.connect(home.owner, row_factory=dict_row) as owner:
        without = of_another_run(owner)
        without["mail.message"].append("state")
        return dump(owner, without)


def test_where_nothing_is_missing_it_changes_nothing(past: Past, tmp_path: Path) -> None:
    with past.evening(2, tmp_path / "home") as home:
        before = whole(home, "core", "ledger", "mail")
        for day in (*DAYS, DAYS[1]):
            ended = replay.replay(day, feeds())
            assert set(ended) == ({"unit", "personnel"} if day == DAYS[0] else set()) | set(RESOURCES)
            assert whole(home, "core", "ledger", "mail") == before


@pytest.mark.parametrize("index", ["kept", "gone"])
def test_after_a_restore_it_brings_back_what_was(past: Past, tmp_path: Path, index: str) -> None:
    """The database is of the first evening; no gateway and no folder is asked. The day after is as if nothing had been."""
    last = past.evenings[2]
    with past.evening(0, tmp_path / "home", landing=last) as home:
        if index == "gone":
            shutil.rmtree(home.var / "index")
        for day in DAYS[1:]:
            replay.replay(day, feeds())
        assert differences(everything(home), everything(last)) == {}
        assert home.rows("select distinct state from mail.message where day > %s", [DAYS[0]]) == [{"state": "withheld"}]
        before = whole(home, "core", "ledger", "mail")
        replay.replay(DAYS[2], feeds())
        assert whole(home, "core", "ledger", "mail") == before
        next_day(home)
    with past.evening(2, tmp_path / "other") as other:
        next_day(other)
    assert differences(everything(home), everything(other)) == {}


def next_day(home: Home) -> None:
    """The court's rows of the second day can be read, and one is gone; somebody is told."""
    (home.folder / "city").mkdir()
    day = date(2026, 6, 4)
    court(home.folder / "city", day, [row for row in COURT if row["案号"] != "（2026）黔9901执00004号"])
    run(home, day, ("court",))


def test_what_people_decided_since_is_told(past: Past, tmp_path: Path) -> None:
    """A replay of the last day swallows only what the mails of that day told."""
    with past.evening(2, tmp_path / "home") as home:
        home.run("update core.alert set state = 'retracted' where rule = 'dishonest_debtor' and cadre_no = 'C0001'")
        assert evaluate(DAYS[2], acted_at())["raised"] == 1
        replay.replay(DAYS[2], feeds())
        assert home.one("select count(*) from mail.message where state = 'withheld'") == 0
        assert render(date(2026, 6, 4)) == 1


def test_only_what_was_landed_in_full(
    past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Whether the court's second day came to its end is not known; the others do not wait for it."""
    with past.evening(0, tmp_path / "home", landing=past.evenings[2]) as home:
        (home.var / "landing" / "court" / "court-20260602.note").unlink()
        before = whole(home, "ledger")
        monkeypatch.setattr("sys.argv", ["replay", "2026-06-02", "--resource=court"])
        assert replay.main() == 1
        assert "court     not everything of it is in the landing" in capsys.readouterr().out
        assert whole(home, "ledger") == before
        monkeypatch.setattr("sys.argv", ["replay", "2026-06-02", "--resource=taxation"])
        assert replay.main() == 0
        assert "taxation  loaded" in capsys.readouterr().out


def test_notes_are_written_for_what_was_landed_before_there_were_any(past: Past, tmp_path: Path) -> None:
    def notes(home: Home) -> dict:
        return {(name, day): landing_notes.read(name, day) for name in RESOURCES for day in DAYS}

    with past.evening(2, tmp_path / "home") as home:
        before = notes(home)
        assert sum(len(found) for _, found in before.values()) == home.one(
            "select count(*) from ledger.delivery where resource = any(%s) and day = any(%s)", [list(RESOURCES), DAYS]
        )
        written = list((home.var / "landing").glob("*/*.note"))
        for path in written:
            path.unlink()
        assert keep_notes(DAYS[2]) == len(written)
        assert notes(home) == before
        assert keep_notes(DAYS[2]) == 0


def test_notes_go_with_what_they_are_of(past: Past, tmp_path: Path) -> None:
    """But not what the ledger does not know: it may be older than the landing."""
    later = date(2026, 7, 20)
    with past.evening(2, tmp_path / "home") as home:
        unknown = home.var / "landing" / "court" / "court-20260604-000000000000.note"
        shutil.copy(home.var / "landing" / "court" / "court-20260603.note", unknown)
        assert expire_landed(later) > 0
        keep_notes(later)
        left = home.rows("select resource, delivery_id from ledger.delivery where expired_at is null and landing <> ''")
        there = {path for path in (home.var / "landing").glob("*/*-*-*.note") if path != unknown}
        assert there == {home.var / "landing" / row["resource"] / f"{row['delivery_id']}.note" for row in left}
        assert unknown.exists()
        assert (home.var / "landing" / "court" / "court-20260602.note").exists()  # the day of what stands
        assert not (home.var / "landing" / "court" / "court-20260601.note").exists()


def test_indexes_on_which_nothing_stands_go(past: Past, tmp_path: Path) -> None:
    with past.evening(2, tmp_path / "home") as home:
        standing = {home.var / row["index_file"] for row in home.rows("select index_file from ledger.standing")}
        assert set((home.var / "index").glob("*/*.parquet")) > standing
        assert remove_leftovers(date(2026, 6, 10)) > 0
        assert set((home.var / "index").glob("*/*.parquet")) == standing


def test_a_note_tells_nothing_to_who_has_no_key(past: Past) -> None:
    notes = [path.read_bytes() for path in (past.evenings[2].var / "landing").glob("*/*.note")]
    assert len(notes) > 10
    assert not [note for note in notes if not note.startswith(b"\x01") or b"court" in note or b"delivery" in note]
