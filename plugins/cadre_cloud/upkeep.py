"""What time makes superfluous goes, with proof in the ledger."""

import shutil
from datetime import date, timedelta

from airflow.sdk import ObjectStoragePath

from cadre_cloud import landing, landing_notes, settings
from cadre_cloud.warehouse import connect

KEPT = timedelta(days=30)  # landed bytes, after a newer delivery of the resource was loaded
LEFTOVER = timedelta(days=2)  # of a run that did not end

# Bytes that nothing stands on, superseded long enough ago; the same bytes may belong to several deliveries.
_SUPERSEDED = """
select d.resource, d.landing, array_agg(d.delivery_id) as delivery_ids
from ledger.delivery d left join ledger.standing s using (resource)
where d.expired_at is null and d.landing <> ''
group by d.resource, d.landing
having bool_and(d.delivery_id <> coalesce(s.delivery_id, '') and exists (
    select from ledger.delivery n
    where n.resource = d.resource and n.state = 'loaded' and n.day > d.day and n.day <= %(before)s))"""


def expire_landed(day: date) -> int:
    """Delete landed bytes that were superseded 30 days ago; their deliveries say when. Returns how many files went."""
    with connect() as warehouse:
        rows = warehouse.execute(_SUPERSEDED, {"before": day - KEPT}).fetchall()
        for row in rows:
            (ObjectStoragePath(settings.landing()) / row["landing"]).unlink(missing_ok=True)
            for delivery_id in row["delivery_ids"]:
                landing.remove_note(row["resource"], delivery_id)
            warehouse.execute(
                "update ledger.delivery set expired_at = clock_timestamp() where delivery_id = any(%s)",
                [row["delivery_ids"]],
            )
            warehouse.commit()
    return len(rows)


def keep_notes(day: date) -> int:
    """Have the landing say by itself what is landed; returns how many notes were missing."""
    with connect() as warehouse:
        return landing_notes.catch_up(warehouse, day - KEPT)


def remove_leftovers(day: date) -> int:
    """Remove rows on their way, and indexes on which nothing stands, of days past. Returns how many files or folders went."""
    with connect() as warehouse:
        standing = {row["index_file"] for row in warehouse.execute("select index_file from ledger.standing")}
        rows = warehouse.execute("select delivery_id from ledger.delivery where day < %s", [day - LEFTOVER])
        old = {row["delivery_id"] for row in rows}
    removed = 0
    for work in (settings.var() / "work").glob("*"):
        if work.name.partition("-release-")[0] in old:
            shutil.rmtree(work)
            removed += 1
    for index in (settings.var() / "index").glob("*/*.parquet"):
        if index.stem in old and str(index.relative_to(settings.var())) not in standing:
            removed += 1
            for path in (index, index.with_name(index.name + ".key")):
                path.unlink(missing_ok=True)
    return removed
