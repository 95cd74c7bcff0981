"""Digests: one mail a recipient and run, rendered and committed before anything is sent."""

import hashlib
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cadre_cloud import contracts
from cadre_cloud.language import beside, say
from cadre_cloud.mail import recipients
from cadre_cloud.warehouse import Warehouse, connect, known_at

Row = dict[str, Any]

# A raised alert that still stands and that this address has not been told of; context is never mailed. Of an official whose
# unit is unknown the city's own supervisors are told, those of a county never.
_UNTOLD = """
select distinct on (r.address, a.alert_no) r.address, e.event_no, a.alert_no, a.severity, a.title, a.title_en, n.name
from core.alert a
join core.alert_event e on e.alert_no = a.alert_no and e.kind in ('raised', 'reopened')
join core.cadre_now n on n.cadre_no = a.cadre_no
join mail.recipient r on r.role = 'supervisor'
    and case when n.region_code is null then length(r.region_prefix) <= 4 or r.region_prefix like '____00'
             else starts_with(n.region_code, r.region_prefix) end
where a.state = 'new' and a.severity <> 'context' and coalesce(e.at <= %(until)s, true)
  and not exists (select from mail.alert_told t where t.event_no = e.event_no and t.address = r.address)
order by r.address, a.alert_no, e.event_no desc"""

_HELD = """
select 'held:' || delivery_id as notice, 'Held delivery' as kind, resource, day::text as day, file || '：' || message as message
from ledger.delivery where state = 'held' and day <= %(day)s"""

_FAILED = """
select 'failed:' || resource || ':' || day as notice, 'Failed' as kind, resource, day::text as day, message
from ledger.settlement where outcome = 'failed' and day <= %(day)s"""

_UNKNOWN_UNIT = """
select 'unknown_unit:' || md5(string_agg(cadre_no, ',' order by cadre_no)) as notice, 'Unknown unit' as kind,
       'unit' as resource, %(day)s::text as day, count(*) || ' × unit_code' as message
from core.cadre_now where region_code is null having count(*) > 0"""

_SEVERITIES = ["serious", "attention", "notice"]


def render(day: date) -> int:
    """Render what supervisors and data engineers have not been told yet, as of a business day, into the outbox.

    Returns how many mails there are to send from this run.
    """
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre mail'))")
        recipients.load(warehouse)
        return _supervisors(warehouse, day) + _engineers(warehouse, day)


def withhold(day: date) -> None:
    """Have it count as told what the mails of a day tell that is replayed: they are rendered, and stay in the outbox for good."""
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre mail'))")
        recipients.load(warehouse)
        waiting = warehouse.execute("select message_id from mail.message where state = 'pending'").fetchall()
        _supervisors(warehouse, day, until=known_at(day))
        _engineers(warehouse, day)
        warehouse.execute(
            "update mail.message set state = 'withheld' where state = 'pending' and message_id <> all(%s)",
            [[row["message_id"] for row in waiting]],
        )


def _supervisors(warehouse: Warehouse, day: date, until: datetime | None = None) -> int:
    """`until`: only what was found up to then; what people decide has a later hour."""
    mails = _by_address(warehouse.execute(_UNTOLD, {"until": until}).fetchall())
    for address, rows in mails.items():
        rows.sort(key=lambda row: (_SEVERITIES.index(row["severity"]), row["title"], row["alert_no"]))
        items = [_alert_item(row) for row in rows]
        subject = say("Cadre Cloud, {day}: {number} new items to check", day=day, number=len(items))
        message_id = _message_id([address, *(f"{row['event_no']}" for row in rows)])
        _write(warehouse, message_id, day, "supervisor", address, subject, items)
        warehouse.cursor().executemany(
            "insert into mail.alert_told values (%s, %s, %s)", [(row["event_no"], address, message_id) for row in rows]
        )
    return len(mails)


def _alert_item(row: Row) -> Row:
    return {
        "severity": row["severity"],
        "name": row["name"][0] + "**",
        "title": beside(row["title"], row["title_en"]),
        "link": f"{base_url()}/cadre/alerts/{row['alert_no']}",
    }


def _engineers(warehouse: Warehouse, day: date) -> int:
    notices = [row for query in (_HELD, _FAILED, _UNKNOWN_UNIT) for row in warehouse.execute(query, {"day": day}).fetchall()]
    notices += _stale(warehouse, day)
    engineers = warehouse.execute("select address from mail.recipient where role = 'engineer' order by 1").fetchall()
    told = {(row["notice"], row["address"]) for row in warehouse.execute("select notice, address from mail.notice_told")}
    mails = {e["address"]: [n for n in notices if (n["notice"], e["address"]) not in told] for e in engineers}
    for address, rows in mails.items():
        if rows:
            _write_notices(warehouse, day, address, rows)
    return sum(bool(rows) for rows in mails.values())


def _write_notices(warehouse: Warehouse, day: date, address: str, rows: list[Row]) -> None:
    items = [{**row, "link": f"{base_url()}/dags/feed_{row['resource']}"} for row in rows]
    subject = say("Cadre Cloud, {day}: {number} items about the feeds", day=day, number=len(items))
    message_id = _message_id([address, *(row["notice"] for row in rows)])
    _write(warehouse, message_id, day, "engineer", address, subject, items)
    warehouse.cursor().executemany(
        "insert into mail.notice_told values (%s, %s, %s)", [(row["notice"], address, message_id) for row in rows]
    )


def _stale(warehouse: Warehouse, day: date) -> list[Row]:
    """Resources whose last good day is longer ago than their contract allows; said once for each such day."""
    fresh = {row["resource"]: row for row in warehouse.execute("select resource, last_good_day, first_day from mart.freshness")}
    found = []
    for contract in contracts.expected():
        row = fresh.get(contract.resource)
        if row and day - (row["last_good_day"] or row["first_day"]) > contract.late_after:
            found.append({
                "notice": f"stale:{contract.resource}:{row['last_good_day']}",
                "kind": "Stale",
                "resource": contract.resource,
                "day": str(day),
                "message": _last_good(row["last_good_day"]),
            })  # fmt: skip
    return found


def _last_good(day: date | None) -> str:
    return say("last good day {day}", day=day) if day else say("never had a good day")


def _write(warehouse: Warehouse, message_id: str, day: date, role: str, address: str, subject: str, items: list[Row]) -> None:
    values = {"subject": subject, "items": items, "say": say}
    bodies = [_TEMPLATES.get_template(f"{role}.{kind}.j2").render(values) for kind in ("txt", "html")]
    warehouse.execute(
        "insert into mail.message (message_id, day, role, address, subject, body_text, body_html) "
        "values (%s, %s, %s, %s, %s, %s, %s)",
        [message_id, day, role, address, subject, *bodies],
    )


def _message_id(parts: list[str]) -> str:
    """The same digest has the same Message-ID, however often it is sent."""
    return f"<{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:32]}@cadre-cloud>"


def _by_address(rows: list[Row]) -> dict[str, list[Row]]:
    mails: dict[str, list[Row]] = {}
    for row in rows:
        mails.setdefault(row["address"], []).append(row)
    return mails


def base_url() -> str:
    """Where Airflow's UI and our pages are reached (`AIRFLOW__API__BASE_URL`)."""
    return os.environ.get("AIRFLOW__API__BASE_URL", "http://127.0.0.1:8080").rstrip("/")


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    undefined=StrictUndefined,
    autoescape=lambda name: bool(name and ".html" in name),  # noqa: S701  # plain text is not escaped
)
