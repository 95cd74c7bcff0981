"""What is sealed opens as it was, and not at all where anything of it was touched."""

import io
import os
from pathlib import Path

import pyarrow as pa
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from cadre_cloud.storage.vault import HEADER, Vault

vault, other = Vault(b"k" * 32), Vault(b"l" * 32)
BLOCK = 1 << 20
REFUSED = (InvalidTag, ValueError)


def sealed(content: bytes) -> bytes:
    return b"".join(vault.seal([content]))


@given(st.text(max_size=40), st.text(max_size=20))
def test_a_value_opens_in_its_place_alone(value: str, context: str) -> None:
    cipher = vault.seal_value(value, context)
    assert vault.open_value(cipher, context) == value
    with pytest.raises(InvalidTag):
        vault.open_value(cipher, context + "/")
    with pytest.raises(InvalidTag):
        other.open_value(cipher, context)


@given(st.text(min_size=1, max_size=20))
def test_a_value_is_never_sealed_twice_alike_and_always_found_alike(value: str) -> None:
    assert vault.seal_value(value, "") != vault.seal_value(value, "")
    assert vault.lookup(value) == vault.lookup(value) != other.lookup(value)


@given(st.text(max_size=20), st.data())
def test_a_flipped_bit_of_a_value_is_refused(value: str, data: st.DataObject) -> None:
    cipher = vault.seal_value(value, "place")
    with pytest.raises(REFUSED):
        vault.open_value(flipped(cipher, data.draw(st.integers(0, len(cipher) * 8 - 1))), "place")


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_a_stream_opens_however_it_was_cut(chunks: list[bytes]) -> None:
    assert b"".join(vault.open(io.BytesIO(b"".join(vault.seal(chunks))))) == b"".join(chunks)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1])
def test_a_stream_opens_around_the_ends_of_its_blocks(size: int) -> None:
    content = os.urandom(size)
    assert b"".join(vault.open(io.BytesIO(b"".join(vault.seal([content[:7], content[7:]]))))) == content


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1])
@settings(max_examples=20)
@given(data=st.data())
def test_a_stream_is_read_from_anywhere(size: int, data: st.DataObject) -> None:
    content = os.urandom(size)
    file = vault.open_anywhere(io.BytesIO(sealed(content)))
    for _ in range(5):
        at, length = data.draw(st.integers(0, size)), data.draw(st.integers(0, size))
        assert file.seek(at) == at
        assert file.read(length) == content[at : at + length]
    assert file.seek(-min(size, 5), io.SEEK_END) == max(size - 5, 0)
    assert file.read() == content[-5:]


def test_of_a_stream_that_was_cut_off_nothing_is_read_at_its_end() -> None:
    whole = sealed(os.urandom(2 * BLOCK + 1))
    cut = vault.open_anywhere(io.BytesIO(whole[: HEADER + 2 * (BLOCK + 16)]))
    cut.seek(-1, io.SEEK_END)
    with pytest.raises(InvalidTag):
        cut.read()


@given(st.binary(max_size=100), st.data())
def test_a_flipped_bit_of_a_stream_is_refused(content: bytes, data: st.DataObject) -> None:
    cipher = sealed(content)
    with pytest.raises(REFUSED):
        b"".join(vault.open(io.BytesIO(flipped(cipher, data.draw(st.integers(0, len(cipher) * 8 - 1))))))


@given(st.binary(max_size=100), st.data())
def test_a_stream_cut_short_is_refused(content: bytes, data: st.DataObject) -> None:
    cipher = sealed(content)
    with pytest.raises(REFUSED):
        b"".join(vault.open(io.BytesIO(cipher[: data.draw(st.integers(0, len(cipher) - 1))])))


def test_blocks_that_are_missing_swapped_or_added_are_refused() -> None:
    cipher = sealed(os.urandom(2 * BLOCK + 10))
    start, size = len(sealed(b"")) - 16, BLOCK + 16
    head, first, second, last = cipher[:start], cipher[start:][:size], cipher[start + size :][:size], cipher[start + 2 * size :]
    for blocks in (
        [first, second],
        [second, last],
        [second, first, last],
        [first, first, second, last],
        [first, second, last, last],
        [],
    ):
        with pytest.raises(REFUSED):
            b"".join(vault.open(io.BytesIO(head + b"".join(blocks))))


@settings(max_examples=10)
@given(st.lists(st.none() | st.text(max_size=5), max_size=20))
def test_a_table_is_read_as_it_was_written_and_by_nobody_else(values: list[str | None]) -> None:
    path = Path(os.environ["AIRFLOW_HOME"]) / "tables" / "one.parquet"
    table = pa.table({"x": pa.array(values, pa.string()), "row_no": pa.array(range(len(values)), pa.int64())})
    vault.write_table(path, table)
    assert vault.read_table(path).equals(table)
    assert vault.read_table(path, ["row_no"]).column_names == ["row_no"]
    with pytest.raises(InvalidTag):
        other.read_table(path)
    vault.write_rows(path, table)
    assert vault.read_rows(path).equals(table)
    with pytest.raises(InvalidTag):
        other.read_rows(path)


@given(st.binary(max_size=60), st.text(max_size=10))
def test_what_an_earlier_key_sealed_opens_and_is_sealed_anew(content: bytes, value: str) -> None:
    both = Vault(b"l" * 32, b"k" * 32)
    assert both.open_value(vault.seal_value(value, "place"), "place") == value
    stream = sealed(content)
    header = both.rewrapped(stream[:HEADER])
    assert header and both.rewrapped(header) is None
    assert b"".join(other.open(io.BytesIO(header + stream[HEADER:]))) == content
    with pytest.raises(InvalidTag):
        b"".join(vault.open(io.BytesIO(header + stream[HEADER:])))


@given(st.text(max_size=10))
def test_it_seals_under_the_key_that_it_is_told(value: str) -> None:
    both = Vault(b"l" * 32, b"k" * 32)
    assert (both.sealing, both.lookup(value)) == (other.sealing, other.lookup(value))
    both.seal_under(vault.sealing)
    assert both.lookup(value) == vault.lookup(value)
    assert vault.open_value(both.seal_value(value, ""), "") == value


@given(st.binary(max_size=100))
def test_what_nobody_sealed_is_no_header(content: bytes) -> None:
    assert content[:1] == b"\x01" or vault.rewrapped(content) is None
    assert vault.rewrapped(b"\x01" + content[: HEADER - 2]) is None


def test_a_secret_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
