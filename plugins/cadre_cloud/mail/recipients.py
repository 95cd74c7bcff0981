"""Who gets mail: supervisors by the regions they answer for, and the data engineers."""

import csv
import os
import re
from pathlib import Path

from cadre_cloud import settings
from cadre_cloud.mail import MailError
from cadre_cloud.warehouse.connection import Warehouse

Recipient = tuple[str, ...]

# Of an address, what every mail server takes and nothing that could end a header or a command: RFC 5322's dot-atoms.
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"(?=.{{1,254}}$){_WORD}(\.{_WORD})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_FIELDS = {
    "region_prefix": re.compile(r"([0-9]{2}){0,3}"),
    "role": re.compile("supervisor|engineer"),
    "address": _ADDRESS,
    "user_name": re.compile(r"[^\x00-\x1f\x7f]*"),
}


def is_address(text: str) -> bool:
    """Whether a mail can be addressed so."""
    return bool(_ADDRESS.fullmatch(text))


def load(warehouse: Warehouse) -> None:
    """Bring the table up to `CADRE_RECIPIENTS`, a CSV of `region_prefix,role,address,user_name`.

    Without it, a rehearsal writes to `supervisor.<region_code>@example.test` and `engineer@example.test`; a deployment keeps
    what the table holds.

    Raises:
        MailError: the file cannot be read, names nobody, or has a row that says nothing; the table is as it was.
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
        "insert into mail.recipient (region_prefix, role, address, user_name) values (%s, %s, %s, %s) on conflict do nothing",
        rows,
    )


def _read(path: Path) -> list[Recipient]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError, csv.Error) as error:
        raise MailError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    if not rows:
        raise MailError(f"{path.name} names nobody")
    return [_recipient(f"{path.name}, row {number}", row) for number, row in enumerate(rows, start=1)]


def _recipient(place: str, row: dict[str, str | None]) -> Recipient:
    found = {field: value.strip() for field, value in row.items() if field in _FIELDS and value is not None}
    wrong = [field for field, form in _FIELDS.items() if field not in found or not form.fullmatch(found[field])]
    if wrong:
        raise MailError(f"{place}: no good {' and '.join(wrong)}")
    return tuple(found[field] for field in _FIELDS)


def _rehearsal(warehouse: Warehouse) -> list[Recipient]:
    regions = [row["region_code"] for row in warehouse.execute("select region_code from core.region order by 1")]
    supervisors = [(region, "supervisor", f"supervisor.{region}@example.test", f"supervisor.{region}") for region in regions]
    return [*supervisors, ("", "engineer", "engineer@example.test", "engineer")]
