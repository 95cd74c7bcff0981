"""The landing: what departments sent, byte for byte and encrypted, before anything reads it."""

import hashlib
import json
import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from airflow.sdk import ObjectStoragePath

from cadre_cloud import settings
from cadre_cloud.storage import files
from cadre_cloud.storage.vault import vault

_NOTE = ".note"


@dataclass(frozen=True)
class Landed:
    """Content by its SHA-256 (hex), its size in bytes, and its place below the landing."""

    sha256: str
    size: int
    place: str


def land(resource: str, chunks: Iterable[bytes]) -> Landed:
    """Keep what came; the same content of a resource is kept once, and nothing of what breaks off."""
    folder = _folder(resource)
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


def kept(resource: str, chunks: Iterable[bytes]) -> Landed | None:
    """What lies there of a resource with just this content, found by its hash; none if it does not."""
    digest = _Digest()
    deque(digest.over(chunks), maxlen=0)
    place = f"{resource}/{digest.hexdigest}"
    is_there = (ObjectStoragePath(settings.landing()) / place).exists()
    return Landed(digest.hexdigest, digest.size, place) if is_there else None


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


@contextmanager
def opened(place: str) -> Iterator[BinaryIO]:
    """What was landed at a place, to be read from wherever in it."""
    with (ObjectStoragePath(settings.landing()) / place).open("rb") as file:
        yield vault().open_anywhere(file)


def write_note(resource: str, name: str, said: dict[str, Any]) -> None:
    """Keep a note beside what is landed of a resource, sealed as that is, in place of an earlier one of the name."""
    folder = _folder(resource)
    part = folder / f"{uuid.uuid4().hex}.part"
    content = json.dumps(said, ensure_ascii=False, default=lambda value: value.isoformat()).encode()
    part.write_bytes(b"".join(vault().seal([content])))
    put(part, folder / f"{name}{_NOTE}")


def read_note(resource: str, name: str) -> dict[str, Any]:
    """What a note says; days and times as text."""
    said: dict[str, Any] = json.loads(b"".join(read(f"{resource}/{name}{_NOTE}")))
    return said


def remove_note(resource: str, name: str) -> None:
    """Remove a note, if it is there."""
    (_folder(resource) / f"{name}{_NOTE}").unlink(missing_ok=True)


def notes(resource: str) -> list[str]:
    """The names of the notes of a resource, sorted."""
    folder = ObjectStoragePath(settings.landing()) / resource
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    return sorted(name.removesuffix(_NOTE) for name in names if name.endswith(_NOTE))


def _folder(resource: str) -> ObjectStoragePath:
    folder = ObjectStoragePath(settings.landing()) / resource
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
