"""What people do with deliveries: who, when and why is kept for good, with what comes of it."""

import re
from dataclasses import dataclass
from unicodedata import normalize

from cadre_cloud.warehouse.connection import Warehouse, acted_at
from cadre_cloud.warehouse.links import MACHINE

# Fifteen digits on end, or region, birth, order and check digit of an identity number with something between them; two dates in a
# row are none. The warehouse refuses the same (core.like_a_number).
_LIKE_A_NUMBER = re.compile(r"\d{15}|[1-9](\D?\d){5}\D?(1\D?[89]|2\D?0)(\D?\d){2}\D?[01]\D?\d\D?[0-3]\D?\d(\D?\d){3}\D?[\dXx]")


class Refused(Exception):
    """Why a person's wish is not carried out, a sentence without a value of a row."""


@dataclass(frozen=True)
class Act:
    """Who does something, and why."""

    who: str
    why: str

    def __post_init__(self) -> None:
        """Refuse what names nobody, or says what must not be kept."""
        if not (self.who.strip() and self.why.strip()):
            raise Refused("who and why must not be empty")
        if fault := fault_of(self.who, self.why):
            raise Refused(fault)


def fault_of(who: str, why: str) -> str | None:
    """What is wrong with the words of somebody who decides, none if nothing is."""
    if who.strip().casefold() == MACHINE:
        return "who has to be a person"
    if _LIKE_A_NUMBER.search(normalize("NFKC", f"{who} {why}")):
        return "who and why must not hold an identity number"
    return None


def note(warehouse: Warehouse, act: Act, kind: str, delivery_id: str) -> None:
    """Note what somebody does with a delivery or rows of it: `released`, `accepted` or `rejected`."""
    warehouse.execute(
        "insert into ledger.act (at, who, why, kind, delivery_id) values (%s, %s, %s, %s, %s)",
        [acted_at(), act.who, act.why, kind, delivery_id],
    )


def is_accepted(warehouse: Warehouse, delivery_id: str) -> bool:
    """Whether somebody decided that a delivery is loaded though its suite holds it."""
    query = "select from ledger.act where delivery_id = %s and kind = 'accepted' limit 1"
    return warehouse.execute(query, [delivery_id]).fetchone() is not None
