"""A delivery's rows, sorted: what can be trusted, what cannot and why, and what only repeats."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract
from transforms.duck import Scratch, name, names
from transforms.formats.damage import is_damaged
from transforms.formats.unreadable import Unreadable
from transforms.source_key import source_keys
from transforms.values import check_order, read_column

_BESIDE = ("row_no", "row_error")
NO_FEW = 0.1  # of a delivery's rows; fewer are bad rows, not a renamed column


@dataclass(frozen=True)
class Typed:
    """A delivery with each column read by its type.

    values: `row_no`, `source_key` (null where a key item is), and each column of the contract under our name.
    refused: `row_no, source_key, field, reason`, the first reason of each row that has one.
    unknown: names of source columns that the contract neither maps nor ignores.
    """

    values: pa.Table
    refused: pa.Table
    unknown: list[str]


@dataclass(frozen=True)
class Sorted:
    """A delivery's rows by what becomes of them.

    accepted: as `Typed.values`, one row a key. refused: as `Typed.refused`, key conflicts among them.
    duplicate: how many rows said again what an accepted one says.
    """

    accepted: pa.Table
    refused: pa.Table
    duplicate: int


def read_types(text: pa.Table, contract: Contract) -> Typed:
    """Read a parsed delivery (strings, `row_no`, `row_error`) by its contract.

    Raises:
        Unreadable: a column of the contract is missing.
    """
    given = [name for name in text.column_names if name not in _BESIDE]
    _refuse_missing_columns(text, given, contract)
    values: dict[str, pa.Array] = {"row_no": text["row_no"]}
    reasons: dict[str, pa.Array] = {"": text["row_error"]}
    for source, column in contract.columns.items():
        sent = text[source] if source in given else pa.nulls(len(text), pa.string())
        values[column.name], reasons[column.name] = read_column(sent, column)
    for column in contract.columns.values():
        if column.not_before:
            late = check_order(values[column.name], values[column.not_before])
            reasons[column.name] = pc.coalesce(reasons[column.name], late)
    keys = source_keys([values[name] for name in contract.key])
    damaged = pc.fill_null(is_damaged(keys), False)
    keys = pc.if_else(damaged, pa.scalar(None, pa.string()), keys)
    reasons[""] = pc.coalesce(reasons[""], pc.if_else(damaged, "undecodable", pa.scalar(None, pa.string())))
    table = pa.table({"source_key": keys, **values})
    return Typed(table, _first_reasons(table, reasons), _unknown(given, contract))


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
    """One reason a row: a row's own error first, then its columns in the contract's order."""
    reason = pc.coalesce(*reasons.values())
    field = pc.coalesce(*(pc.if_else(pc.is_valid(r), name, pa.scalar(None, pa.string())) for name, r in reasons.items()))
    refused = pa.table({"row_no": table["row_no"], "source_key": table["source_key"], "field": field, "reason": reason})
    return refused.filter(pc.is_valid(reason))


def sort_rows(typed: Typed, contract: Contract) -> Sorted:
    """Tell repeats and conflicts among the rows that were read without a reason.

    The same key with the same content is a duplicate. With other content the latest cursor wins, where the contract has
    one; rows that no cursor tells apart are all refused as `key_conflict`.
    """
    good = typed.values
    if len(typed.refused):
        good = good.filter(pc.invert(pc.is_in(good["row_no"], value_set=_whole(typed.refused["row_no"]))))
    verdicts = _repeated(good, contract)
    conflict, duplicate = (verdicts.filter(pc.equal(verdicts["verdict"], word)) for word in ("conflict", "duplicate"))
    if len(conflict) or len(duplicate):
        dropped = pa.concat_tables([conflict, duplicate])["row_no"].combine_chunks()
        good = good.filter(pc.invert(pc.is_in(good["row_no"], value_set=dropped)))
    refused = pa.table({
        "row_no": conflict["row_no"],
        "source_key": conflict["source_key"],
        "field": pa.array([""] * len(conflict), pa.string()),
        "reason": pa.array(["key_conflict"] * len(conflict), pa.string()),
    })  # fmt: skip
    every = pa.concat_tables([typed.refused, refused])
    return Sorted(accepted=good, refused=every.sort_by("row_no"), duplicate=len(duplicate))


def _repeated(good: pa.Table, contract: Contract) -> pa.Table:
    """What becomes of the few rows whose key comes more than once: `row_no, source_key, verdict`."""
    latest = name(contract.cursor) if contract.cursor else "null::timestamptz"
    with Scratch(good=good) as db:
        return db.table(f"""
            with twice as (select source_key from good group by source_key having count(*) > 1),
                 hashed as (select row_no, source_key, {latest} as cursor, hash({names(contract.content)}) as content
                            from good semi join twice using (source_key)),
                 latest as (select *, cursor is not distinct from max(cursor) over key as is_latest
                            from hashed window key as (partition by source_key)),
                 told as (select *, min(content) filter (is_latest) over key as one,
                                 max(content) filter (is_latest) over key as other,
                                 min(row_no) filter (is_latest) over key as first
                          from latest window key as (partition by source_key))
            select row_no, source_key, case when one <> other and is_latest then 'conflict'
                                            when row_no = first then 'accepted' else 'duplicate' end as verdict
            from told order by row_no""")


def _whole(array: pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks()
