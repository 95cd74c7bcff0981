"""Text as departments type it: widths, spaces, line breaks."""

import re

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
    one_line = pc.replace_substring_regex(text, r"[ \t]*[\r\n]+[ \t]*", "")
    return _null_if_empty(pc.utf8_trim(one_line, characters=SPACES))


def plain(text: pa.Array) -> pa.Array:
    """Text in NFKC and trimmed, for everything that is no free text: keys, codes, numbers, dates."""
    return _null_if_empty(pc.utf8_trim(pc.utf8_normalize(text, form="NFKC"), characters=SPACES))


def _null_if_empty(text: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
