"""What a warehouse holds, as plain values that can be compared: the same day again, days split, days merged."""

from typing import Any

import psycopg
from homes import Home

# When somebody or something looked or wrote, by the clock on the wall.
WALL_CLOCK = [
    "extracted_at",
    "judged_at",
    "loaded_at",
    "landed_at",
    "settled_at",
    "published_at",
    "failed_at",
    "modified_at",
    "rendered_at",
    "sent_at",
]
# How it came to be known: numbered in the order of writing, sealed anew each time, or by which linker it was stated.
WAY = [
    "version_no",
    "record_no",
    "link_no",
    "event_no",
    "revision",
    "delivery_id",
    "known_from",
    "known_to",
    "id_cipher",
    "linker",
]

_TABLES = """
select table_schema || '.' || table_name as name from information_schema.tables
where table_schema = any(%s) and table_type = 'BASE TABLE' and table_name <> 'alembic_version' order by 1"""


def whole(home: Home, *schemas: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of some schemas, history and ciphertexts included, by table; only what a clock says is left out."""
    with psycopg.connect(home.owner) as owner:
        names = [name for (name,) in owner.execute(_TABLES, [list(schemas)])]
        return {name: _rows(owner, name, WALL_CLOCK) for name in names}


def present(home: Home) -> dict[str, list[dict[str, Any]]]:
    """What the core holds to be true now, whichever way it came to know it."""
    with psycopg.connect(home.owner) as owner:
        known = {
            name: _rows(owner, f"core.{name}", WAY, "where known_to is null")
            for name in ("unit", "cadre", "record", "mention", "link")
        }
        known["link"] = [row for row in known["link"] if row["verdict"] != "withdrawn"]
        return known | {"cadre_now": _rows(owner, "core.cadre_now", WAY, "where not gone")}


def _rows(owner: psycopg.Connection, table: str, without: list[str], where: str = "") -> list[dict[str, Any]]:
    query = f"select to_jsonb(t) - %s::text[] as row from {table} t {where}"
    return sorted((row for (row,) in owner.execute(query, [without])), key=repr)
