"""What time makes superfluous goes, with proof in the ledger."""

import shutil
from datetime import date, timedelta

from airflow.sdk import ObjectStoragePath
from psycopg import Cursor
from psycopg.rows import DictRow

from cadre_cloud import contracts, settings
from cadre_cloud.feed import landing_notes
from cadre_cloud.storage import landing
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect

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

_NO_ALERTS = "select pg_advisory_xact_lock(hashtext('cadre alerts'))"  # until the transaction ends, no rules run


def expire_landed(day: date) -> int:
    """Delete landed bytes that were superseded long enough ago; their deliveries say when. Returns how many files went.

    Of files that add up none is superseded.
    """
    add_up = {contract.resource for contract in contracts.every() if contract.adds_up}
    return sum(_expire_landed(resource, day) for resource in _resources() if resource not in add_up)


def keep_notes(day: date) -> int:
    """Have the landing say by itself what is landed; returns how many notes were missing."""
    return sum(_keep_notes(resource, day - settings.keep_landed()) for resource in _resources())


def remove_leftovers(day: date) -> int:
    """Remove rows on their way, and indexes on which nothing stands, of days past. Returns how many files or folders went."""
    return sum(_remove_leftovers(resource, day) for resource in _resources())


def remove_officials(day: date) -> int:
    """Delete what is kept about officials who left, once their effects have ended long enough ago. Returns how many they were.

    Whether somebody is due is looked at once more by the function that deletes, when neither rules run nor anybody loads.
    """
    from cadre_cloud.warehouse import roster  # noqa: PLC0415  # which brings what links: costly, and wanted here alone

    kept = settings.keep_left().days
    due = (
        "select core.numbers_of(cadre_no) as numbers from core.leaver "
        "where effects_until < 'infinity' and effects_until + %s <= %s order by cadre_no"
    )
    resources = _resources()
    gone = 0
    with connect() as warehouse:
        for row in warehouse.execute(due, [kept, day]).fetchall():
            warehouse.execute(_NO_ALERTS)
            for resource in resources:
                ledger.lock_resource(warehouse, resource)
            # By these it can be asked for, and not be read.
            officials = [vault().lookup(roster.context(number)) for number in row["numbers"]]
            of_theirs = "select core.remove_official(%s, %s, %s, %s) as rows"
            gone += _number(warehouse.execute(of_theirs, [row["numbers"], day, kept, officials])) > 0
            warehouse.commit()
    return gone


def remove_unfounded(day: date) -> int:
    """Delete alerts that were found unfounded long enough ago. Returns how many they were."""
    with connect() as warehouse:
        warehouse.execute(_NO_ALERTS)
        return _number(warehouse.execute("select core.remove_unfounded(%s, %s)", [day, settings.keep_unfounded().days]))


def _number(answer: Cursor[DictRow]) -> int:
    ((number,),) = (row.values() for row in answer)
    return int(number)


def _resources() -> list[str]:
    with connect() as warehouse:
        return [row["resource"] for row in warehouse.execute("select distinct resource from ledger.delivery order by 1")]


def _expire_landed(resource: str, day: date) -> int:
    kept = settings.keep_landed()
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        rows = warehouse.execute(_SUPERSEDED, {"resource": resource, "before": day - kept}).fetchall()
        for row in rows:
            (ObjectStoragePath(settings.landing()) / row["landing"]).unlink(missing_ok=True)
            for delivery_id in row["delivery_ids"]:
                landing.remove_note(resource, delivery_id)
            warehouse.execute(
                "update ledger.delivery set expired_at = clock_timestamp() where delivery_id = any(%s)",
                [row["delivery_ids"]],
            )
            ledger.note_removal(warehouse, day, "landed", resource, 1, kept)
            warehouse.commit()
    return len(rows)


def _keep_notes(resource: str, since: date) -> int:
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        return landing_notes.catch_up(warehouse, resource, since)


def _remove_leftovers(resource: str, day: date) -> int:
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        old = warehouse.execute(
            "select delivery_id from ledger.delivery where resource = %s and day < %s", [resource, day - LEFTOVER]
        )
        works = [work for row in old for work in (settings.var() / "work").glob(f"{row['delivery_id']}*")]  # and of its releases
        stands = ledger.standing(warehouse, resource)
        index = settings.var() / stands.index_file if stands else None
        indexes = [path for path in (settings.var() / "index" / resource).glob("*.parquet") if path != index]
        for work in works:
            shutil.rmtree(work)
        for path in indexes:
            path.unlink()
            path.with_name(f"{path.name}.key").unlink(missing_ok=True)
        ledger.note_removal(warehouse, day, "leftover", resource, len(works), LEFTOVER)
        ledger.note_removal(warehouse, day, "index", resource, len(indexes), timedelta())
    return len(works) + len(indexes)
