"""What was asked for on pages: what engineers want (`ledger.wish`), as their commands do it, and alerts that follow reviews."""

from datetime import timedelta

from psycopg.types.json import Jsonb

from cadre_cloud import contracts
from cadre_cloud.commands import held
from cadre_cloud.commands.common import alerts_follow, follow_up
from cadre_cloud.feed.release import release
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import acted_at, connect
from cadre_cloud.warehouse.ledger import Row

_WAITING = "select * from ledger.wish where state = 'waiting' order by wish_no"

_END = "update ledger.wish set state = %s, answer = %s, ended_at = %s where wish_no = %s"

# A task that was killed after the act was done finds it there.
_DONE = """
select from ledger.act where delivery_id = %(delivery_id)s and kind in ('accepted', 'rejected')
                         and who = %(who)s and why = %(why)s and at >= %(at)s limit 1"""

# Of two runs an hour apart one at least sees each; that alerts follow twice changes nothing.
_DECIDED = "select from core.link_decision where at >= %s limit 1"
_LATELY = timedelta(hours=2)


def carry_out() -> int:
    """Carry out what waits, in the order in which it was asked for; gives how many wishes those were.

    Where people decided lately of whose record something is (the Review page), the alerts follow that.

    One that fails still waits afterwards, and keeps no other one waiting; its error is raised in the end.
    """
    with connect() as warehouse:
        wishes = warehouse.execute(_WAITING).fetchall()
        is_decided = warehouse.execute(_DECIDED, [acted_at() - _LATELY]).fetchone() is not None
    failed: Exception | None = None
    for wish in wishes:
        try:
            _end(wish, *_outcome(wish))
        except Exception as error:
            failed = failed or error
    if is_decided:
        alerts_follow()
    if failed:
        raise failed
    return len(wishes)


def _outcome(wish: Row) -> tuple[str, Row]:
    """How a wish ended, and what there is to say of it."""
    try:
        act = Act(wish["who"], wish["why"])
        if wish["kind"] == "release":
            return "done", _release(wish, act)
        (held.accept if wish["kind"] == "accept" else held.reject)(wish["delivery_id"], act)
    except Refused as refusal:
        if not _is_done(wish):
            return "refused", {"why": str(refusal)}
        follow_up()
    return "done", {}


def _release(wish: Row, act: Act) -> Row:
    with connect() as warehouse:
        contract = contracts.named(ledger.delivery(warehouse, wish["delivery_id"])["resource"])
    with connect() as warehouse:
        released = release(warehouse, contract, wish["delivery_id"], act, reason=wish["reason"], field=wish["field"])
    follow_up()
    still = sum(released.still_refused.values())
    return {"changed": released.changed, "unchanged": released.unchanged, "still_refused": still}


def _is_done(wish: Row) -> bool:
    with connect() as warehouse:
        return warehouse.execute(_DONE, wish).fetchone() is not None


def _end(wish: Row, state: str, answer: Row) -> None:
    with connect() as warehouse:
        warehouse.execute(_END, [state, Jsonb(answer), acted_at(), wish["wish_no"]])
