"""*Feeds*: each resource's day at a glance, and one resource's days."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import HTMLResponse

from cadre_cloud import contracts
from cadre_cloud.contracts import ContractError
from cadre_cloud.language import say
from cadre_cloud.pages import morning, sparkline
from cadre_cloud.pages.morning import Feed
from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import Reader, Row, as_reader_of
from cadre_cloud.warehouse.connection import acted_at
from transforms.contract import Contract

router = APIRouter()

DAYS, FEWEST = 30, 8  # that are looked back
COUNTS = ("received", "accepted", "quarantined", "duplicate", "unchanged", "changed", "linked", "review", "nobody", "reference",
          "closed")  # fmt: skip

_CHOSEN = """
chosen as (select coalesce(%(day)s, (select max(day) from ledger.settlement where outcome is not null)) as until)"""

# What is read again for newcomers, or released later, belongs to the delivery that brought it.
_HISTORY = f"""
with {_CHOSEN},
brought as (
    select resource, day, count(*) as came, max(landed_at) as came_at, count(*) filter (where state = 'held') as held,
           sum(received) filter (where state <> 'outdated') as read, sum(quarantined) as refused,
           sum(cardinality(unknown_columns)) as unknown_columns,
           jsonb_agg(identity) filter (where state = 'loaded' and identity <> '{{}}') as identity,
           {", ".join(f"coalesce(sum({count}) filter (where state = 'loaded'), 0)::bigint as {count}" for count in COUNTS)}
    from ledger.delivery, chosen
    where purpose = 'daily' and day between until - {DAYS - 1} and until and coalesce(resource = %(resource)s, true)
    group by resource, day),
settled as (
    select resource, day, outcome, message, roster_day from ledger.settlement, chosen
    where day between until - {DAYS - 1} and until and coalesce(resource = %(resource)s, true))
select until, resource, day, outcome, message, roster_day, coalesce(came, 0) as came, came_at, coalesce(held, 0) as held,
       coalesce(read, 0)::bigint as read, coalesce(refused, 0)::bigint as refused,
       coalesce(unknown_columns, 0) as unknown_columns, identity,
       {", ".join(f"coalesce({count}, 0) as {count}" for count in COUNTS)}
from chosen left join (brought full join settled using (resource, day)) on true"""

_BESIDE = f"""
with {_CHOSEN},
good as (
    select resource, max(day) as last_good from ledger.delivery, chosen
    where state in ('loaded', 'repeated') and purpose = 'daily' and day <= until group by resource),
unmet as (
    select d.resource, count(*) as warnings from ledger.quality q join ledger.delivery d using (delivery_id), chosen
    where d.day = until and d.purpose = 'daily' and not q.success and q.severity = 'warning' group by d.resource),
stop as (
    select resource, day as stopped_on from mart.linking_stop, chosen
    where day <= until and coalesce((released_at at time zone 'Asia/Shanghai')::date > until, true))
select * from good full join unmet using (resource) full join stop using (resource)"""

_DELIVERIES = """
select delivery_id, day, purpose, file, state, received, accepted, quarantined, duplicate, changed, message, landed_at
from ledger.delivery where resource = %(resource)s and day between %(since)s and %(until)s order by day desc, landed_at desc"""


@router.get("/feeds")
def feeds(request: Request, user: GetUserDep, day: str = "") -> HTMLResponse:
    """Each resource's day, what wants a look first."""
    with as_reader_of(user.get_name()) as warehouse:
        if not warehouse:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        until, found = _read(warehouse, [*_contracts()], _date(day))
    now = acted_at()
    shown = {
        "day": until,
        "day_before": until and until - timedelta(days=1),
        "day_after": until and until + timedelta(days=1),
        "feeds": morning.in_order(found, now, say),
        "urgency": {feed.contract.resource: feed.urgency(now, say) for feed in found},
        "now": now,
        "counts": COUNTS,
        "sparkline": sparkline,
    }
    return page(request, "feeds.html.j2", shown)


@router.get("/feeds/{resource}")
def feed(resource: str, request: Request, user: GetUserDep, day: str = "") -> HTMLResponse:
    """One resource's days, and what it delivered."""
    contract = next((contract for contract in _contracts() if contract.resource == resource), None)
    with as_reader_of(user.get_name()) as warehouse:
        if not warehouse or not contract:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        until, (found,) = _read(warehouse, [contract], _date(day))
        span = {"resource": resource, "since": found.days[0], "until": until}
        deliveries = warehouse.execute(_DELIVERIES, span).fetchall() if until else []
    shown = {"feed": found, "day": until, "deliveries": deliveries, "now": acted_at(), "chart": _chart(found)}
    return page(request, "feed.html.j2", shown)


def _read(warehouse: Reader, wanted: list[Contract], day: date | None) -> tuple[date | None, list[Feed]]:
    """A day, by default the last that has settled, none before the first; and what there is to say of resources on it."""
    asked = {"day": day, "resource": wanted[0].resource if len(wanted) == 1 else None}
    rows = warehouse.execute(_HISTORY, asked).fetchall()
    beside = {row["resource"]: row for row in warehouse.execute(_BESIDE, asked).fetchall()}
    history: dict[str, dict[date, Row]] = {}
    for row in rows:
        if row["resource"]:
            history.setdefault(row["resource"], {})[row["day"]] = row
    until = rows[0]["until"]
    first = min((row["day"] for row in rows if row["day"]), default=until)
    return until, [
        Feed(
            contract=contract,
            days=_days(first, until) if first and until else [acted_at().date()],
            history=history.get(contract.resource, {}),
            last_good=beside.get(contract.resource, {}).get("last_good"),
            warnings=beside.get(contract.resource, {}).get("warnings") or 0,
            stopped_on=beside.get(contract.resource, {}).get("stopped_on"),
        )
        for contract in wanted
    ]


def _days(first: date, until: date) -> list[date]:
    """The days that are shown: a month, or as many as there are yet, if more than a week."""
    number = max(min((until - first).days + 1, DAYS), FEWEST)
    return [until - timedelta(days=back) for back in range(number - 1, -1, -1)]


def _chart(feed: Feed) -> dict[str, object]:
    """What `feeds.js` draws: rows by what became of them, and the share refused."""
    rows = [feed.history.get(day) for day in feed.days]
    return {
        "days": [f"{day:%m-%d}" for day in feed.days],
        "bars": [
            [say("accepted"), [row and row["read"] - row["refused"] - row["duplicate"] for row in rows]],
            [say("refused"), [row and row["refused"] for row in rows]],
            [say("duplicate"), [row and row["duplicate"] for row in rows]],
        ],
        "line": [say("share refused"), [None if share is None else round(100 * share, 2) for share in feed.refused]],
    }


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(status.HTTP_404_NOT_FOUND) from None


def _contracts() -> list[Contract]:
    """The contracts that can be read, which stay read until their files change."""
    found = []
    for path in contracts.paths():
        contract = _contract(path, path.stat().st_mtime_ns)
        found += [contract] if contract else []
    return found


@cache
def _contract(path: Path, changed: int) -> Contract | None:
    try:
        return contracts.read(path)
    except ContractError:
        return None
