"""The key that names one record, everywhere and for good."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.text import holds, plain


def source_keys(parts: list[pa.Array]) -> pa.Array:
    r"""Key items joined by `|`: each NFKC and trimmed, integers in plain digits, `\` and `|` inside escaped by `\`.

    Null where an item is null.
    """
    return pc.binary_join_element_wise(*map(_part, parts), "|")


def _part(values: pa.Array) -> pa.Array:
    if pa.types.is_integer(values.type):
        return values.cast(pa.string())
    text = plain(values)
    for sign in ("\\", "|"):
        if holds(text, sign):
            text = pc.replace_substring(text, sign, "\\" + sign)
    return text
