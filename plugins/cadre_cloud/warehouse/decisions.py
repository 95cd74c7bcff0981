"""What a person decides about a link: one more statement, with its author, that only another person's can end.

Unless the record names somebody else later: see `links`.
"""

from dataclasses import dataclass
from datetime import datetime

from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row
from cadre_cloud.warehouse.links import MACHINE


@dataclass(frozen=True)
class Decision:
    """That a person named in a record is an official (`same`) or is not (`different`), by whom and why."""

    resource: str
    source_key: str
    mention_no: int | None  # which of the persons that the record names; needed where the official may be several of them
    cadre_no: str
    verdict: str
    who: str
    why: str


_PAIR = """
select * from core.link
where resource = %(resource)s and source_key = %(source_key)s and known_to is null
  and cadre_no = core.filed_as(%(resource)s, %(source_key)s, %(mention_no)s, %(cadre_no)s)
  and (%(mention_no)s::integer is null or mention_no = %(mention_no)s)
  and (verdict <> 'withdrawn' or decided_by <> %(machine)s)"""

_OPEN = """
select * from core.link
where resource = %(resource)s and source_key = %(source_key)s and mention_no = %(mention_no)s and known_to is null
order by link_no"""

_END = "update core.link set known_to = %(at)s where link_no = %(link_no)s"

_STATE = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, rank, evidence,
                       decided_by, reason, known_from, delivery_id, family_no)
values (%(resource)s, %(source_key)s, %(mention_no)s, %(subject)s, %(cadre_no)s, %(verdict)s, %(method)s, %(probability)s,
        %(rank)s, %(evidence)s, %(decided_by)s, %(reason)s, %(at)s, %(delivery_id)s, %(family_no)s)"""

_BEFORE = """
select * from core.link
where resource = %(resource)s and source_key = %(source_key)s and mention_no = %(mention_no)s and cadre_no = %(cadre_no)s
  and decided_by = %(machine)s
order by link_no desc limit 1"""


def decide(warehouse: Warehouse, decision: Decision, at: datetime) -> bool:
    """Take a decision about a pair that waits or is decided, with what follows from it for the other officials in question.

    `same` withdraws what the machine says of them; when that becomes `different`, it is put back as the machine had it.

    Args:
        warehouse: inside a transaction that holds the resource's lock (`ledger.lock_resource`).
        decision: to take.
        at: the moment of it; what stands already is never ended before it began.

    Returns:
        False where a person has decided so already, and nothing is written.

    Raises:
        Refused: there is nothing to decide, or it is not clear what.
    """
    pair = _pair(warehouse, decision)
    if pair["decided_by"] != MACHINE and pair["verdict"] == decision.verdict:
        return False
    standing = warehouse.execute(_OPEN, pair).fetchall()
    # A relative of one official may be another's, too: that is decided for itself.
    others = [row for row in standing if row["link_no"] != pair["link_no"] and pair["family_no"] is None]
    at = max(at, *(row["known_from"] for row in standing))
    by = {"decided_by": decision.who, "reason": decision.why, "delivery_id": None}
    if decision.verdict == "same":
        _withdraw(warehouse, others, by, at)
    _replace(warehouse, pair, pair | by | {"verdict": decision.verdict}, at)
    if decision.verdict == "different" and pair["verdict"] == "same":
        _put_back(warehouse, others, at)
    return True


def _pair(warehouse: Warehouse, decision: Decision) -> Row:
    """The statement that a decision is about; raises Refused where there is none or more than one."""
    found = warehouse.execute(_PAIR, vars(decision) | {"machine": MACHINE}).fetchall()
    if not found:
        raise Refused(_why_not(warehouse, decision))
    if len(found) > 1:
        raise Refused("the record names several persons who may be this official; mention_no has to say which")
    return found[0]


def _why_not(warehouse: Warehouse, decision: Decision) -> str:
    record = "select from core.record where resource = %(resource)s and source_key = %(source_key)s and known_to is null"
    cadre = "select from core.cadre where cadre_no = %(cadre_no)s and known_to is null"
    if warehouse.execute(record, vars(decision)).fetchone() is None:
        return "there is no record with this source_key"
    if warehouse.execute(cadre, vars(decision)).fetchone() is None:
        return "there is no official with this cadre_no"
    return "this official is not in question for this record: nothing waits, and nothing is linked"


def _withdraw(warehouse: Warehouse, others: list[Row], by: Row, at: datetime) -> None:
    """What the machine says of the other officials stands no longer; raises Refused where a person said it is one of them."""
    if any(row["verdict"] == "same" and row["decided_by"] != MACHINE for row in others):
        raise Refused("somebody has decided that this is another official; that has to be decided `different` first")
    for row in others:
        if row["decided_by"] == MACHINE and row["verdict"] != "withdrawn":
            _replace(warehouse, row, row | by | {"verdict": "withdrawn"}, at)


def _put_back(warehouse: Warehouse, others: list[Row], at: datetime) -> None:
    """What was withdrawn by a person stands again as the machine last said it."""
    for row in others:
        if row["decided_by"] != MACHINE and row["verdict"] == "withdrawn":
            before = warehouse.execute(_BEFORE, row | {"machine": MACHINE}).fetchone()
            _replace(warehouse, row, before or row, at)


def _replace(warehouse: Warehouse, row: Row, by: Row, at: datetime) -> None:
    warehouse.execute(_END, {"link_no": row["link_no"], "at": at})
    warehouse.execute(_STATE, by | {"at": at})
