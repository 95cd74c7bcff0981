"""What is landed and stands of a feed, read again off the daily path."""

import pyarrow as pa

from cadre_cloud.feed import read
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import Warehouse
from transforms.contract import Contract
from transforms.mentions import MENTION
from transforms.standing import standing, to_recognise


def mentions(warehouse: Warehouse, contract: Contract) -> pa.Table:
    """Whom the rows name that stand, as far as they are landed: what `standing.to_recognise` gives."""
    ids = ledger.loaded(warehouse, contract.resource)  # the latest first
    whole = contract.mode == "snapshot" and not contract.adds_up
    parts = [
        part.typed.good.append_column("came", pa.repeat(-number, len(part.typed.good)))
        for number, delivery_id in enumerate(ids[:1] if whole else ids)
        for part in read.parts(contract, ledger.delivery(warehouse, delivery_id))
    ]
    if not parts:
        return MENTION.empty_table()
    return to_recognise(standing(pa.concat_tables(parts, promote_options="default"), contract), contract)
