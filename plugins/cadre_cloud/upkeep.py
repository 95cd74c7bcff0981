"""What time makes superfluous goes, with proof in the ledger."""

import shutil
from datetime import date, timedelta

from airflow.sdk import ObjectStoragePath

from cadre_cloud import contracts, settings
from cadre_cloud.feed import landing_notes
from cadre_cloud.storage import landing
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect

KEPT = timedelta(days=30)  # landed bytes, after a newer delivery of the resource was loaded
LEFTOVER = timedelta(days=2)  # of a run that did not end

# Bytes that nothing stands on, superseded long enough ago; the same bytes may belong to several deliveries.
_SUPERSEDED = """
select d.landing, array_agg(d.delivery_id) as delivery_ids
from ledger.delivery d left join ledger.standing s using (resource)
where d.resource = %(resource)s and d.expired_at is null and d.landing <> ''
group by d.landing
having bool_and(d.delivery_id <> coalesce(s.delivery_id, '') and exists (
    select from ledger.delivery n
    where n.resource = d.resource and n.state = 'loaded' and n.day > d.day and n.day <= %(before)s))"""


def expire_landed(day: date) -> int:
    """Delete landed bytes that were superseded 30 days ago; their deliveries say when. Returns how many files went.

    Of files that add up none is superseded.
    """
    add_up = {contract.resource for contract in contracts.every() if contract.adds_up}
    return sum(_expire_landed(resource, day - KEPT) for resource in _resources() if resource not in add_up)


def keep_notes(day: date) -> int:
    """Have the landing say by itself what is landed; returns how many notes were missing."""
    return sum(_keep_notes(resource, day - KEPT) for resource in _resources())


def remove_leftovers(day: date) -> int:
    """Remove rows on their way, and indexes on which nothing stands, of days past. Returns how many files or folders went."""
    return sum(_remove_leftovers(resource, day - LEFTOVER) for resource in _resources())


def _resources() -> list[str]:
    with connect() as warehouse:
        return [row["resource"] for row in warehouse.execute("select distinct resource from ledger.delivery order by 1")]


def _expire_landed(resource: str, before: date) -> int:
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        rows = warehouse.execute(_SUPERSEDED, {"resource": resource, "before": before}).fetchall()
        for row in rows:
            (ObjectStoragePath(settings.landing()) / row["landing"]).unlink(missing_ok=True)
            for delivery_id in row["delivery_ids"]:
                landing.remove_note(resource, delivery_id)
            warehouse.execute(
                "update ledger.delivery set expired_at = clock_timestamp() where delivery_id = any(%s)",
                [row["delivery_ids"]],
            )
            warehouse.commit()
    return len(rows)


def _keep_notes(resource: str, since: date) -> int:
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        return landing_notes.catch_up(warehouse, resource, since)


def _remove_leftovers(resource: str, before: date) -> int:
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        old = warehouse.execute("select delivery_id from ledger.delivery where resource = %s and day < %s", [resource, before])
        works = [work for row in old for work in (settings.var() / "work").glob(f"{row['delivery_id']}*")]  # and of its releases
        stands = ledger.standing(warehouse, resource)
        index = settings.var() / stands.index_file if stands else None
        indexes = [path for path in (settings.var() / "index" / resource).glob("*.parquet") if path != index]
        for work in works:
            shutil.rmtree(work)
        for path in indexes:
            path.unlink()
            path.with_name(f"{path.name}.key").unlink(missing_ok=True)
    return len(works) + len(indexes)
