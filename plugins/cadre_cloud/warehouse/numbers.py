"""An official's identity number, for whoever may see it and says why; nothing else opens one to show it."""

from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import looks, roster
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.reviewers import reviews

_SEALED = "select id_cipher from core.cadre where cadre_no = %s and known_to is null"


def reveal(warehouse: Warehouse, cadre_no: str, act: Act, through: str) -> str | None:
    """The number of an official, none where we have none, once it is committed who looks.

    Raises:
        Refused: there is no such official, or not for this person.
    """
    row = warehouse.execute(_SEALED, [cadre_no]).fetchone()
    if row is None:
        raise Refused("there is no official with this cadre_no")
    if not reviews(warehouse, act.who, cadre_no):
        raise Refused("who sees an identity number has to be a reviewer (core.admit_to) of the official's region")
    if row["id_cipher"] is None:
        return None
    looks.note(warehouse, act, through, cadre_no=cadre_no)
    return vault().open_value(row["id_cipher"], roster.context(cadre_no))
