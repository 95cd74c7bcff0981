"""Landed forms as rows: one a form, with a column for each of its elements."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from transforms.formats import pages
from transforms.formats.unreadable import Unreadable

KEY = "sha256"  # of the form's file, as it came
_AT_ONCE = 1 << 18  # bytes
BESIDE = (_NAME, _PROBLEM) = ("file", "problem")  # its name in the archive, and why it cannot be read


def tables(blocks: Iterable[bytes]) -> Iterator[pa.Table]:
    """The text of forms, page by page: `row_no` goes on from 1, `row_error` says why one cannot be read.

    Raises:
        Unreadable: there is none.
    """
    number = 0
    for page in _pages(blocks):
        text = pages.parse(page)
        numbers = pa.array(range(number + 1, number + len(text) + 1), pa.int64())
        number += len(text)
        problem = text[_PROBLEM].cast(pa.string())
        yield (
            text.drop_columns(["row_no", "row_error", _PROBLEM])
            .append_column("row_no", numbers)
            .append_column("row_error", pc.coalesce(problem, text["row_error"].cast(pa.string())))
        )
    if not number:
        raise Unreadable("empty")


def _pages(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Some whole pages at a time, each with its separator, whatever the blocks."""
    held = bytearray()
    for block in blocks:
        held += block
        if len(held) > _AT_ONCE:
            end = held.rfind(pages.SEPARATOR)
            if end > 0:
                yield bytes(held[:end])
                del held[:end]
    if held:
        yield bytes(held)
