"""What lies in a department's folder: which of it is a delivery, and what is told of the rest."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import attach
from fsspec.implementations.memory import MemoryFileSystem
from homes import without_settings

from cadre_cloud import contracts
from cadre_cloud.sources import Later, NotRead, SourceError, arrivals
from transforms.contract import Contract

COURT = contracts.named("court")
DAY = date(2026, 6, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The court's folder, in which a file is read at once."""
    with without_settings() as patch:
        patch.setenv("CADRE_DROP", tmp_path.as_uri())
        patch.setenv("CADRE_DROP_QUIET", "0")
        (tmp_path / "court").mkdir()
        yield tmp_path / "court"


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A file is read after a quiet time."""
    monkeypatch.setenv("CADRE_DROP_QUIET", "0.1")


def come(contract: Contract = COURT) -> dict[str, bytes | str]:
    """Each arrival's bytes, or why there are none."""
    return {arrival.file: content(arrival.chunks) for arrival in arrivals(contract, DAY, None)}


def content(chunks) -> bytes | str:
    try:
        return b"".join(chunks())
    except NotRead as error:
        return error.reason


def test_a_folder_that_is_empty(folder: Path) -> None:
    assert come() == {}


def test_a_folder_that_is_not_there(folder: Path) -> None:
    """A share that is not mounted is none in which nothing lies."""
    folder.rmdir()
    with pytest.raises(Later, match=r"^the folder of court is not there$"):
        come()


def test_a_folder_that_vanishes_while_its_files_are_looked_at(folder: Path, wait: None) -> None:
    (folder / "court_1.csv").write_bytes(b"x")
    vanishing = threading.Timer(0.02, folder.rename, [folder.with_name("elsewhere")])
    vanishing.start()
    with pytest.raises(Later, match="the folder of court is not there"):
        come()
    vanishing.join()


def test_a_folder_that_vanishes_before_its_files_are_read(folder: Path) -> None:
    """Not a word of files that cannot be read: they will be there again."""
    (folder / "court_1.csv").write_bytes(b"x")
    (found,) = arrivals(COURT, DAY, None)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(Later, match="the folder of court is not there"):
        content(found.chunks)


def test_a_folder_that_vanishes_in_mid_reading(folder: Path) -> None:
    (folder / "court_1.csv").write_bytes(bytes(3 << 20))
    (found,) = arrivals(COURT, DAY, None)
    chunks = iter(found.chunks())
    next(chunks)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(Later, match="the folder of court is not there"):
        list(chunks)


def test_a_file_in_place_of_the_folder(folder: Path) -> None:
    folder.rmdir()
    folder.write_bytes(b"x")
    with pytest.raises(SourceError, match="the folder of court cannot be read"):
        come()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("court_20260601.csv", date(2026, 6, 1)),
        ("COURT_20260601.CSV", date(2026, 6, 1)),
        ("court_２０２６０６０１.csv", date(2026, 6, 1)),
        (" court_ 20260601 (1).csv ", date(2026, 6, 1)),
        ("court_202605.csv", date(2026, 5, 31)),
        ("court_202606.csv", DAY),
        ("court_202607.csv", date(2026, 7, 1)),
        ("court_2026-06-01.csv", date(2026, 6, 1)),
        ("court_2026.6.1.csv", date(2026, 6, 1)),
        ("court_2026年5月.csv", date(2026, 5, 31)),
        ("court_529901_20260601.csv", date(2026, 6, 1)),
        ("court_20261301_20260601.csv", date(2026, 6, 1)),
        ("court_20260601053000.csv", date(2026, 6, 1)),
        ("court_all.csv", DAY),
    ],
)
def test_names_and_the_days_in_them(folder: Path, name: str, day: date) -> None:
    (folder / name).write_bytes(b"x")
    (found,) = arrivals(COURT, DAY, None)
    assert (found.file, found.snapshot_on, content(found.chunks)) == (name, day, b"x")


@pytest.mark.parametrize("name", ["court_20260231.csv", "court_20261301.csv", "court_2026-06-31.csv"])
def test_a_day_that_does_not_exist_is_no_day_to_load(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    assert come() == {name: "no_day"}


def test_a_day_far_ahead_is_a_slip_that_would_outdate_all_others(folder: Path) -> None:
    for name in ("court_20260703.csv", "court_20261203.csv", "court_20270602.csv"):
        (folder / name).write_bytes(b"x")
    assert come() == {"court_20260703.csv": b"x", "court_20261203.csv": "far_day", "court_20270602.csv": "far_day"}


def test_two_files_of_a_day_come_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("court_20260602.csv", "court_20260601_2.csv", "court_20260601_1.csv"):
        (folder / name).write_bytes(name.encode())
    assert list(come()) == ["court_20260601_1.csv", "court_20260601_2.csv", "court_20260602.csv"]


@pytest.mark.parametrize(
    "name", ["~$court_1.csv", ".court_1.csv", ".court_1.csv.part", "court_1.csv.part", "court_1.csv.filepart"]
)
def test_files_on_their_way_and_locks_are_none(folder: Path, name: str, caplog) -> None:
    (folder / name).write_bytes(b"x")
    assert come(COURT.model_copy(update={"source": COURT.source.model_copy(update={"files": "*"})})) == {}
    assert not caplog.messages


def test_a_file_of_another_name_is_told_of(folder: Path, caplog) -> None:
    (folder / "法院\n数据.csv").write_bytes(b"x")
    (folder / "court_1.csv").write_bytes(b"x")
    assert come() == {"court_1.csv": b"x"}
    assert caplog.messages == ["court: not read, as their names are not court_*.csv: 法院\ufffd数据.csv"]


def test_a_name_that_is_no_utf_8(folder: Path) -> None:
    (folder / os.fsdecode("court_1法院.csv".encode("gb18030"))).write_bytes(b"x")
    (name,) = come()
    assert name.encode() and name.startswith("court_1\ufffd")


def test_what_is_no_file_is_told_and_all_else_is_read(folder: Path) -> None:
    (folder / "court_0.csv").write_bytes(b"x")
    (folder / "court_1.csv").mkdir()
    (folder / "court_1.csv" / "court_2.csv").write_bytes(b"below")
    (folder.parent / "outside.csv").write_bytes(b"secret")
    (folder / "court_3.csv").symlink_to(folder.parent / "outside.csv")
    (folder / "court_4.csv").symlink_to("nowhere")
    (folder / "court_5.csv").symlink_to("court_5.csv")
    os.mkfifo(folder / "court_6.csv")
    (folder / "court_8.csv").write_bytes(b"y")
    assert come() == {
        "court_0.csv": b"x",
        "court_1.csv": "folder",
        "court_3.csv": "link",
        "court_4.csv": "link",
        "court_5.csv": "link",
        "court_6.csv": "no_file",
        "court_8.csv": b"y",
    }


@pytest.mark.parametrize("other", ["link", "pipe", "nothing", "longer", "same size"])
def test_what_is_put_in_a_file_s_place_before_it_is_read(folder: Path, other: str) -> None:
    (folder.parent / "outside.csv").write_bytes(b"secret")
    path = folder / "court_1.csv"
    path.write_bytes(b"before")
    (found,) = arrivals(COURT, DAY, None)
    path.unlink()
    match other:
        case "link":
            path.symlink_to(folder.parent / "outside.csv")
        case "pipe":
            os.mkfifo(path)
        case "longer":
            path.write_bytes(b"longer than before")
        case "same size":
            path.write_bytes(b"change")
            os.utime(path, (1, 1))
    assert content(found.chunks) in ("unreadable", "being_written")


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "court_1.csv").write_bytes(b"x")
    (folder / "court_2.csv").write_bytes(b"y")
    really = os.open

    def refuse(path, *args, **options):
        if str(path).endswith("court_1.csv"):
            raise PermissionError(13, "Permission denied")
        return really(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert come() == {"court_1.csv": "unreadable", "court_2.csv": b"y"}


def test_a_file_that_changes_while_it_is_read(folder: Path) -> None:
    path = folder / "court_1.csv"
    path.write_bytes(bytes(3 << 20))
    (found,) = arrivals(COURT, DAY, None)
    chunks = iter(found.chunks())
    next(chunks)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(NotRead, match="being_written"):
        list(chunks)


def test_a_file_that_is_being_written_is_waited_for(folder: Path, wait: None) -> None:
    path = folder / "court_1.csv"
    path.write_bytes(b"begun")
    writer = threading.Timer(0.05, path.write_bytes, [b"begun and ended"])
    writer.start()
    assert come() == {"court_1.csv": b"begun and ended"}
    writer.join()


def test_a_file_that_goes_on_changing_is_left_and_the_others_are_read(folder: Path, wait: None) -> None:
    (folder / "court_1.csv").write_bytes(b"x")
    path, ended = folder / "court_2.csv", threading.Event()
    path.write_bytes(b"y")

    def grow() -> None:
        while not ended.wait(0.02):
            with path.open("ab") as file:
                file.write(b"y")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        assert come() == {"court_1.csv": b"x", "court_2.csv": "being_written"}
    finally:
        ended.set()
        writer.join()
    assert set(come().values()) == {b"x", path.read_bytes()}


@pytest.mark.parametrize("age", [3600, 11])
def test_an_old_file_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch, age: int) -> None:
    monkeypatch.delenv("CADRE_DROP_QUIET")
    monkeypatch.setattr(time, "sleep", None)
    (folder / "court_1.csv").write_bytes(b"x")
    os.utime(folder / "court_1.csv", (time.time() - age,) * 2)
    assert come() == {"court_1.csv": b"x"}


def test_a_file_from_a_machine_whose_clock_is_ahead(folder: Path, wait: None) -> None:
    (folder / "court_1.csv").write_bytes(b"x")
    os.utime(folder / "court_1.csv", (time.time() + 1e6,) * 2)
    assert come() == {"court_1.csv": b"x"}


def test_a_store_that_is_no_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attach("memory", fs=MemoryFileSystem())
    monkeypatch.setenv("CADRE_DROP", "memory://drop")
    store = ObjectStoragePath("memory://drop/court")
    assert come() == {}
    (store / "court_2.csv").mkdir(parents=True)
    with (store / "court_1.csv").open("wb") as file:
        file.write(b"x")
    assert come() == {"court_1.csv": b"x", "court_2.csv": "folder"}
    (found, _) = arrivals(COURT, DAY, None)
    assert found.size == 1
    assert found.modified_at and abs(datetime.now(UTC) - found.modified_at).total_seconds() < 60
