"""What people object to in records, and what becomes of it: a record is disputed until each objection to it is answered.

The department answers by a delivery that changes or closes the record, which is a version that nobody disputes. Or somebody
decides: `upheld`, and the record is the official's no more; `dismissed`, and it stands.
"""

from datetime import datetime

from psycopg import sql

from cadre_cloud.warehouse import decisions, versions
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.decisions import Decision
from cadre_cloud.warehouse.ledger import Row
from cadre_cloud.warehouse.links import MACHINE

VERDICTS = ("upheld", "dismissed")

_OF_THEIRS = "select from mart.record where resource = %(resource)s and source_key = %(source_key)s and cadre_no = %(cadre_no)s"

_WAITING = """
select o.* from core.objection o left join core.objection_answer a using (objection_no)
where a.objection_no is null and o.resource = %(resource)s and o.source_key = %(source_key)s"""

_OBJECT = """
insert into core.objection (resource, source_key, cadre_no, who, why, at)
values (%(resource)s, %(source_key)s, %(cadre_no)s, %(who)s, %(why)s, %(at)s) returning objection_no"""

_ANSWER = "select core.answer_objection(%(objection_no)s, %(verdict)s, %(who)s, %(why)s, %(at)s)"

# Not before it was objected to: a morning's delivery may be loaded in the afternoon.
_DELIVERED = """
insert into core.objection_answer (objection_no, verdict, who, why, at, delivery_id)
select o.objection_no, 'delivered', %(machine)s, 'the department changed or closed the record', greatest(%(at)s, o.at),
       %(delivery_id)s
from core.objection o left join core.objection_answer a using (objection_no)
where o.resource = %(resource)s and a.objection_no is null
  and not exists (select from core.record r where r.resource = o.resource and r.source_key = o.source_key
                                              and r.known_to is null and r.disputed)"""

_LINKS = """
select mention_no from core.link
where resource = %(resource)s and source_key = %(source_key)s and known_to is null
  and cadre_no = core.filed_as(%(resource)s, %(source_key)s, mention_no, %(cadre_no)s)
  and verdict = 'same' order by mention_no"""

_MARK = sql.SQL("""
with ended as (
    update core.record r set known_to = greatest(%(at)s, r.known_from)
    where r.resource = %(resource)s and r.source_key = %(source_key)s and r.known_to is null and r.disputed <> %(disputed)s
    returning r.*)
insert into core.record ({columns}, disputed, known_from) select {columns}, not disputed, known_to from ended""")
_OF_A_VERSION = {"record_no", "disputed", "known_from", "known_to"}


def object_to(warehouse: Warehouse, resource: str, source_key: str, cadre_no: str, act: Act, at: datetime) -> int:
    """Object to a record for an official, and have it disputed. Returns the objection's number.

    Args:
        warehouse: inside a transaction that holds the resource's lock (`ledger.lock_resource`).
        resource, source_key: the record.
        cadre_no: the official for whom.
        act: who objects, and why.
        at: the moment of it.

    Raises:
        Refused: there is no such record about this official, or an objection of theirs to it waits already.
    """
    record = {"resource": resource, "source_key": source_key, "cadre_no": cadre_no}
    if warehouse.execute(_OF_THEIRS, record).fetchone() is None:
        raise Refused("there is no record with this resource and source_key about this official")
    for waiting in warehouse.execute(_WAITING, record):
        if waiting["cadre_no"] == cadre_no:
            raise Refused(f"objection {waiting['objection_no']} to it waits already")
    ((number,),) = (row.values() for row in warehouse.execute(_OBJECT, record | {"who": act.who, "why": act.why, "at": at}))
    _mark(warehouse, record, at)
    return int(number)


def answer(warehouse: Warehouse, objection: Row, verdict: str, act: Act, at: datetime) -> None:
    """Decide about an objection that waits: `upheld` or `dismissed`.

    Args:
        warehouse: inside a transaction that holds the resource's lock (`ledger.lock_resource`).
        objection: a row of `core.objection`.
        verdict: one of the two.
        act: who decides, and why.
        at: the moment of it; never before it was objected.

    Raises:
        Refused: this is not for that person to decide, see `decisions`.
    """
    decisions.ask(warehouse, _ANSWER, objection | {"verdict": verdict, "who": act.who, "why": act.why, "at": at})
    if verdict == "upheld":
        for link in warehouse.execute(_LINKS, objection).fetchall():
            place = (objection["resource"], objection["source_key"], link["mention_no"], objection["cadre_no"])
            decisions.decide(warehouse, Decision(*place, "different", act.who, act.why), at)
    _mark(warehouse, objection, at)


def answer_delivered(warehouse: Warehouse, resource: str, at: datetime, delivery_id: str) -> None:
    """What waits for a record that a delivery changed or closed, or that is no longer held, is answered by that."""
    warehouse.execute(_DELIVERED, {"resource": resource, "at": at, "delivery_id": delivery_id, "machine": MACHINE})


def _mark(warehouse: Warehouse, record: Row, at: datetime) -> None:
    """Have the record disputed if anybody's objection waits, and not if none does; a version begins where that is new."""
    disputed = warehouse.execute(_WAITING, record).fetchone() is not None
    columns = [name for name in versions.column_types(warehouse, "record") if name not in _OF_A_VERSION]
    statement = _MARK.format(columns=sql.SQL(", ").join(map(sql.Identifier, columns)))
    warehouse.execute(statement, record | {"disputed": disputed, "at": at})
