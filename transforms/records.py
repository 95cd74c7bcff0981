"""Rows about officials as records: what happened when, in words, and the particulars."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract
from transforms.duck import Scratch, name
from transforms.values import texts


def records_of(rows: pa.Table, contract: Contract) -> pa.Table:
    """Records by a contract's `record`.

    Args:
        rows: `row_no`, `source_key` and the contract's columns.
        contract: one with a `record`.

    Returns:
        `row_no, source_key, occurred_on, status, summary, detail` (JSON text), `valid_from, valid_to` (dates; the second
        null while it goes on).
    """
    assert contract.record  # noqa: S101  # a contract's loading path is chosen by it
    record = contract.record

    def dates(column: str | None) -> pa.Array:
        return rows[column] if column else pa.nulls(len(rows), pa.date32())

    return pa.table({
        "row_no": rows["row_no"],
        "source_key": rows["source_key"],
        "occurred_on": dates(record.occurred_on),
        "status": rows[record.status] if record.status else pa.nulls(len(rows), pa.string()),
        "summary": _summary(rows, record.summary, contract),
        "detail": _json(rows, {column: column for column in record.detail}),
        "valid_from": dates(record.valid.from_),
        "valid_to": dates(record.valid.to),
    })  # fmt: skip


def originals_of(text: pa.Table, contract: Contract) -> pa.Table:
    """What was sent, beside what was made of it: `row_no`, `original` (JSON text by source name), no identity numbers."""
    hidden = contract.untold_columns | set(contract.table.without if contract.table else [])
    kept = {
        source: source for source, column in contract.columns.items() if column.name not in hidden and source in text.column_names
    }
    return pa.table({"row_no": text["row_no"], "original": _json(text, kept)})


def _summary(rows: pa.Table, template: str, contract: Contract) -> pa.Array:
    pieces: list[pa.Array | pa.Scalar] = []
    for literal, used in re.findall(r"([^{]*)(?:\{(\w+)\})?", template):
        pieces.append(pa.scalar(literal))
        if used:
            pieces.append(pc.fill_null(_words(rows, used, contract), "—"))
    return pc.binary_join_element_wise(*pieces, "") if len(rows) else pa.nulls(0, pa.string())


def _words(rows: pa.Table, used: str, contract: Contract) -> pa.Array:
    column = used.removesuffix("_text")
    if used != column and used not in contract.named:
        return texts(rows[column], contract.named[column])
    return rows[used].cast(pa.string())


def _json(rows: pa.Table, columns: dict[str, str]) -> pa.Array:
    if not len(rows):
        return pa.nulls(0, pa.string())
    pairs = ", ".join(f"{_literal(key)}, {name(column)}" for key, column in columns.items())
    with Scratch(rows=rows) as db:
        return db.table(f"select json_object({pairs})::varchar as json from rows")["json"]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
