"""A folder that a department puts its files into; nothing there is ever changed or removed."""

import logging
import os
import re
import stat
import time
import unicodedata
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import IO

from airflow.sdk import ObjectStoragePath

from cadre_cloud import settings
from cadre_cloud.sources import forms
from cadre_cloud.sources.arrival import Arrival, Later, NotRead, Rest, SourceError
from transforms.contract import Contract, DropSource
from transforms.text import tellable

log = logging.getLogger(__name__)

_AHEAD = timedelta(days=180)  # a name may be so far ahead of the day; further, such as a year, is a slip
_BLOCK = 1 << 20
_PATIENCE = 6  # quiet times that a file is waited for which is being written to
_NO_DELIVERY = re.compile(r"^[.~]|\.(part|partial|filepart|tmp|crdownload)$")  # hidden, locks, and files on their way
_DATES = (
    re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)?"),
    re.compile(r"(?<!\d)(20\d\d)[-.年](\d\d?)(?:[-.月](\d\d?))?"),
)
_ON_DISK = ("", "file", "local")
_WITH_FOLDERS = (*_ON_DISK, "sftp", "ssh", "smb")
_NO_LINK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True)
class _Look:
    """What a file looks like from outside; `refused` says why it is none that can be read."""

    size: int
    modified_at: datetime
    refused: str | None = None


def arrivals(contract: Contract, day: date, since: datetime | None, rest: Rest) -> list[Arrival]:
    """Every file of the contract's pattern in the resource's folder, in the order of the dates in their names.

    Width and case of a name do not matter. A file that was written to a moment ago is waited for; one that cannot be read,
    is no file or goes on changing is an arrival all the same, and says so when its bytes are wanted. A folder that is not
    there, or no longer, is a share that is not mounted, and not one in which nothing lies.
    """
    assert isinstance(contract.source, DropSource)  # noqa: S101  # chosen by kind
    folder = ObjectStoragePath(settings.drop()) / contract.resource
    try:
        looks = _quiet(_deliveries(folder, contract.source.files)) if folder.exists() else {}
        _check_there(folder)
    except OSError as error:
        _check_there(folder)
        raise SourceError(f"the folder of {contract.resource} cannot be read: {error.strerror}") from None
    found = [_arrival(contract, path, look, day) for path, look in looks.items()]
    return sorted(found, key=lambda arrival: (arrival.snapshot_on, arrival.file))


def _check_there(folder: ObjectStoragePath) -> None:
    """A store of objects knows no folder apart from what lies in it; where there are folders, one that is gone is told."""
    if folder.protocol in _WITH_FOLDERS and not folder.exists():
        raise Later(f"the folder of {folder.name} is not there")


def _deliveries(folder: ObjectStoragePath, pattern: str) -> list[ObjectStoragePath]:
    named = [path for path in folder.iterdir() if not _NO_DELIVERY.search(_plain(path.name))]
    meant = [path for path in named if is_meant(path.name, pattern)]
    if len(meant) < len(named):
        others = ", ".join(sorted(tellable(path.name) for path in named if path not in meant))
        log.warning("%s: not read, as their names are not %s: %s", folder.name, pattern, others)
    return meant


def is_meant(name: str, pattern: str) -> bool:
    """Whether a file's name is of a contract's pattern; width and case do not matter."""
    return fnmatchcase(_plain(name), _plain(pattern))


def _quiet(paths: list[ObjectStoragePath]) -> dict[ObjectStoragePath, _Look]:
    """How files look that nobody has written to for a while; those for which that was waited in vain say so."""
    quiet = settings.drop_quiet()
    looks = {path: look for path in paths if (look := _look(path))}
    fresh = datetime.fromtimestamp(time.time() - quiet, UTC)
    restless = [path for path, look in looks.items() if not look.refused and look.modified_at > fresh]
    for _ in range(_PATIENCE if quiet else 0):
        if not restless:
            break
        time.sleep(quiet)
        again = {path: look for path in restless if (look := _look(path))}
        restless = [path for path, look in again.items() if look != looks[path]]
        looks |= again
    changing = {path: replace(looks[path], refused="being_written") for path in restless} if quiet else {}
    return looks | changing


def _look(path: ObjectStoragePath) -> _Look | None:
    """None where it is gone by now. Only on a disk of ours can links and devices be told."""
    try:
        if local := _local(path):
            status = local.lstat()
            return _Look(status.st_size, datetime.fromtimestamp(status.st_mtime, UTC), _no_file(status.st_mode))
        about = path.fs.info(path.path)
        if about["type"] != "file":
            return _Look(0, datetime.fromtimestamp(0, UTC), "folder")
        return _Look(about["size"], path.fs.modified(path.path))
    except FileNotFoundError:
        return None


def _no_file(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    return "link" if stat.S_ISLNK(mode) else "folder" if stat.S_ISDIR(mode) else "no_file"


def _arrival(contract: Contract, path: ObjectStoragePath, look: _Look, day: date) -> Arrival:
    dates = _dates_in(_plain(path.name), day)
    snapshot_on = next(filter(None, dates), day)
    if dates and not any(dates):
        look = replace(look, refused=look.refused or "no_day")
    elif snapshot_on > day + _AHEAD:  # it would make all that comes until then out of date
        look = replace(look, refused=look.refused or "far_day")
    dropped: Counter[str] = Counter()
    return Arrival(
        file=tellable(path.name),
        snapshot_on=snapshot_on,
        chunks=partial(
            _chunks,
            path,
            look,
            partial(forms.landed, contract, dropped, tellable(path.name)) if contract.brings_forms else _blocks,
        ),
        size=look.size,
        modified_at=look.modified_at,
        dropped=dropped,
    )


def _blocks(file: IO[bytes]) -> Iterable[bytes]:
    """A file as it is."""
    while block := file.read(_BLOCK):
        yield block


def _chunks(path: ObjectStoragePath, look: _Look, landed: Callable[[IO[bytes]], Iterable[bytes]]) -> Iterable[bytes]:
    """A file's bytes; NotRead where there are none to be had, or where they changed meanwhile."""
    if look.refused:
        raise NotRead(look.refused)
    try:
        with _opened(path) as file:
            yield from landed(file)
        if _look(path) != look:
            _check_there(path.parent)
            raise NotRead("being_written")
    except OSError as error:
        _check_there(path.parent)
        raise NotRead("being_written" if isinstance(error, FileNotFoundError) else "unreadable") from error


def _opened(path: ObjectStoragePath) -> IO[bytes]:
    """The file itself, even if somebody puts a link or a pipe in its place at this moment."""
    local = _local(path)
    return os.fdopen(os.open(local, _NO_LINK), "rb") if local else path.open("rb")


def _local(path: ObjectStoragePath) -> Path | None:
    return Path(path.path) if path.protocol in _ON_DISK else None


def _dates_in(name: str, today: date) -> list[date | None]:
    """Dates of this century in a name, such as 20260601, 202606, 2026-06-01 or 2026年6月, null where there is no such day.

    A month is its last day, or today while it goes on: what such a file holds was so in that month.
    """
    return [
        _date(int(year), int(month), int(day or 0), today) for pattern in _DATES for year, month, day in pattern.findall(name)
    ]


def _date(year: int, month: int, day: int, today: date) -> date | None:
    try:
        if day:
            return date(year, month, day)
        last = date(year, month, monthrange(year, month)[1])
        return min(last, max(today, last.replace(day=1)))
    except ValueError:
        return None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
