"""Memory stays bounded, however big a file is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from homes import Home

from cadre_cloud import contracts
from cadre_cloud.feed.check import check
from cadre_cloud.feed.compare import kept
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.quality import Sample
from cadre_cloud.steps import bound_duckdb
from transforms import duck
from transforms.difference import Comparison, Difference
from transforms.formats import csv
from transforms.formats.unreadable import Unreadable
from transforms.rows import Typed

AT_ONCE = 1 << 20
BLOCK = b"".join(b"%d,%s,x\n" % (number, b"y" * 80) for number in range(1000))
MANY = 4_000
AHEAD = 40  # parts at most: Arrow's reader is up to 32 ahead of us, as the threads take turns


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv, "AT_ONCE", AT_ONCE)


class Coming:
    """A file that comes in blocks, and how many of them were asked for."""

    def __init__(self, first: bytes, blocks: int = MANY) -> None:
        self._first, self._blocks, self.taken = first, blocks, 0

    def __call__(self) -> Iterator[bytes]:
        yield self._first
        for _ in range(self._blocks):
            self.taken += 1
            yield BLOCK


def test_a_csv_is_read_in_parts() -> None:
    rows, most, before = 0, 0, pa.total_allocated_bytes()
    for part in csv.parse(Coming(b"a,b,c\n"), "utf-8"):
        rows += len(part)
        most = max(most, pa.total_allocated_bytes() - before)
    assert rows == MANY * 1000
    assert most < (AHEAD + 10) * AT_ONCE < len(BLOCK) * MANY / 3


@pytest.mark.parametrize("first", [b'"a,b,c\n', b'a,b,c\n"1,2,3\n', b"a,b,c" * 100_000, b"a,b,c\n" + b"1" * AT_ONCE])
def test_what_cannot_be_cut_into_rows_is_given_up_early(first: bytes) -> None:
    coming = Coming(first)
    with pytest.raises(Unreadable, match="broken"):
        list(csv.parse(coming, "utf-8"))
    assert coming.taken * len(BLOCK) < AHEAD * AT_ONCE < MANY * len(BLOCK) / 8


def test_blank_lines_take_no_room() -> None:
    with pytest.raises(Unreadable, match="empty"):
        list(csv.parse(lambda: (b" \r\n" * 100_000 for _ in range(20)), "utf-8"))


def test_what_does_not_fit_into_memory_is_spilled_and_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_VAR", str(tmp_path))
    monkeypatch.setattr(duck, "_settings", dict(duck._settings))
    bound_duckdb()
    duck.configure(memory_limit="40MB")
    with duck.Scratch() as db:
        db.run("create table number as select range as no, hash(range) as hashed from range(4000000)")
        assert db.number("select count(distinct hashed) from number where no % 10 = 0") == 400_000
        assert any((tmp_path / "duckdb").rglob("*.tmp"))
    assert not any((tmp_path / "duckdb").rglob("*.tmp"))


def test_a_snapshot_comes_again_that_is_bigger_than_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A million rows in a tenth of what a task may take, as ten million in all of it."""
    monkeypatch.setenv("CADRE_VAR", str(tmp_path))
    monkeypatch.setattr(duck, "_settings", dict(duck._settings))
    bound_duckdb()
    duck.configure(memory_limit="40MB")
    first = compared(None, changed=0)
    assert (first.unchanged, first.closed, len(first.changed)) == (0, 0, 1_000_000)
    again = compared(first.index, changed=1)
    assert (again.unchanged, again.closed, len(again.changed)) == (990_000, 0, 10_000)
    assert again.index["key_hash"] == first.index["key_hash"]


def compared(before: pa.Table | None, changed: int) -> Difference:
    """A million rows beside an index; one in a hundred says something that depends on `changed`."""
    with Comparison(before, mode="snapshot", columns=["said"], cursor=None, seed="s") as comparison:
        for start in range(0, 1_000_000, 50_000):
            number = np.arange(start, start + 50_000)
            said = np.where(number % 100, number, number + changed)
            keys = pc.binary_join_element_wise("key", pa.array(number).cast(pa.string()), "")
            comparison.add(pa.table({"row_no": number, "source_key": keys, "said": said}), pa.array([], pa.string()))
        return comparison.end()


def test_of_rows_in_conflict_none_is_news_in_whatever_part_they_came(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv, "AT_ONCE", 1 << 12)
    header = ",".join(contracts.named("court").columns)
    rows = [f"(2026)黔9901执{number:05}号,1,张伟,,男,,被执行人,执行,,,2026-03-01,,是," for number in range(200)]
    rows[150] = rows[3].replace("男", "女")
    (home.drop / "court").mkdir()
    (home.drop / "court" / "court_1.csv").write_text("\n".join([header, *rows]), "gb18030")
    contract, day = contracts.named("court"), date(2026, 6, 1)
    (delivery_id,) = extract(contract, day)
    assert check(contract, day) == [delivery_id]
    compared = kept(delivery_id, None)
    assert compared
    news = list(compared.news())
    assert len(news) > 3
    expected = [number for number in range(1, 201) if number not in (4, 151)]
    for kind in ("rows", "text", "told"):
        assert [number for part in news for number in getattr(part, kind)["row_no"].to_pylist()] == expected
    assert (compared.counts.changed, len(compared.keys)) == (198, 198)


def test_a_sample_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadre_cloud.feed.quality.SAMPLE", 1000)
    sample = Sample("court")
    for beginning in range(0, 100_000, 700):
        numbers = range(beginning, beginning + 700)
        refused = pa.table({"row_no": pa.array([], pa.int64()), "reason": pa.array([], pa.string())})
        sample.add(Typed(pa.table({"row_no": list(numbers), "case_no": [f"{number}" for number in numbers]}), refused, []))
        assert sum(map(len, sample._parts)) <= 2000
    drawn = sample._drawn()["case_no"].to_pylist()
    assert len(drawn) == 1000
    assert 400 < sum(int(number) < 50_000 for number in drawn) < 600
