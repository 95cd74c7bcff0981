"""What departments deliver reaches a drop folder whole, under its own name, and as it was."""

import os
from pathlib import Path

from demo.departments import drop_files

DAY = "2026-06-01"


def delivered(city: Path) -> Path:
    folder = city / "court" / DAY
    folder.mkdir(parents=True)
    return folder


def test_a_days_files_are_dropped_under_their_own_names(city, tmp_path):
    drop = tmp_path / "sftp" / "court"
    assert drop_files(city, "2026-06-01", "court", drop) == ["court_20260601.csv"]
    assert drop_files(city, "2026-06-02", "court", drop) == ["court_20260601.csv", "court_20260602.csv"]
    assert sorted(path.name for path in drop.iterdir()) == ["court_20260601.csv", "court_20260602.csv"]
    source = city / "court" / "2026-06-02" / "court_20260602.csv"
    assert (drop / source.name).read_bytes() == source.read_bytes()


def test_a_day_without_a_folder_drops_nothing(city, tmp_path):
    assert drop_files(city, "2026-06-09", "court", tmp_path / "drop") == []


def test_a_file_appears_only_when_it_is_whole(city, tmp_path, monkeypatch):
    seen = []

    def watch(part, whole):
        seen.append((os.path.basename(whole), part.stat().st_size, whole.exists()))
        os.rename(part, whole)

    monkeypatch.setattr("demo.departments.os.replace", watch)
    drop_files(city, "2026-06-01", "court", tmp_path)
    size = (city / "court" / "2026-06-01" / "court_20260601.csv").stat().st_size
    assert seen == [("court_20260601.csv", size, False)]


def test_a_file_is_as_old_as_it_was(tmp_path):
    source = delivered(tmp_path / "city") / "court_20260601.csv"
    source.write_text("案号\n")
    os.utime(source, (1_780_000_000, 1_780_000_000))
    drop_files(tmp_path / "city", DAY, "court", tmp_path / "drop")
    assert (tmp_path / "drop" / source.name).stat().st_mtime == 1_780_000_000


def test_folders_and_links_come_as_they_are(tmp_path):
    source, drop = delivered(tmp_path / "city"), tmp_path / "drop"
    (source / "court_20260601.csv" / "inside").mkdir(parents=True)
    (source / "court_20260601.csv" / "inside" / "a.csv").write_text("1")
    (source / "to_nowhere.csv").symlink_to("nowhere")
    assert drop_files(tmp_path / "city", DAY, "court", drop) == ["court_20260601.csv", "to_nowhere.csv"]
    assert (drop / "court_20260601.csv" / "inside" / "a.csv").read_text() == "1"
    assert (drop / "to_nowhere.csv").readlink() == Path("nowhere")
    assert sorted(path.name for path in drop.iterdir()) == ["court_20260601.csv", "to_nowhere.csv"]


def test_a_folder_and_a_file_can_take_each_others_place(tmp_path):
    source, drop = delivered(tmp_path / "city"), tmp_path / "drop"
    place = source / "court_20260601.csv"
    for _ in range(2):
        place.mkdir()
        (place / "a.csv").write_text("1")
        drop_files(tmp_path / "city", DAY, "court", drop)
        drop_files(tmp_path / "city", DAY, "court", drop)
        assert (drop / place.name / "a.csv").read_text() == "1"
        (place / "a.csv").unlink()
        place.rmdir()
        place.write_text("2")
        drop_files(tmp_path / "city", DAY, "court", drop)
        assert (drop / place.name).read_text() == "2"
        place.unlink()
