"""A delivery's rows read by its contract: what can be trusted, and what cannot and why."""

from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract
from transforms.formats.damage import MARKS, is_damaged
from transforms.formats.unreadable import Unreadable
from transforms.source_key import source_keys
from transforms.text import holds, tellable
from transforms.values import check_order, read_column

_BESIDE = ("row_no", "row_error")
NO_FEW = 0.1  # of a delivery's rows; fewer are bad rows, not a renamed column


@dataclass(frozen=True)
class Typed:
    """A delivery with each column read by its type.

    values: `row_no`, `source_key` (null where a key item is), and each column of the contract under our name.
    refused: `row_no, source_key, field, reason`, the first reason of each row that has one.
    unknown: names of source columns that the contract neither maps nor ignores, as they can be told.
    """

    values: pa.Table
    refused: pa.Table
    unknown: list[str]

    @property
    def good(self) -> pa.Table:
        """The rows of `values` that were read without a reason against them."""
        if not len(self.refused):
            return self.values
        refused = pc.is_in(self.values["row_no"], value_set=self.refused["row_no"].combine_chunks())
        return self.values.filter(pc.invert(refused))


def read_types(text: pa.Table, contract: Contract) -> Typed:
    """Read a parsed delivery (strings, `row_no`, `row_error`) by its contract.

    Raises:
        Unreadable: a column of the contract is missing.
    """
    given = [name for name in text.column_names if name not in _BESIDE]
    _refuse_missing_columns(text, given, contract)
    values: dict[str, pa.Array] = {"row_no": text["row_no"]}
    reasons: dict[str, pa.Array] = {"": text["row_error"]}
    sent_as: dict[str, pa.Array] = {}
    for source, column in sorted(contract.columns.items(), key=lambda item: bool(item[1].when)):  # conditions first
        sent = text[source] if source in given else pa.nulls(len(text), pa.string())
        sent_as[column.name] = _where(values, column.when, sent)
        values[column.name], reasons[column.name] = read_column(sent_as[column.name], column)
    for column in contract.columns.values():
        if column.not_before:
            late = check_order(values[column.name], values[column.not_before])
            reasons[column.name] = pc.coalesce(reasons[column.name], late)
    keys = source_keys([_key_item(values[name], sent_as[name]) for name in contract.key])
    if any(holds(keys, mark) for mark in MARKS):
        damaged = pc.fill_null(is_damaged(keys), False)
        keys = pc.if_else(damaged, pa.scalar(None, pa.string()), keys)
        reasons[""] = pc.coalesce(reasons[""], pc.if_else(damaged, "undecodable", pa.scalar(None, pa.string())))
    table = pa.table({"source_key": keys, **values})
    return Typed(table, _first_reasons(table, reasons), list(map(tellable, _unknown(given, contract))))


def _key_item(values: pa.Array, sent: pa.Array) -> pa.Array:
    """What names a record is what was read; of a date, which can be written in many ways, as it was sent."""
    return pc.if_else(pc.is_valid(values), sent, pa.scalar(None, pa.string())) if pa.types.is_date(values.type) else values


def _where(values: dict[str, pa.Array], when: dict[str, list[str]], sent: pa.Array) -> pa.Array:
    """What was sent, where a column's conditions hold."""
    for name, wanted in when.items():
        holds = pc.is_in(values[name], value_set=pa.array(wanted, pa.string()))
        sent = pc.if_else(holds, sent, pa.scalar(None, pa.string()))
    return sent


def _refuse_missing_columns(text: pa.Table, given: list[str], contract: Contract) -> None:
    """In a gateway's records absent is null, so there only a required item that no record has is a missing column."""
    new = _unknown(given, contract)
    if contract.source.kind == "api":
        expected = [source for source, column in contract.columns.items() if column.required] if len(text) else []
    else:
        expected = list(contract.columns)
    missing = [source for source in expected if source not in given] or _renamed(text, given, new, contract)
    if missing:
        raise Unreadable("missing_column", missing, new)


def _renamed(text: pa.Table, given: list[str], new: list[str], contract: Contract) -> list[str]:
    """Required columns that are empty in just those rows that came with new ones, where these rows are no few.

    A changes feed brings rows under the old name and under the new one together.
    """
    if contract.mode == "snapshot" or not new:
        return []
    came = text.filter(pc.is_valid(pc.coalesce(*(text[source] for source in new))))
    if not len(came) or len(came) < NO_FEW * len(text):
        return []
    required = [source for source, column in contract.columns.items() if column.required and source in given]
    return [source for source in required if came[source].null_count == len(came)]


def _unknown(given: list[str], contract: Contract) -> list[str]:
    return sorted(set(given) - set(contract.columns) - set(contract.ignore))


def _first_reasons(table: pa.Table, reasons: dict[str, pa.Array]) -> pa.Table:
    """One reason a row: a row's own error first, then its columns in the contract's order, those with conditions last."""
    given = {name: each for name, each in reasons.items() if each.null_count < len(each)} or {"": reasons[""]}
    is_refused = reduce(pc.or_, (pc.is_valid(each) for each in given.values()))
    refused = table.select(["row_no", "source_key"]).filter(is_refused)
    given = {name: each.filter(is_refused) for name, each in given.items()}
    field = pc.coalesce(*(pc.if_else(pc.is_valid(each), name, pa.scalar(None, pa.string())) for name, each in given.items()))
    return refused.append_column("field", field).append_column("reason", pc.coalesce(*given.values()))
