"""Text as departments type it: widths, spaces, line breaks."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SPACES = " \t\r\n\v\f\u00a0\u2002\u2003\u3000\ufeff"


_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{5}(?:\d{3})?(\d{3}[\dXx])(?![\dXx])")  # of 15 or 18 digits


def tellable(name: str) -> str:
    """A name from outside, such as a file's or a column's, as it can be logged, stored and mailed.

    It need not even be text. What looks like an identity number in it keeps its first six and last four characters.
    """
    return _NUMBER.sub(r"\1****\2", "".join(letter if letter.isprintable() else "\ufffd" for letter in name))


def trimmed(text: pa.Array) -> pa.Array:
    """Text without spaces at its ends and without line breaks inside; null where nothing is left."""
    if holds(text, "\r") or holds(text, "\n"):
        text = pc.replace_substring_regex(text, r"[ \t]*[\r\n]+[ \t]*", "")
    return _null_if_empty(pc.utf8_trim(text, characters=SPACES))


def plain(text: pa.Array) -> pa.Array:
    """Text in NFKC and trimmed, for everything that is no free text: keys, codes, numbers, dates."""
    if not pc.all(pc.string_is_ascii(text)).as_py():
        text = pc.utf8_normalize(text, form="NFKC")
    return _null_if_empty(pc.utf8_trim(text, characters=SPACES))


def holds(text: pa.Array | pa.ChunkedArray, piece: str) -> bool:
    """Whether any value may hold a piece: most columns do not, and one look at their bytes spares a look at every value."""
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    return any(piece.encode() in _bytes(chunk) for chunk in chunks)


def _bytes(text: pa.Array) -> bytes:
    """All values of a column of strings, one behind the other."""
    _, offsets, data = text.buffers()
    if data is None:
        return b""
    places = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    return bytes(memoryview(data)[places[0] : places[-1]])


def of_length(text: pa.Array | pa.ChunkedArray, length: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8]]:
    """Which values have just so many bytes, and their first bytes, their second ones, and so on: a row for each place."""
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    fits = pc.fill_null(pc.equal(pc.binary_length(array), length), False)
    characters = np.frombuffer(_bytes(array.filter(fits)), np.uint8).reshape(-1, length)
    return np.asarray(fits), np.ascontiguousarray(characters.T)


def _null_if_empty(text: pa.Array) -> pa.Array:
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text
