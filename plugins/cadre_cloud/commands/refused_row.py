"""One refused row as it was sent, for an engineer to look at: numbers masked, and who looks is kept before anything is seen."""

import pyarrow.compute as pc

from cadre_cloud import contracts
from cadre_cloud.commands.common import show
from cadre_cloud.feed.read import fields_of, texts
from cadre_cloud.warehouse import looks
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.masking import hide, hide_numbers

Cell = tuple[str, str, str]  # a column's name as sent, its value fit to be seen, and a mark where the fault is

_ROW = """
select d.resource, d.landing, d.expired_at, d.file, q.row_no, q.field, q.reason
from ledger.quarantine q join ledger.delivery d using (delivery_id) where delivery_id = %s and row_no = %s"""

_ENGINEER = "select from mail.recipient where role = 'engineer' and user_name = %s limit 1"


def look(warehouse: Warehouse, delivery_id: str, row_no: int, act: Act) -> None:
    """Print a refused row of a delivery; commits.

    Raises:
        Refused: there is none to be seen, or not by this person.
    """
    if warehouse.execute(_ENGINEER, [act.who]).fetchone() is None:
        raise Refused("who looks at a row has to be the user_name of an engineer among the recipients of mail")
    row = warehouse.execute(_ROW, [delivery_id, row_no]).fetchone()
    if row is None:
        raise Refused("there is no such refused row")
    if row["expired_at"]:
        raise Refused("its landed bytes are gone")
    looks.note(warehouse, act, "command quarantine", delivery_id=delivery_id, row_no=row_no)
    print(f"{delivery_id}, {row['file']}, row {row_no}: {row['reason']}")
    try:
        show(["column", "value", ""], _cells(contracts.named(row["resource"]), row))
    except Unreadable as error:
        raise Refused(f"the contract as it is now cannot read the delivery: {error.reason}") from None


def _cells(contract: Contract, row: Row) -> list[Cell]:
    if row["reason"] == "wrong_columns" and (fields := fields_of(contract, row["landing"], row["row_no"])):
        return [(_printable(hide_numbers(name)), _seen(value), "") for name, value in fields]
    for text in texts(contract, row["landing"]):
        if found := text.filter(pc.equal(text["row_no"], row["row_no"])).to_pylist():
            return [_cell(contract, row, *cell) for cell in found[0].items() if cell[0] not in ("row_no", "row_error")]
    raise Refused("the contract as it is now finds no such row in the delivery")


def _cell(contract: Contract, row: Row, name: str, value: str | None) -> Cell:
    column = contract.columns.get(name)
    is_number = column is not None and column.name in contract.identity_columns
    is_fault = column is not None and column.name == row["field"]
    return _printable(hide_numbers(name)), _seen(value, whole=is_number), f"<- {row['reason']}" * is_fault


def _seen(value: str | None, *, whole: bool = False) -> str:
    return "(empty)" if value is None else _printable(hide(value) if whole else hide_numbers(value))


def _printable(text: str) -> str:
    """Without what a terminal might obey."""
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in text)
