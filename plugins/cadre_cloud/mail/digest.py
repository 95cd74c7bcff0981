"""Digests: one mail a recipient and run, rendered and committed before anything is sent."""

import hashlib
import os
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cadre_cloud.language import beside, say
from cadre_cloud.mail import MailError, recipients
from cadre_cloud.mail.notices import notices
from cadre_cloud.warehouse.connection import Warehouse, connect, known_at

Row = dict[str, Any]

# A raised alert that still stands and that this address has not been told of; context is never mailed. A supervisor is told of
# whom an account of the same regions reads about: a county's of its own officials of 科级 alone.
_UNTOLD = """
select distinct on (r.address, a.alert_no) r.address, e.event_no, a.alert_no, a.severity, a.title, a.title_en, a.disputed, n.name
from core.alert a
join core.alert_event e on e.alert_no = a.alert_no and e.kind in ('raised', 'reopened')
join core.cadre_now n on n.cadre_no = a.cadre_no and not n.gone
join mail.recipient r on r.role = 'supervisor' and core.answers_for(r.region_prefix, n.managed_by)
where a.state = 'new' and a.severity <> 'context' and coalesce(e.at <= %(until)s, true)
  and not exists (select from mail.alert_told t where t.event_no = e.event_no and t.address = r.address)
  -- As in mart.alert; and of somebody with several entries nothing that was told of one of them.
  and case when a.merged then a.cadre_no in (select m.cadre_no from core.merged m)
           else a.cadre_no not in (select o.filed_no from core.entry o) end
  and not (a.merged and exists (
      select from core.entry o
      join core.alert before on before.cadre_no = o.filed_no and not before.merged
      join core.alert_event b on b.alert_no = before.alert_no
      join mail.alert_told t on t.event_no = b.event_no and t.address = r.address
      where o.cadre_no = a.cadre_no and (before.rule, before.matter) = (a.rule, a.matter)))
order by r.address, a.alert_no, e.event_no desc"""

_SEVERITIES = ["serious", "attention", "notice"]


def render(day: date) -> int:
    """Render what supervisors and data engineers have not been told yet, as of a business day, into the outbox.

    Returns how many mails there are to send from this run.

    Raises:
        MailError: `CADRE_RECIPIENTS` is no good; what there is to tell is rendered, to whom the table holds.
    """
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre mail'))")
        fault = _load_recipients(warehouse)
        rendered = _supervisors(warehouse, day) + _engineers(warehouse, day)
    if fault:
        raise fault
    return rendered


def withhold(day: date) -> None:
    """Have it count as told what the mails of a day tell that is replayed: they are rendered, and stay in the outbox for good."""
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre mail'))")
        _load_recipients(warehouse)
        waiting = warehouse.execute("select message_id from mail.message where state = 'pending'").fetchall()
        _supervisors(warehouse, day, until=known_at(day))
        _engineers(warehouse, day)
        warehouse.execute(
            "update mail.message set state = 'withheld' where state = 'pending' and message_id <> all(%s)",
            [[row["message_id"] for row in waiting]],
        )


def _load_recipients(warehouse: Warehouse) -> MailError | None:
    try:
        recipients.load(warehouse)
    except MailError as fault:
        return fault
    return None


def _supervisors(warehouse: Warehouse, day: date, until: datetime | None = None) -> int:
    """`until`: only what was found up to then; what people decide has a later hour."""
    mails = _by_address(warehouse.execute(_UNTOLD, {"until": until}).fetchall())
    for address, rows in mails.items():
        subject = say("Cadre Cloud, {day}: {number} new items to check", day=day, number=len(rows))
        message_id = _message_id([address, *(f"{row['event_no']}" for row in rows)])
        _write(warehouse, message_id, day, "supervisor", address, subject, groups=_groups(rows))
        warehouse.cursor().executemany(
            "insert into mail.alert_told values (%s, %s, %s)", [(row["event_no"], address, message_id) for row in rows]
        )
    return len(mails)


def _groups(rows: list[Row]) -> list[Row]:
    """What is of one kind stands together, the gravest first; else nobody would read a mail of a bad morning."""
    rows = sorted(rows, key=lambda row: (*_kind(row), row["name"], row["alert_no"]))
    return [
        {"severity": _SEVERITIES[severity], "title": title, "alerts": [_alert_item(row) for row in of_kind]}
        for (severity, title), of_kind in groupby(rows, _kind)
    ]


def _kind(row: Row) -> tuple[int, str]:
    return _SEVERITIES.index(row["severity"]), beside(row["title"], row["title_en"])


def _alert_item(row: Row) -> Row:
    return {"name": row["name"][0] + "**", "disputed": row["disputed"], "link": f"{base_url()}/cadre/alerts/{row['alert_no']}"}


def _engineers(warehouse: Warehouse, day: date) -> int:
    found = notices(warehouse, day)
    engineers = warehouse.execute("select address from mail.recipient where role = 'engineer' order by 1").fetchall()
    told = {(row["notice"], row["address"]) for row in warehouse.execute("select notice, address from mail.notice_told")}
    mails = {e["address"]: [n for n in found if (n["notice"], e["address"]) not in told] for e in engineers}
    for address, rows in mails.items():
        if rows:
            _write_notices(warehouse, day, address, rows)
    return sum(bool(rows) for rows in mails.values())


def _write_notices(warehouse: Warehouse, day: date, address: str, rows: list[Row]) -> None:
    items = [{**row, "link": f"{base_url()}/{row['page']}"} for row in rows]
    subject = say("Cadre Cloud, {day}: {number} items want a look", day=day, number=len(items))
    message_id = _message_id([address, *(row["notice"] for row in rows)])
    _write(warehouse, message_id, day, "engineer", address, subject, items=items)
    warehouse.cursor().executemany(
        "insert into mail.notice_told values (%s, %s, %s)", [(row["notice"], address, message_id) for row in rows]
    )


def _write(warehouse: Warehouse, message_id: str, day: date, role: str, address: str, subject: str, **told: list[Row]) -> None:
    bodies = [_TEMPLATES.get_template(f"{role}.{kind}.j2").render(told, subject=subject, say=say) for kind in ("txt", "html")]
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
