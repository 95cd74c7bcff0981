"""Text as departments type it: widths, spaces, line breaks."""

import pyarrow as pa
import pyarrow.compute as pc

SPACES = " \t\r\n\v\f\u00a0\u2002\u2003\u3000\ufeff"


def trimmed(text: pa.Array) -> pa.Array:
    """Text without spaces at its ends and without line breaks inside; null where nothing is left."""
    one_line = pc.replace_substring_regex(text, r"[ \t]*[\r\n]+[ \t]*", "")
    return _null_if_empty(pc.utf8_trim(one_line, characters=SPACES))


def plain(text: pa.Array) -> pa.Array:
    """Text in NFKC and trimmed, for everything that is no free text: keys, codes, numbers, dates."""
    return _null_if_empty(pc.utf8_trim(pc.utf8_normalize(text, form="NFKC"), characters=SPACES))


def _null_if_empty(text: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
