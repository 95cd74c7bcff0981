"""Notes beside landed bytes: what came and when, as the ledger has it, so that the landing says by itself what was landed.

Each is sealed, as a file's name may hold a person's. `<delivery id>.note` is of a delivery, `<resource>-<day>.note` says that
everything is landed that the source had for the day. A release has none: it is a person's decision, and came from no department.
"""

from datetime import date, datetime
from typing import Any

from cadre_cloud.storage import landing
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row

_TYPES = {"day": date, "snapshot_on": date, "modified_at": datetime, "landed_at": datetime, "extracted_at": datetime}

# What became of a delivery is nothing that it came with, unless it could not be read and there is nothing else of it.
_DELIVERIES = """
select resource, delivery_id as name, delivery_id, day, purpose, file, sha256, bytes, modified_at, snapshot_on, landing, dropped,
       landed_at,
       case landing when '' then state end as state, case landing when '' then reason end as reason,
       case landing when '' then message end as message
from ledger.delivery where purpose <> 'release' and """

_EXTRACTIONS = """
select resource, resource || '-' || to_char(day, 'YYYYMMDD') as name, day, extracted_at
from ledger.settlement s where extracted_at is not null and """

# Notes of what is not landed, and of days, stay as long as landed bytes do at least.
_STAYS = "expired_at is null and (landing <> '' or day >= %(since)s)"
_DAY_STAYS = """
(day >= %(since)s or exists (select from ledger.delivery d where d.resource = s.resource and d.day = s.day and d.landing <> ''
                             and d.expired_at is null))"""


def keep(warehouse: Warehouse, delivery_id: str) -> None:
    """Note a delivery as the ledger has it, in the caller's transaction and before it is committed."""
    _write(warehouse.execute(_DELIVERIES + "delivery_id = %s", [delivery_id]).fetchall())


def keep_extracted(warehouse: Warehouse, resource: str, day: date) -> None:
    """Note that everything of a day is landed."""
    _write(warehouse.execute(_EXTRACTIONS + "resource = %s and day = %s", [resource, day]).fetchall())


def catch_up(warehouse: Warehouse, resource: str, since: date) -> int:
    """Write a resource's notes that are missing, such as those of before there were any, and remove those whose time is over.

    Notes that the ledger knows nothing of are left alone: it may have been restored from a backup that is older than they are.
    `since` is the day since when also that is noted of which no bytes are there. Returns how many were written.
    """
    there, written, values = set(landing.notes(resource)), 0, {"resource": resource, "since": since}
    for query, stays in ((_DELIVERIES, _STAYS), (_EXTRACTIONS, _DAY_STAYS)):
        wanted = warehouse.execute(f"{query} resource = %(resource)s and ({stays})", values).fetchall()
        over = warehouse.execute(f"{query} resource = %(resource)s and not ({stays})", values).fetchall()
        written += _write([row for row in wanted if row["name"] not in there])
        for row in over:
            if row["name"] in there:
                landing.remove_note(resource, row["name"])
    return written


def read(resource: str, day: date) -> tuple[bool, list[Row]]:
    """Whether everything of a day is landed, and what: deliveries in the order in which they came."""
    of_day, names = f"{resource}-{day:%Y%m%d}", landing.notes(resource)
    notes = [_typed(landing.read_note(resource, name)) for name in names if name.startswith(f"{of_day}-")]
    return of_day in names, sorted(notes, key=lambda note: (note["landed_at"], note["delivery_id"]))


def _write(rows: list[Row]) -> int:
    for row in rows:
        landing.write_note(row["resource"], row.pop("name"), row)
    return len(rows)


def _typed(note: dict[str, Any]) -> Row:
    return {
        name: _TYPES[name].fromisoformat(value) if name in _TYPES and value is not None else value for name, value in note.items()
    }
