"""Landed bytes as rows, and rows on their way from step to step."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from cadre_cloud import landing, settings
from cadre_cloud.ledger import Row
from cadre_cloud.vault import vault
from transforms.contract import Contract, DropSource
from transforms.formats import csv, pages
from transforms.rows import Sorted, Typed, read_types, sort_rows


@dataclass(frozen=True)
class Rows:
    """A delivery's accepted rows, the refused ones' reasons, and the text as sent (all with `row_no`)."""

    accepted: pa.Table
    refused: pa.Table
    text: pa.Table


def parse(contract: Contract, delivery: Row) -> pa.Table:
    """The text of a landed delivery, by the parser of its format."""
    raw = landing.read(delivery["landing"])
    if contract.source.kind == "api":
        return pages.parse(raw)
    encoding = contract.source.encoding if isinstance(contract.source, DropSource) else "utf-8"
    return csv.parse(raw, encoding)


def read(contract: Contract, delivery: Row) -> tuple[Rows, Typed, Sorted]:
    """A landed delivery read and sorted; raises `Unreadable` where it cannot be trusted as a whole."""
    text = parse(contract, delivery)
    typed = read_types(text, contract)
    found = sort_rows(typed, contract)
    return Rows(found.accepted, found.refused, text), typed, found


def keep(delivery_id: str, rows: Rows) -> None:
    """Lay rows down, encrypted, for the next step."""
    for name in ("accepted", "refused", "text"):
        vault().write_table(_folder(delivery_id) / f"{name}.parquet", getattr(rows, name))


def kept(contract: Contract, delivery: Row) -> Rows:
    """The rows that an earlier step laid down, or read anew from what was landed."""
    folder = _folder(delivery["delivery_id"])
    try:
        return Rows(*(vault().read_table(folder / f"{name}.parquet") for name in ("accepted", "refused", "text")))
    except FileNotFoundError:
        return read(contract, delivery)[0]


def forget(delivery_id: str) -> None:
    """Remove what was laid down for a delivery."""
    shutil.rmtree(_folder(delivery_id), ignore_errors=True)


def _folder(delivery_id: str) -> Path:
    return settings.var() / "work" / delivery_id
