"""What came of a rehearsal, out of the ledger: for a person as tables, for programs as summary.json."""

from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.table import Table

ROWS = ("received", "accepted", "quarantined", "duplicate", "unchanged", "changed")
MENTIONS = ("linked", "review", "nobody", "reference")
BESIDE = (*MENTIONS, "closed", "found", "released", "held")
KINDS = ("raised", "updated", "expired", "retracted")

_RESOURCES = f"""
select d.resource, {
    ", ".join(f"coalesce(sum({c}) filter (where state = 'loaded'), 0)::bigint as {c}" for c in (*ROWS, *MENTIONS, "closed"))
},
       count(*) filter (where state = 'held') as held
from ledger.delivery d where purpose = 'daily' group by 1 order by 1"""

# What came in after its day: linked when its official joined the roster, or released when a contract was mended.
_SINCE = """
select resource, sum(found)::bigint as found, coalesce(sum(received) filter (where purpose = 'release'), 0)::bigint as released
from ledger.delivery group by 1"""

_ALERTS = """
select a.rule, case e.kind when 'reopened' then 'raised' else e.kind end as kind, count(*) as number
from core.alert_event e join core.alert a using (alert_no) group by 1, 2 order by 1"""

# Loads that do not balance cannot be: what is left are days that did not end well, and deliveries with no end.
_OPEN = """
select s.resource || ' ' || s.day || ': ' || coalesce(s.message, 'not settled') as what
from ledger.settlement s where coalesce(s.outcome, 'failed') = 'failed'
union all
select delivery_id || ' was neither loaded nor held' from ledger.delivery where state in ('landed', 'checked')
union all
select delivery_id || ' does not balance' from ledger.delivery
where state = 'loaded' and (received <> accepted + quarantined + duplicate or accepted <> unchanged + changed
                            or mentions <> linked + review + nobody)"""

_WHY_REFUSED = """
select resource, reason, count(distinct (coalesce(source_key, file || row_no), field)) as number
from mart.quarantine where state = 'quarantined' group by 1, 2 order by 1, 3 desc"""

_HELD = "select resource, day, file, message from mart.delivery where state = 'held' order by day, resource"


def summarise(warehouse_address: str, days: list[str], expected: list[str], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum up what the warehouse at an address holds, in the form of summary.json."""
    with psycopg.connect(warehouse_address, row_factory=dict_row) as warehouse:
        resources = {row.pop("resource"): row for row in warehouse.execute(_RESOURCES).fetchall()}
        for row in warehouse.execute(_SINCE).fetchall():
            resources[row.pop("resource")] |= row
        alerts: dict[str, dict[str, int]] = {}
        for row in warehouse.execute(_ALERTS).fetchall():
            alerts.setdefault(row["rule"], dict.fromkeys(KINDS, 0))[row["kind"]] = row["number"]
        sent = warehouse.execute("select count(*) as number from mail.message where sent_at is not null").fetchone()
        settled = warehouse.execute("select resource, day::text from ledger.settlement where outcome is not null").fetchall()
        amiss = [row["what"] for row in warehouse.execute(_OPEN).fetchall()]
        refused = warehouse.execute(_WHY_REFUSED).fetchall()
        held = [{**row, "day": str(row["day"])} for row in warehouse.execute(_HELD).fetchall()]
    ended = {(row["resource"], row["day"]) for row in settled}
    amiss += [f"{name} {day}: not settled" for day in days for name in expected if (name, day) not in ended]
    return {
        "days": days,
        "resources": resources,
        "alerts": alerts,
        "mails": sent["number"] if sent else 0,
        "steps": steps,
        "balanced": not amiss,
        "amiss": amiss,
        "refused": refused,
        "held": held,
    }


def show(summary: dict[str, Any], console: Console) -> None:
    """Print a summary as tables."""
    console.print(_counts("Rows", ROWS, summary["resources"]))
    console.print(_counts("Mentions of changed rows, and what stands beside", BESIDE, summary["resources"]))
    if summary["refused"]:
        console.print(_refused(summary["refused"]))
    if summary["held"]:
        console.print(_plain("Held deliveries", ("resource", "day", "file", "message"), summary["held"]))
    console.print(_alerts(summary["alerts"]))
    for line in summary["amiss"]:
        console.print(f"[red]amiss[/]  {line}")


def _counts(title: str, columns: tuple[str, ...], resources: dict[str, dict[str, int]]) -> Table:
    table = Table(title=title)
    table.add_column("resource")
    for column in columns:
        table.add_column(column, justify="right")
    for name, counts in resources.items():
        table.add_row(name, *(f"{counts.get(column, 0):,}" for column in columns))
    return table


def _alerts(alerts: dict[str, dict[str, int]]) -> Table:
    table = Table(title="Alerts")
    table.add_column("rule")
    for kind in KINDS:
        table.add_column(kind, justify="right")
    for rule, counts in alerts.items():
        table.add_row(rule, *(str(counts[kind]) for kind in KINDS))
    return table


def _refused(rows: list[dict[str, Any]]) -> Table:
    by_resource: dict[str, list[str]] = {}
    for row in rows:
        by_resource.setdefault(row["resource"], []).append(f"{row['reason']} {row['number']}")
    said = [{"resource": name, "reasons": ", ".join(reasons)} for name, reasons in by_resource.items()]
    return _plain("Refused rows", ("resource", "reasons"), said)


def _plain(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> Table:
    table = Table(title=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    return table
