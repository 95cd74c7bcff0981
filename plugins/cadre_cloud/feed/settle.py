"""Step four: how a resource's day ended, written whatever happened before."""

import os
from datetime import date

from cadre_cloud import contracts
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import Warehouse, connect
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract

ADDED_TO = ("appointment", "education", "family")  # the feeds to whose rows forms add

_ROSTER = """
select count(distinct resource) filter (where day >= %(day)s and outcome is not null) = %(number)s as settled,
       max(day) filter (where day <= %(day)s and resource = 'personnel' and outcome in ('loaded', 'nothing')) as last_good,
       (select clock_timestamp() not between extracted_at - interval '5 min' and extracted_at + make_interval(secs => %(bound)s)
        from ledger.settlement where resource = %(resource)s and day = %(day)s) as waited
from ledger.settlement where resource = any(%(roster)s)"""


def settle(contract: Contract, day: date, run: str | None = None) -> bool:
    """Write the outcome of a resource's day: `loaded`, `nothing`, `held` or `failed`, with what is wrong.

    While another run is on its way with the day, and has not loaded it yet, that one will say how it ends.

    Args:
        contract: of the resource.
        day: the business day.
        run: which run ends.

    Returns:
        Whether the day is complete, every expected resource settled, and not yet published as it is now.
    """
    with connect() as warehouse:
        lock_revisions(warehouse)
        found = _state(warehouse, contract.resource, day)
        if run and found["begun_by"] not in (None, run) and not found["loaded_at"]:
            return False
        outcome, message = _outcome(warehouse, contract.resource, day, has_loaded=bool(found["loaded_at"]))
        warehouse.execute(
            "insert into ledger.settlement as s (resource, day, outcome, message, settled_at, revision) "
            "values (%(resource)s, %(day)s, %(outcome)s, %(message)s, clock_timestamp(), nextval('ledger.revision')) "
            "on conflict (resource, day) do update set outcome = excluded.outcome, message = excluded.message, "
            "settled_at = excluded.settled_at, revision = excluded.revision, has_news = false "
            "where s.has_news or s.outcome is distinct from excluded.outcome or s.message is distinct from excluded.message",
            {"resource": contract.resource, "day": day, "outcome": outcome, "message": message},
        )
        ledger.end(warehouse, contract.resource, day, run)
        return _is_complete(warehouse, day) and revision(warehouse) > published_revision(warehouse)


def settle_news() -> None:
    """Settle anew whatever a person's decision changed since it was settled."""
    with connect() as warehouse:
        rows = warehouse.execute(
            "select resource, day from ledger.settlement where has_news and loaded_at is not null order by day, resource"
        ).fetchall()
    for row in rows:
        settle(contracts.named(row["resource"]), row["day"])


def lock_revisions(warehouse: Warehouse) -> None:
    """Settling and publishing take turns, so that revisions are committed in their order."""
    warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre settle'))")


def revision(warehouse: Warehouse) -> int:
    """The revision of the newest settlement, 0 without one."""
    row = warehouse.execute("select coalesce(max(revision), 0) as revision from ledger.settlement").fetchone()
    return row["revision"] if row else 0


def published_revision(warehouse: Warehouse) -> int:
    """The revision that was last published, 0 before the first."""
    row = warehouse.execute("select coalesce(max(revision), 0) as revision from ledger.publication").fetchone()
    return row["revision"] if row else 0


def roster_for(contract: Contract, day: date) -> tuple[bool, date | None]:
    """Whether a load has to wait for that day's units and personnel, and the last day of a good roster.

    They themselves wait for nobody, and those of a later day do as well. Forms wait for the files to which they add
    what these do not say; departments wait for the forms, which may bring officials, and, where people are named with their
    unit, for appointments. Only what is expected is waited for, and that not for ever (`CADRE_ROSTER_WAIT`, in seconds after
    the extraction, an hour by default): then, or where the clock was set back meanwhile, the last good one serves.
    """
    if contract.makes_roster:
        return False, day
    awaited = _awaited(contract)
    bound = float(os.environ.get("CADRE_ROSTER_WAIT", "3600"))
    with connect() as warehouse:
        row = warehouse.execute(
            _ROSTER,
            {"day": day, "roster": awaited, "number": len(awaited), "resource": contract.resource, "bound": bound},
        ).fetchone()
    return (not (row["settled"] or row["waited"]), row["last_good"]) if row else (True, None)


def _awaited(contract: Contract) -> list[str]:
    """The feeds of a day behind which a contract's load comes."""
    by_unit = any(mention.unit_name for mention in contract.mentions)

    def comes_first(other: Contract) -> bool:
        if contract.table is None:
            return other.brings_forms or (by_unit and other.resource == "appointment")
        return contract.brings_forms and other.resource in ADDED_TO

    return [other.resource for other in contracts.expected() if other.resource in contracts.ROSTER or comes_first(other)]


def _state(warehouse: Warehouse, resource: str, day: date) -> Row:
    """How far a day is, and which run is on its way with it."""
    row = warehouse.execute(
        "select loaded_at, begun_by from ledger.settlement where resource = %s and day = %s", [resource, day]
    ).fetchone()
    return row or {"loaded_at": None, "begun_by": None}


def _outcome(warehouse: Warehouse, resource: str, day: date, *, has_loaded: bool) -> tuple[str, str | None]:
    if not has_loaded:
        return "failed", _cause(warehouse, resource, day)
    deliveries = ledger.deliveries(warehouse, resource, day)
    held = next((delivery for delivery in deliveries if delivery["state"] in ("held", "rejected")), None)
    loaded = [delivery for delivery in deliveries if delivery["state"] == "loaded"]
    if loaded:
        return "loaded", _with_file(held or next((delivery for delivery in loaded if delivery["message"]), None))
    return ("held", held["message"]) if held else ("nothing", None)


def _with_file(delivery: Row | None) -> str | None:
    return f"{delivery['file']}：{delivery['message']}" if delivery else None


def _cause(warehouse: Warehouse, resource: str, day: date) -> str:
    """The last cause since the day was extracted, or, where it could not be, of that."""
    row = warehouse.execute(
        "select f.step, f.cause from ledger.failure f left join ledger.settlement s using (resource, day) "
        "where f.resource = %s and f.day = %s and f.failed_at > coalesce(s.extracted_at, '-infinity') "
        "order by f.failure_no desc limit 1",
        [resource, day],
    ).fetchone()
    return f"{row['step']}: {row['cause']}" if row else "a task was killed or cut off before it could say why"


def _is_complete(warehouse: Warehouse, day: date) -> bool:
    rows = warehouse.execute("select resource from ledger.settlement where day = %s and outcome is not null", [day]).fetchall()
    return {contract.resource for contract in contracts.expected()} <= {row["resource"] for row in rows}
