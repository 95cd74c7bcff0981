"""Files reach a drop folder whole, and under their own names."""

import os

from demo.departments import drop_files


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
