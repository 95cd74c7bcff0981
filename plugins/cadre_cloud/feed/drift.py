"""How a delivery's columns have moved away from the contract's."""

import pyarrow as pa

from cadre_cloud.feed.read import texts
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.partners import partners
from transforms.text import tellable


def drift(contract: Contract, place: str, error: Unreadable) -> dict[str, object]:
    """What the ledger keeps of it: columns that are `missing`, `new`, and likely `renamed`, from old to new; names alone."""
    if error.reason != "missing_column":
        return {}
    try:
        partners_of = missing_columns(contract, place, error)
    except Unreadable:  # something else is wrong with it as well
        partners_of = {}
    renamed = {old: tellable(new) for old, new in partners_of.items() if new}
    return {"missing": error.columns, "new": list(map(tellable, error.new)), "renamed": renamed}


def missing_columns(contract: Contract, place: str, error: Unreadable) -> dict[str, str | None]:
    """The missing columns with their likely partners, for which the delivery is read again with these in their place."""
    missing = {sent: column for sent, column in contract.columns.items() if sent in error.columns}
    if error.reason != "missing_column" or not error.new:
        return dict.fromkeys(missing)
    rest = {sent: column for sent, column in contract.columns.items() if sent not in missing}
    new = {}
    for sent, column in missing.items():
        tried = contract.model_copy(update={"columns": rest | dict.fromkeys(error.new, column)})
        text = next(iter(texts(tried, place)), pa.table({}))
        new[sent] = text.select([name for name in error.new if name in text.column_names])
    return dict.fromkeys(missing) | partners(missing, new)
