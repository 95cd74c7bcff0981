"""What a person decides about a link: one more statement, with its author, that only another person's can end.

Unless the record names somebody else later: see `links`. The database itself takes a decision (`core.decide`) and looks who may,
whoever asks: a reviewer of the official's region, and nobody where they themselves, a relative or somebody of their unit may be
meant (`core.too_near`).
"""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row

VERDICTS = ("same", "different", "unsure")


@dataclass(frozen=True)
class Decision:
    """That a person named in a record is an official (`same`), is not (`different`) or may be (`unsure`), by whom and why."""

    resource: str
    source_key: str
    mention_no: int | None  # which of the persons that the record names; needed where the official may be several of them
    cadre_no: str
    verdict: str
    who: str  # a user of the pages
    why: str


_DECIDE = """
select core.decide(%(resource)s, %(source_key)s, %(mention_no)s, %(cadre_no)s, %(verdict)s, %(who)s, %(why)s, %(at)s) as is_new"""

_UNDO = "select resource, source_key, mention_no, cadre_no from core.undo_decision(%s, %s) order by link_no"


def decide(warehouse: Warehouse, decision: Decision, at: datetime) -> bool:
    """Take a decision about a pair that waits or is decided, with what follows from it for the other officials in question.

    `same` withdraws what the machine says of them; when that becomes `different`, it is put back as the machine had it. `unsure`
    ends nothing: the question waits on, and comes later in the queue.

    Args:
        warehouse: inside a transaction, which holds the resource's lock (`ledger.lock_resource`) from then on.
        decision: to take.
        at: the moment of it; what stands already is never ended before it began. Of a reviewer's own login it is the database's.

    Returns:
        False where a person has decided so already, and nothing is written.

    Raises:
        Refused: there is nothing to decide, it is not clear what, or not for this person. The transaction can go on.
    """
    (row,) = ask(warehouse, _DECIDE, vars(decision) | {"at": at})
    return bool(row["is_new"])


def undo(warehouse: Warehouse, who: str, at: datetime) -> list[Row]:
    """Take back the newest that a person decided, all of what was decided in one go; what stood before stands again.

    Args:
        warehouse: inside a transaction.
        who: a user of the pages.
        at: the moment of it, as of `decide`.

    Returns:
        The pairs that it was about: `resource, source_key, mention_no, cadre_no`; none where there is nothing to take back.

    Raises:
        Refused: somebody decided otherwise since, the record has changed, or the person may not decide any more.
    """
    return ask(warehouse, _UNDO, [who, at])


def ask(warehouse: Warehouse, statement: str, values: Row | list[object]) -> list[Row]:
    """The rows of a statement; raises Refused with the sentence in which the database says why it refuses."""
    try:
        with warehouse.transaction():
            return warehouse.execute(statement, values).fetchall()
    except psycopg.errors.RaiseException as refusal:
        raise Refused(str(refusal.diag.message_primary)) from None
