"""Who gets mail: supervisors by the regions they answer for, and the data engineers."""

import csv
import os
import re
from pathlib import Path

from cadre_cloud import settings
from cadre_cloud.errors import Plain
from cadre_cloud.warehouse import Warehouse

_FIELDS = ("region_prefix", "role", "address", "user_name")
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")  # alone, so that it can stand in a head of a mail


class BadRecipients(Plain, ValueError):
    """`CADRE_RECIPIENTS` is not of its form."""


def load(warehouse: Warehouse) -> None:
    """Bring the table up to `CADRE_RECIPIENTS`, a CSV of `region_prefix,role,address,user_name`.

    Without it, a rehearsal writes to `supervisor.<region_code>@example.test` and `engineer@example.test`; a deployment keeps
    what the table holds.

    Raises:
        BadRecipients: the file lacks a column, names a role that there is not, or something that is no address.
    """
    path = os.environ.get("CADRE_RECIPIENTS")
    if path:
        rows = _read(Path(path))
    elif settings.is_rehearsal():
        rows = _rehearsal(warehouse)
    else:
        return
    warehouse.execute("delete from mail.recipient")
    warehouse.cursor().executemany(
        "insert into mail.recipient (region_prefix, role, address, user_name) values (%s, %s, %s, %s)", rows
    )


def _read(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=1):
        known = all(isinstance(row.get(field), str) for field in _FIELDS)
        if not known or row["role"].strip() not in ("supervisor", "engineer") or not _ADDRESS.fullmatch(row["address"].strip()):
            raise BadRecipients(f"{path.name}, row {number}: wants {', '.join(_FIELDS)}, role supervisor or engineer")
    return [tuple(row[field].strip() for field in _FIELDS) for row in rows]


def _rehearsal(warehouse: Warehouse) -> list[tuple[str, ...]]:
    regions = warehouse.execute("select region_code from core.region order by 1").fetchall()
    supervisors = [
        (
            row["region_code"],
            "supervisor",
            f"supervisor.{row['region_code']}@example.test",
            f"supervisor.{row['region_code']}",
        )
        for row in regions
    ]
    return [*supervisors, ("", "engineer", "engineer@example.test", "engineer")]
