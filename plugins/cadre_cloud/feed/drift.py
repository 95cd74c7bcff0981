"""How a delivery's columns have moved away from the contract's, where that holds it."""

from contextlib import suppress
from typing import Any

import pyarrow as pa

from cadre_cloud.feed.read import texts
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.partners import partners
from transforms.text import tellable


def drift(contract: Contract, place: str, error: Unreadable) -> dict[str, Any]:
    """The columns that are `missing`, those that came instead (`new`), and which of these each is likely called now (`renamed`).

    Empty where it is not for missing columns that what was landed at that place cannot be read.
    """
    if error.reason != "missing_column":
        return {}
    renamed = {lost: tellable(name) for lost, name in _partners(contract, place, error).items()}
    return {"missing": error.columns, "new": [tellable(name) for name in error.new], "renamed": renamed}


def _partners(contract: Contract, place: str, error: Unreadable) -> dict[str, str]:
    """Read the beginning again with the new columns in each missing one's place."""
    missing = {sent: column for sent, column in contract.columns.items() if sent in error.columns and error.new}
    rest = {sent: column for sent, column in contract.columns.items() if sent not in missing}
    new = {}
    with suppress(Unreadable):
        for sent, column in missing.items():
            tried = contract.model_copy(update={"columns": rest | dict.fromkeys(error.new, column)})
            text = next(iter(texts(tried, place)), pa.table({}))
            new[sent] = text.select([name for name in error.new if name in text.column_names])
        return partners(missing, new)
    return {}
