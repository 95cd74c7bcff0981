"""A folder that a department puts its files into; nothing there is ever changed or removed."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial

from airflow.sdk import ObjectStoragePath

from cadre_cloud import settings
from cadre_cloud.sources.arrival import Arrival, SourceError
from transforms.contract import Contract, DropSource

_BLOCK = 1 << 20
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})?")


def arrivals(contract: Contract, day: date, since: datetime | None) -> list[Arrival]:
    """Every file of the contract's pattern in the resource's folder, in the order of the dates in their names."""
    assert isinstance(contract.source, DropSource)  # noqa: S101  # chosen by kind
    folder = ObjectStoragePath(settings.drop()) / contract.resource
    try:
        files = [path for path in folder.glob(contract.source.files) if path.is_file()] if folder.exists() else []
        found = [_arrival(path, day) for path in files]
    except OSError as error:
        raise SourceError(f"the folder of {contract.resource} cannot be read: {error.strerror}") from error
    return sorted(found, key=lambda arrival: (arrival.snapshot_on, arrival.file))


def _arrival(path: ObjectStoragePath, day: date) -> Arrival:
    status = path.stat()
    return Arrival(
        file=path.name,
        snapshot_on=_date_in(path.name) or day,
        chunks=partial(_chunks, path),
        size=status.st_size,
        modified_at=datetime.fromtimestamp(status.st_mtime, UTC),
    )


def _date_in(name: str) -> date | None:
    found = _DATE.search(name)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def _chunks(path: ObjectStoragePath) -> Iterable[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
