"""A file that comes again, byte for byte, is known by its hash and not sealed once more."""

import os
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import contract_of, run_feed
from feed_cases import FOLDER, States
from homes import Home, settled_in

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)
SENT = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_bytes().decode("gb18030")


@pytest.fixture
def landed(states: States, tmp_path: Path):
    """The court's folder after the first day, and how to let a file of the second one come: gives what is new in the landing."""
    home = states.lodging(tmp_path / "home", "court/first_day")

    def come(content: str) -> tuple[list[str], dict[str, object]]:
        (home.drop / "court" / "court_20260602.csv").write_bytes(content.encode("gb18030"))
        before = inodes(home)
        run_feed(contract_of("court"), SECOND)
        (row,) = home.rows("select state, sha256 from ledger.delivery where resource = 'court' and day = %s", [SECOND])
        return sorted(name for name, inode in inodes(home).items() if before.get(name) != inode), row

    with settled_in(home):
        yield come


def inodes(home: Home) -> dict[str, int]:
    folder = home.var / "landing" / "court"
    return {path.name: os.stat(path).st_ino for path in folder.iterdir() if path.suffix != ".note"}


def test_the_same_bytes_are_not_landed_again(landed) -> None:
    new, delivery = landed(SENT)
    assert (new, delivery["state"]) == ([], "repeated")


def test_others_of_the_same_length_are(landed) -> None:
    other = SENT.replace("2026", "2025", 1)
    assert len(other.encode("gb18030")) == len(SENT.encode("gb18030"))
    new, delivery = landed(other)
    assert new == [delivery["sha256"]]
