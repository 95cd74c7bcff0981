"""The CSV parser against the standard library's, record by record."""

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.formats import csv as csv_format
from transforms.formats.csv import parse as parts
from transforms.formats.unreadable import Unreadable

HEADER = ["案号", "案由", "x"]
fields = st.text(st.sampled_from('甲乙a1,"\n\r；　 '), max_size=6)
records = st.lists(st.lists(fields, min_size=3, max_size=3) | st.lists(fields, min_size=2, max_size=5), max_size=12)


def parse(raw: bytes, encoding: str, size: int = 5) -> pa.Table:
    """All parts of a file that comes in chunks of some bytes."""
    return pa.concat_tables(parts(lambda: (raw[at : at + size] for at in range(0, len(raw), size)), encoding))


def written(rows: list[list[str]], end: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    return out.getvalue()


@given(records, st.sampled_from(["gb18030", "utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"]))
def test_each_record_is_read_once_with_its_number(rows: list[list[str]], encoding: str, end: str) -> None:
    found = parse(written(rows, end).encode(encoding), encoding).to_pylist()
    assert [row["row_no"] for row in found] == list(range(1, len(rows) + 1))
    for row, sent in zip(found, rows, strict=True):
        if len(sent) == len(HEADER):
            assert row["row_error"] is None
            assert [row[name] or "" for name in HEADER] == sent
        else:
            assert row["row_error"] == "wrong_columns"
            assert {row[name] for name in HEADER} == {None}


@given(st.binary(min_size=1, max_size=12), st.integers(0, 3))
def test_bytes_that_are_no_text_are_told_of_their_row_alone(damage: bytes, at: int) -> None:
    rows = [f"{number},乙,丙".encode("gb18030") for number in range(4)]
    damage = damage.replace(b",", b"").replace(b"\n", b"").replace(b"\r", b"").replace(b'"', b"")
    rows[at] = f"{at},".encode() + damage + b"|,y"
    found = parse(b"\n".join([",".join(HEADER).encode("gb18030"), *rows]), "gb18030").to_pylist()
    damaged = "\ufffd" in rows[at].decode("gb18030", "replace")
    assert [row["row_no"] for row in found] == [1, 2, 3, 4]
    assert [row["row_error"] is None for row in found if row["row_no"] != at + 1] == [True] * 3
    if damaged:
        assert found[at]["row_error"] == "undecodable"


def test_broken_rows_are_numbered_across_the_reader_s_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_format, "AT_ONCE", 1 << 18)
    lines = [f"{number},{'甲' * 200},z" for number in range(1, 6001)]
    for number in (1, 2500, 2501, 5999, 6000):
        lines[number - 1] = f"{number},too,many,fields"
    raw = "\n".join([",".join(HEADER), *lines]).encode()
    assert len(list(parts(lambda: [raw], "utf-8"))) > 3
    found = parse(raw, "utf-8", 1 << 16).to_pylist()
    assert [row["row_no"] for row in found] == list(range(1, 6001))
    assert [row["row_no"] for row in found if row["row_error"]] == [1, 2500, 2501, 5999, 6000]
    assert all(row["案号"] == str(row["row_no"]) for row in found if not row["row_error"])


@pytest.mark.parametrize("sent", ["gb18030", "utf-16", "big5"])
def test_a_header_in_another_encoding_is_told(sent: str) -> None:
    raw = (",".join(HEADER) + "\n1,2,3\n").encode(sent, "replace")
    with pytest.raises(Unreadable, match="wrong_encoding") as caught:
        list(parts(lambda: [raw], "utf-8-sig", HEADER[:2]))
    assert caught.value.new == [sent]


@given(st.lists(st.binary(max_size=6) | st.text(max_size=4).map(str.encode), max_size=12), st.integers(1, 7))
def test_utf_8_is_passed_on_as_it_is_and_what_is_none_is_marked(pieces: list[bytes], size: int) -> None:
    raw = b"".join(pieces)
    text, rest = [], b""
    for start in range(0, len(raw), size):
        passed, rest = csv_format._passed_on(rest + raw[start : start + size], False)
        text.append(passed)
    passed, rest = csv_format._passed_on(rest, True)
    assert (b"".join([*text, passed]).decode(), rest) == (raw.decode(errors="replace"), b"")
