"""Typed reading of columns: what one value is does not depend on how many others there are."""

import pyarrow as pa
import pytest

from transforms.contract import Column
from transforms.values import read_column

TEXTS = {
    "text": ["张三", " 李　四 ", "一\n二", "", None],
    "integer": ["1", "０２", "3.0", "x", None],
    "money": ["1,234.50", "１２", "1.234", "1.2.3", "-3", None],
    "date": ["2026-03-01", "2026-02-30", "2026/03/01", None],
    "timestamp": ["2026-03-01T08:00:00+08:00", "2026-03-01T00:00:00Z", "2026-03-01T08:00:00", "2026-13-01T08:00:00+08:00", None],
    "id18": [
        "52990219810918720X",
        "52990219810918720x",
        "529902 1981 0918　720X",
        "529902198109187201",
        "529902198113187200",
        "1",
        None,
    ],
    "uscc": ["115299000001000019", "115299000001000018", "x", None],
    "boolean": ["true", "false", "ja", None],
}
MANY = 5_000  # times: enough for columns to be read by their distinct values


@pytest.mark.parametrize("kind", sorted(TEXTS))
@pytest.mark.parametrize("required", [False, True])
def test_many_rows_read_as_few_do(kind: str, required: bool) -> None:
    column = Column(name="x", type=kind, required=required)
    few = [array.to_pylist() for array in read_column(pa.chunked_array([TEXTS[kind]], pa.string()), column)]
    many = [array.to_pylist() for array in read_column(pa.chunked_array([TEXTS[kind]] * MANY, pa.string()), column)]
    assert many == [values * MANY for values in few]
    assert any(reason for reason in few[1]) or kind == "text"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-03-01 00:00:00+0800", None),
        ("2026-02-30 00:00:00+0800", "impossible_date"),
        ("2026-03-01 00:00:00+0000", "bad_format"),  # eight in the morning of some day
        ("2026-03-01 00:00:01+0800", "bad_format"),
    ],
)
def test_a_day_as_its_first_moment_in_the_city(text: str, reason: str | None) -> None:
    values, reasons = read_column(pa.chunked_array([[text]], pa.string()), Column(name="x", type="date"))
    assert (reasons[0].as_py(), str(values[0])) == (reason, "None" if reason else "2026-03-01")


@pytest.mark.parametrize(
    ("kind", "sent", "meant"),
    [
        ("id18", "529902 19810918 720x", "52990219810918720X"),
        ("id15_18", "529902 810918 720", "529902810918720"),
        ("id_sha256", "ab" * 32, "ab" * 32),
        ("id_sha256", "AB" * 32, None),
        ("id_masked_6_4", "529902********720x", "529902********720X"),
        ("id_masked_6_4", "52990219810918720X", None),
    ],
)
def test_numbers_are_read_as_they_are_meant(kind: str, sent: str, meant: str | None) -> None:
    values, reasons = read_column(pa.chunked_array([[sent]], pa.string()), Column(name="x", type=kind))
    assert values.to_pylist() == [meant]
    assert (reasons[0].as_py() is None) == (meant is not None)
