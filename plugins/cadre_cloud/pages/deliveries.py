"""One delivery: its ledger, what was expected of it, its refused rows by reason, how it drifted, and what becomes of it."""

import re
from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Form, HTTPException, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse

from cadre_cloud import contracts
from cadre_cloud.contracts import ContractError
from cadre_cloud.pages import expectation, forgery
from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import Reader, Row, as_reader_of
from cadre_cloud.pages.trigger import carry_out_wishes
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse.acts import Act, Refused
from transforms.contract import Contract

router = APIRouter()

_ID = re.compile(r"[A-Za-z0-9_.-]{1,120}")
_NUMBERS = 12  # of rows that are named
_NOT_ITS_TYPE = ("bad_format", "not_a_number", "impossible_date")

_DELIVERY = f"""
select d.*, c.may_act,
       (select jsonb_agg(q order by q.success, q.severity, q.position) from ledger.quality q
        where q.delivery_id = d.delivery_id) as quality,
       (select jsonb_agg(g order by g.rows desc, g.field, g.reason) from (
            select field, reason, state, count(*) as rows, min(message) as message,
                   (array_agg(row_no order by row_no))[1:{_NUMBERS}] as numbers
            from ledger.quarantine q where q.delivery_id = d.delivery_id group by field, reason, state) as g) as refused,
       exists (select from ledger.delivery l where l.resource = d.resource and l.purpose = 'daily' and l.state = 'loaded'
                                               and l.loaded_at > d.loaded_at) as has_newer
from ledger.delivery d, (select pg_has_role(current_user, 'cadre_engineer', 'member') as may_act) as c
where d.delivery_id = %s"""

# What was asked for here, and what else people did, who may have used a command.
_DONE = """
select at, who, why, kind, state, answer, reason, field from ledger.wish where delivery_id = %(id)s
union all
select a.at, a.who, a.why, a.kind, 'done', '{}', null, null from ledger.act a
where delivery_id = %(id)s and not exists (
    select from ledger.wish w where w.delivery_id = a.delivery_id and w.who = a.who and w.why = a.why and w.at <= a.at)
order by at desc"""

_WISH = """
insert into ledger.wish (who, why, kind, delivery_id, reason, field)
values (%(who)s, %(why)s, %(kind)s, %(delivery_id)s, %(reason)s, %(field)s)
on conflict (delivery_id) where state = 'waiting' do nothing"""


@router.get("/deliveries/{delivery_id}")
def delivery(delivery_id: str, request: Request, user: GetUserDep) -> HTMLResponse:
    """A delivery, and for an engineer what can be done with it."""
    with as_reader_of(user.get_name()) as warehouse:
        found = _found(warehouse, delivery_id)
        done = warehouse.execute(_DONE, {"id": delivery_id}).fetchall() if warehouse and found["may_act"] else []
    contract = _contract(found["resource"])
    session = forgery.session_of(request)
    shown = {
        "delivery": found,
        "wishes": done,
        "waits": any(wish["state"] == "waiting" for wish in done),
        "may": _may(found, contract) if found["may_act"] else [],
        "drift": _drift(found, contract),
        "sent": {column.name: sent for sent, column in contract.columns.items()} if contract else {},
        "expectation": expectation,
        "zone": SHANGHAI,
        "token": forgery.token(session, user.get_name()),
    }
    response = page(request, "delivery.html.j2", shown)
    forgery.hand_out(request, response, session)
    return response


@router.post("/deliveries/{delivery_id}/wishes")
def wish(
    delivery_id: str, request: Request, user: GetUserDep, kind: Annotated[str, Form()], why: Annotated[str, Form()] = "",
    reason: Annotated[str | None, Form()] = None, field: Annotated[str | None, Form()] = None, token: Annotated[str, Form()] = "",
) -> RedirectResponse:  # fmt: skip
    """Ask for a delivery to be accepted once or rejected, or for rows of it to be released; carried out by Airflow."""
    forgery.check(request, token, user.get_name())
    act = Act(user.get_name(), why)
    with as_reader_of(act.who) as warehouse:
        found = _found(warehouse, delivery_id)
        if not warehouse or not found["may_act"]:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        if kind not in _may(found, _contract(found["resource"])):
            raise Refused("this cannot be done with the delivery as it is now")
        rows = {"reason": reason, "field": field} if kind == "release" else {"reason": None, "field": None}
        if kind == "release" and (reason, field) not in [(group["reason"], group["field"]) for group in _waiting(found)]:
            raise Refused("no such row of it is refused")
        asked = {"who": act.who, "why": act.why.strip(), "kind": kind, "delivery_id": delivery_id, **rows}
        warehouse.execute(_WISH, asked)
    carry_out_wishes(act.who)
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/deliveries/{delivery_id}", status.HTTP_303_SEE_OTHER)


def _found(warehouse: Reader | None, delivery_id: str) -> Row:
    row = warehouse.execute(_DELIVERY, [delivery_id]).fetchone() if warehouse and _ID.fullmatch(delivery_id) else None
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return {**row, "quality": row["quality"] or [], "refused": row["refused"] or []}


def _may(delivery: Row, contract: Contract | None) -> list[str]:
    """What can be asked for of a delivery as it is now; whoever carries it out looks again."""
    is_there = delivery["landing"] and not delivery["expired_at"]
    if delivery["state"] == "held":
        is_decidable = delivery["reason"] == "expectation" and delivery["purpose"] == "daily" and is_there
        return ["accept", "reject"] if is_decidable else ["reject"]
    is_current = contract is not None and (contract.mode == "changes" or not delivery["has_newer"])
    return ["release"] if delivery["state"] == "loaded" and is_there and is_current and _waiting(delivery) else []


def _waiting(delivery: Row) -> list[Row]:
    return [group for group in delivery["refused"] if group["state"] == "quarantined"]


def _drift(delivery: Row, contract: Contract | None) -> dict[str, list[Row]]:
    """How it moved away from the contract; names of columns and figures, never a value."""
    columns, groups = delivery["drift"], delivery["refused"]
    renamed = columns.get("renamed", {})
    new = columns.get("new", []) or delivery["unknown_columns"]
    half = delivery["received"] / 2
    return {
        "renamed": [{"old": old, "new": name} for old, name in renamed.items()],
        "missing": [{"column": name} for name in columns.get("missing", []) if name not in renamed],
        "new": [{"column": name} for name in new if name not in renamed.values()],
        "retyped": [
            {"column": group["field"], "rows": group["rows"], "type": contract.named[group["field"]].type}
            for group in groups
            if contract and group["reason"] in _NOT_ITS_TYPE and group["rows"] > half and group["field"] in contract.named
        ],
        "unknown_code": [
            {"column": group["field"], "rows": group["rows"]} for group in groups if group["reason"] == "unknown_code"
        ],
        "encoding": [{"rows": group["rows"]} for group in groups if group["reason"] == "undecodable"]
        + [{"rows": None}] * (delivery["reason"] == "wrong_encoding"),
    }


def _contract(resource: str) -> Contract | None:
    try:
        return contracts.named(resource)
    except ContractError:
        return None
