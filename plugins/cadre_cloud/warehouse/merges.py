"""Entries of the roster that are one person: people's judgements, each ended by another, and nothing that was filed written anew.

What is held about the one goes by the number that survives while that stands; `0010_merge.sql` has how.
"""

from datetime import datetime

from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.decisions import ask
from cadre_cloud.warehouse.ledger import Row

_STANDING = """
select merge_no, cadre_no, duplicate_no, known_from, who, why from core.merge
where known_to is null and verdict = 'same' order by known_from, merge_no"""

_ON_ROSTER = "select gone from core.cadre_now where cadre_no = %s"

_TAKEN = """
select duplicate_no, cadre_no from core.merged_now
where %(cadre_no)s = duplicate_no or %(duplicate_no)s in (duplicate_no, cadre_no)"""

_JUDGE = """
with ended as (
    update core.merge set known_to = greatest(%(at)s, known_from)
    where known_to is null and (cadre_no, duplicate_no) in ((%(cadre_no)s, %(duplicate_no)s), (%(duplicate_no)s, %(cadre_no)s))
    returning known_to)
insert into core.merge (cadre_no, duplicate_no, verdict, who, why, known_from)
select %(cadre_no)s, %(duplicate_no)s, %(verdict)s, %(who)s, %(why)s, greatest(%(at)s, (select known_to from ended))
returning known_from"""

_NOTE = """
insert into core.merged_now (duplicate_no, cadre_no, gone, duty_level, region_code)
select cadre_no, %(cadre_no)s, gone, duty_level, region_code from core.cadre_now where cadre_no = %(duplicate_no)s"""

# Whose the number that went is: the survivor's.
FOLLOW = """
update core.cadre_now d set gone = true, duty_level = s.duty_level, region_code = s.region_code
from core.merged_now m join core.cadre_now s on s.cadre_no = m.cadre_no
where d.cadre_no = m.duplicate_no
  and (d.gone, d.duty_level, d.region_code) is distinct from (true, s.duty_level, s.region_code)"""

_RESTORE = """
with ended as (delete from core.merged_now where duplicate_no = %(duplicate_no)s returning *)
update core.cadre_now d set gone = e.gone, duty_level = e.duty_level, region_code = e.region_code
from ended e where d.cadre_no = e.duplicate_no"""


def standing(warehouse: Warehouse) -> list[Row]:
    """The merges that stand, the oldest first: `merge_no, cadre_no, duplicate_no, known_from, who, why`."""
    return warehouse.execute(_STANDING).fetchall()


def merge(warehouse: Warehouse, cadre_no: str, duplicate_no: str, act: Act, at: datetime) -> datetime:
    """Have two entries of the roster be one person. The roster says so once it is published.

    Args:
        warehouse: inside a transaction that holds the revisions' lock (`settle.lock_revisions`).
        cadre_no: the number that survives.
        duplicate_no: the other one; who left the roster may be meant by it.
        act: who found so, and why.
        at: the moment of it.

    Returns:
        Since when it stands; a judgement on the pair is never ended before it began.

    Raises:
        Refused: there are no two such entries, one of them is merged already, or they are not this person's to judge.
    """
    pair = {"cadre_no": cadre_no, "duplicate_no": duplicate_no}
    if cadre_no == duplicate_no:
        raise Refused("an official is not merged with themselves")
    if warehouse.execute(_ON_ROSTER, [cadre_no]).fetchone() != {"gone": False}:
        raise Refused("the number that is to survive is not on the roster")
    if warehouse.execute(_ON_ROSTER, [duplicate_no]).fetchone() is None:
        raise Refused("the number that is to go was never on the roster")
    _need_reviewer(warehouse, act, cadre_no, duplicate_no)
    if taken := warehouse.execute(_TAKEN, pair).fetchone():
        raise Refused(f"{taken['duplicate_no']} went into {taken['cadre_no']}; that has to be unmerged first")
    since = _judge(warehouse, pair, "same", act, at)
    warehouse.execute(_NOTE, pair)
    warehouse.execute(FOLLOW)
    return since


def unmerge(warehouse: Warehouse, duplicate_no: str, act: Act, at: datetime) -> datetime:
    """Have an entry that went into another be somebody of their own again, as if it had never gone.

    Args:
        warehouse, act, at: as in `merge`.
        duplicate_no: the number that went.

    Returns:
        Since when that stands.

    Raises:
        Refused: it went into none, or is not this person's to judge.
    """
    merged = next((row for row in standing(warehouse) if row["duplicate_no"] == duplicate_no), None)
    if merged is None:
        raise Refused("this number is not merged into another")
    _need_reviewer(warehouse, act, merged["cadre_no"], duplicate_no)
    since = _judge(warehouse, merged, "different", act, at)
    warehouse.execute(_RESTORE, {"duplicate_no": duplicate_no})
    return since


def _judge(warehouse: Warehouse, pair: Row, verdict: str, act: Act, at: datetime) -> datetime:
    judged = {**pair, "verdict": verdict, "who": act.who, "why": act.why, "at": at}
    ((since,),) = (row.values() for row in warehouse.execute(_JUDGE, judged))
    return since  # type: ignore[no-any-return]


def _need_reviewer(warehouse: Warehouse, act: Act, *cadre_nos: str) -> None:
    """As of links: a reviewer for both, to neither of whom they are too near."""
    for cadre_no in cadre_nos:
        ask(warehouse, "select core.refuse_decider(%s, %s, '{}')", [act.who, cadre_no])
