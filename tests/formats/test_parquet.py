"""Parquet files of every kind of column, as text."""

import datetime as dt
import errno
import io
import json
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.formats import parquet
from transforms.formats.unreadable import Unreadable

DAY = dt.date(2026, 5, 28)
NOON = dt.datetime(2026, 5, 28, 12, 30)


def file(table: pa.Table, **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def parts(raw: bytes) -> Iterator[pa.Table]:
    return parquet.parse(io.BytesIO(raw))


def parse(raw: bytes) -> pa.Table:
    return pa.concat_tables(parts(raw))


def text(values: pa.Array) -> list[str | None]:
    return parse(file(pa.table({"x": values})))["x"].to_pylist()


def test_a_delivery() -> None:
    table = pa.table({
        "contract_no": ["HT1", "HT2"], "balance": pa.array([Decimal("383584.12"), None], pa.decimal128(18, 2)),
        "overdue_days": pa.array([0, 90], pa.int32()), "as_of": [DAY, DAY],
    })  # fmt: skip
    result = parse(file(table))
    assert result.to_pylist() == [
        {
            "contract_no": "HT1",
            "balance": "383584.12",
            "overdue_days": "0",
            "as_of": "2026-05-28",
            "row_no": 1,
            "row_error": None,
        },
        {"contract_no": "HT2", "balance": None, "overdue_days": "90", "as_of": "2026-05-28", "row_no": 2, "row_error": None},
    ]
    assert {field.type for field in result.schema if field.name != "row_no"} == {pa.string()}


def test_rows_keep_their_order_over_groups_and_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_AT_ONCE", 7)
    result = parse(file(pa.table({"x": range(100), "y": [f"值{n}" for n in range(100)]}), row_group_size=30))
    assert result["x"].to_pylist() == [str(n) for n in range(100)]
    assert result["y"].to_pylist() == [f"值{n}" for n in range(100)]
    assert result["row_no"].to_pylist() == list(range(1, 101))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([0, -5, 2**62, None]), ["0", "-5", str(2**62), None]),
        (pa.array([2**64 - 1], pa.uint64()), [str(2**64 - 1)]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([1.0, -0.0, 629.76, 1e-7, 1e17, 123456789012.5, None]),
         ["1", "0", "629.76", "0.0000001", "100000000000000000", "123456789012.5", None]),
        (pa.array([float("nan"), float("inf")]), [None, "inf"]),
        (pa.array([0.1, 1e10], pa.float32()), ["0.1", "10000000000"]),
        (pa.array([Decimal("100.00"), Decimal("-0.05")], pa.decimal128(18, 2)), ["100.00", "-0.05"]),
        (pa.array([Decimal("100"), Decimal("1.5"), Decimal("1E-18")], pa.decimal128(38, 18)),
         ["100", "1.5", "0.000000000000000001"]),
        (pa.array([DAY, None]), ["2026-05-28", None]),
        (pa.array([DAY], pa.date64()), ["2026-05-28"]),
        (pa.array([dt.datetime(2026, 5, 28), None], pa.timestamp("ns")), ["2026-05-28", None]),
        (pa.array([NOON, NOON.replace(microsecond=120000)], pa.timestamp("us")),
         ["2026-05-28 12:30:00", "2026-05-28 12:30:00.12"]),
        (pa.array([NOON], pa.timestamp("ms", "UTC")), ["2026-05-28 12:30:00Z"]),
        (pa.array([NOON.replace(hour=16, minute=0)], pa.timestamp("us", "Asia/Shanghai")), ["2026-05-29 00:00:00+0800"]),
        (pa.array([dt.time(1, 2, 30)], pa.time64("us")), ["01:02:30"]),
        (pa.array(["王**", "", None]), ["王**", "", None]),
        (pa.array(["王**", None]).dictionary_encode(), ["王**", None]),
        (pa.array(["王**"], pa.large_string()), ["王**"]),
        (pa.array(["王**".encode(), None]), ["王**", None]),
        (pa.array([b"abcd"], pa.binary(4)), ["abcd"]),
        (pa.nulls(2), [None, None]),
    ],
)  # fmt: skip
def test_forms(values: pa.Array, expected: list[str | None]) -> None:
    assert text(values) == expected


def test_nested_columns_are_json() -> None:
    nested = pa.array([{"甲": [1, None], "乙": DAY}, None])
    first, second = text(nested)
    assert json.loads(str(first)) == {"甲": [1, None], "乙": "2026-05-28"}
    assert second is None
    assert text(pa.array([[1, 2], None, []])) == ["[1,2]", None, "[]"]


def test_bytes_that_are_no_text_are_a_row_error() -> None:
    offsets, data = pa.py_buffer(bytes([0, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0])), pa.py_buffer(b"a\xffbc")
    unchecked = pa.Array.from_buffers(pa.string(), 2, [None, offsets, data])
    assert parse(file(pa.table({"x": unchecked, "y": ["p", "q"]}))).to_pylist() == [
        {"x": "a\ufffdb", "y": "p", "row_no": 1, "row_error": "undecodable"},
        {"x": "c", "y": "q", "row_no": 2, "row_error": None},
    ]
    assert parse(file(pa.table({"x": ["a\0", "b", None]})))["row_error"].to_pylist() == ["undecodable", None, None]


def test_no_rows() -> None:
    result = parse(file(pa.table({"x": pa.array([], pa.int32())})))
    assert (result.column_names, len(result)) == (["x", "row_no", "row_error"], 0)


@pytest.mark.parametrize("raw", [b"PAR1", b"contract_no,balance\n1,2\n", file(pa.table({"x": range(1000)}))[:-9], bytes(500)])
def test_what_is_no_parquet(raw: bytes) -> None:
    assert why(raw) == ("broken", [])


def test_empty() -> None:
    assert why(b"") == ("empty", [])


def test_a_damaged_page() -> None:
    raw = bytearray(file(pa.table({"x": range(5000)}), compression="none", use_dictionary=False, write_page_checksum=True))
    raw[9000] ^= 1
    assert why(bytes(raw)) == ("broken", [])


def test_names_told_twice() -> None:
    assert why(file(pa.table([[1], [2]], names=["x", "x"]))) == ("column_twice", ["x"])
    assert why(file(pa.table({"row_no": [1]}))) == ("column_twice", ["row_no"])


def test_too_big(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = file(pa.table({"x": pa.nulls(100_000, pa.int32())}))
    much = file(pa.table({"x": ["长" * 1000] * 1000}))
    assert max(len(nothing), len(much)) < 20_000
    monkeypatch.setattr(parquet, "LARGEST", 1_000_000)
    assert why(nothing) == ("too_big", [])
    assert why(much) == ("too_big", [])


def test_a_long_text_that_many_rows_share() -> None:
    """Written once, unfolded it would take 20 GB."""
    shared = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 1_000_000])
    before = pa.total_allocated_bytes()
    assert why(file(pa.table({"x": shared}))) == ("too_big", [])
    assert pa.total_allocated_bytes() - before < 10_000_000
    assert text(pa.array(["长" * 1000] * 1000)) == ["长" * 1000] * 1000


def test_many_distinct_values_do_not_add_up() -> None:
    """Arrow reads ahead, and gathers what is coded, unless it is told not to."""
    number = pa.array(np.arange(1_000_000)).cast(pa.string())
    raw = file(pa.table({"no": number, "same": pa.repeat("one and the same", len(number))}), row_group_size=500_000)
    before, most = pa.total_allocated_bytes(), 0
    for part in parts(raw):
        most = max(most, pa.total_allocated_bytes() - before - part.nbytes)
    assert most < 10_000_000


def test_wide_rows_come_a_few_at_a_time() -> None:
    raw = file(pa.table({"x": ["x" * 1_000_000] * 200}), use_dictionary=False)
    assert max(len(part) for part in parts(raw)) <= 64
    one = file(pa.table({"x": ["x" * 65_000_000]}), use_dictionary=False)
    assert why(one) == ("too_big", [])
    prefixes = file(pa.table({"x": ["x" * 1000 + str(n) for n in range(1000)]}), use_dictionary=False,
                    column_encoding={"x": "DELTA_BYTE_ARRAY"})  # fmt: skip
    assert max(len(part) for part in parts(prefixes)) <= 128


def test_a_footer_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = file(pa.table({"x": [1]}))
    monkeypatch.setattr(parquet, "_LARGEST_FOOTER", len(raw) // 8)
    assert why(raw) == ("too_big", [])


def test_a_disk_that_fails_is_no_broken_file() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() < 1000:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    raw = file(pa.table({"x": [str(number) for number in range(100_000)]}))
    with pytest.raises(OSError, match="Input/output"):
        list(parquet.parse(Failing(raw)))


def why(raw: bytes) -> tuple[str, list[str]]:
    with pytest.raises(Unreadable) as caught:
        parse(raw)
    return caught.value.reason, caught.value.columns


NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)
WORD = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBER, WORD)))
def test_values_come_back(rows: list[tuple[float | None, str | None]]) -> None:
    numbers, words = [row[0] for row in rows], [row[1] for row in rows]
    result = parse(file(pa.table({"number": pa.array(numbers, pa.float64()), "word": pa.array(words, pa.string())})))
    digits = result["number"].to_pylist()
    assert [text if text is None else float(text) for text in digits] == numbers
    assert not any("e" in (text or "") for text in digits)
    assert result["word"].to_pylist() == words
    damaged = [bool(word) and ("\0" in str(word) or "\ufffd" in str(word)) for word in words]
    assert [error == "undecodable" for error in result["row_error"].to_pylist()] == damaged
