"""The landing: what departments sent, byte for byte and encrypted, before anything reads it."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from airflow.sdk import ObjectStoragePath

from cadre_cloud import files, settings
from cadre_cloud.vault import vault


@dataclass(frozen=True)
class Landed:
    """Content by its SHA-256 (hex), its size in bytes, and its place below the landing."""

    sha256: str
    size: int
    place: str


def land(resource: str, chunks: Iterable[bytes]) -> Landed:
    """Keep what came; the same content of a resource is kept once, and nothing of what breaks off."""
    folder = ObjectStoragePath(settings.landing()) / resource
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{uuid.uuid4().hex}.part"
    digest = _Digest()
    try:
        with part.open("wb") as file:
            for block in vault().seal(digest.over(chunks)):
                file.write(block)
    except BaseException:  # the end of a task's time as well
        part.unlink(missing_ok=True)
        raise
    place = f"{resource}/{digest.hexdigest}"
    put(part, ObjectStoragePath(settings.landing()) / place)
    return Landed(digest.hexdigest, digest.size, place)


def put(part: ObjectStoragePath, path: ObjectStoragePath) -> None:
    """Give a written file its name, here once it is on the disk."""
    if part.protocol in ("", "file", "local"):
        files.put(Path(part.path), Path(path.path))
    else:
        part.replace(path)


def tidy(resource: str) -> None:
    """Remove what somebody who was killed had begun to land; while nobody else lands this resource."""
    for part in (ObjectStoragePath(settings.landing()) / resource).glob("*.part"):
        part.unlink(missing_ok=True)


def read(place: str) -> Iterator[bytes]:
    """What was landed at a place, as it was sent, some at a time."""
    with (ObjectStoragePath(settings.landing()) / place).open("rb") as file:
        yield from vault().open(file)


class _Digest:
    """Counts and hashes a stream that passes."""

    def __init__(self) -> None:
        self._hash, self.size = hashlib.sha256(), 0

    def over(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._hash.update(chunk)
            self.size += len(chunk)
            yield chunk

    @property
    def hexdigest(self) -> str:
        return self._hash.hexdigest()
