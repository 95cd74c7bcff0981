"""Text that did not survive its way: bytes that no encoding explains, and characters that no database takes."""

import pyarrow as pa
import pyarrow.compute as pc

MARKS = "\ufffd\x00"  # what a decoder puts for a byte that it cannot read, and the one character that is no text
_PATTERN = "[\\x{FFFD}\\x00]"


def is_damaged(text: pa.Array) -> pa.Array:
    """Which values hold such a mark; null for a null."""
    return pc.match_substring_regex(text, _PATTERN)


def row_errors(table: pa.Table) -> pa.Array:
    """`undecodable` for each row with a damaged value in any column, null for the others."""
    found = pa.array([False] * len(table), pa.bool_())
    for column in table.columns:
        found = pc.or_kleene(found, is_damaged(column))
    return pc.if_else(pc.fill_null(found, False), "undecodable", pa.scalar(None, pa.string()))
