"""A file with a form, or an archive of such files: each form by itself. Whatever comes is taken for the work of an enemy.

Nothing is unpacked to a disk, and a member's name names nothing but the member.
"""

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from transforms.forms import lrm, lrmx
from transforms.forms.layout import PHOTO, NoForm, Texts
from transforms.text import tellable

_MB = 1 << 20
LARGEST_FORM = 16 * _MB  # with its photo
_LONGEST, _MOST = 100_000, 200  # characters of all other texts, and places
_LARGEST_ARCHIVE = 256 * _MB  # within another
_SMALL, _TIMES = 64 * _MB, 100  # all of an archive unpacked may be so much, or so many times its size
_MEMBERS = 200_000
_DEEPEST = 3
_ARCHIVE = b"PK\x03\x04"
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # flags of a member
_BESIDE = re.compile(r"(^|/)(__MACOSX/|[.~][^/]*$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_PHOTO = re.compile(r"\.(pic|jpe?g|png|bmp|gif)$", re.IGNORECASE)
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


@dataclass(frozen=True)
class Found:
    """A form in a file: its name, in an archive or by itself, the SHA-256 of its bytes, and its texts or why it has none.

    There is no hash where the bytes are not to be had.
    """

    name: str
    sha256: str | None
    texts: Texts | None
    problem: str | None


def forms(file: IO[bytes], name: str) -> Iterator[Found]:
    """Every form in a file that can be read anywhere. Photos beside the forms are passed over.

    Raises:
        NoForm: an archive that is `broken` as a whole, or `too_big` unpacked.
    """
    if file.read(len(_ARCHIVE)) == _ARCHIVE:
        size = file.seek(0, io.SEEK_END)
        yield from _members(file, _Budget(max(_SMALL, _TIMES * size)), 1)
        return
    file.seek(0)
    raw = file.read(LARGEST_FORM + 1)
    yield _found(raw, name) if len(raw) <= LARGEST_FORM else Found(tellable(name), None, None, "too_big")


@dataclass
class _Budget:
    """How much may still be unpacked, and how many members looked at."""

    left: int
    members: int = _MEMBERS

    def spend(self, size: int) -> None:
        self.left -= size
        self.members -= 1
        if min(self.left, self.members) < 0:
            raise NoForm("too_big")


def _members(file: IO[bytes], budget: _Budget, depth: int) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN:
        raise NoForm("broken") from None
    for member in archive.infolist():
        name = _name(member)
        if member.is_dir() or _BESIDE.search(name) or _PHOTO.search(name):
            continue
        try:
            raw = _read(archive, member)
        except NoForm as error:
            budget.spend(0)
            yield Found(tellable(name), None, None, error.reason)
            continue
        budget.spend(len(raw))
        if raw.startswith(_ARCHIVE):
            yield from _within(raw, name, budget, depth)
        elif len(raw) > LARGEST_FORM:
            yield Found(tellable(name), None, None, "too_big")
        else:
            yield _found(raw, name)


def _within(raw: bytes, name: str, budget: _Budget, depth: int) -> Iterator[Found]:
    """An archive in an archive; one that cannot be read is a member that cannot."""
    if depth == _DEEPEST:
        yield Found(tellable(name), None, None, "too_big")
        return
    try:
        yield from _members(io.BytesIO(raw), budget, depth + 1)
    except NoForm as error:
        if error.reason == "too_big":
            raise
        yield Found(tellable(name), None, None, error.reason)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's bytes, and no more of them than an archive may have, whatever it says of its size."""
    if member.flag_bits & _ENCRYPTED:
        raise NoForm("encrypted")
    try:
        with archive.open(member) as content:
            beginning = content.read(len(_ARCHIVE))
            most = _LARGEST_ARCHIVE if beginning == _ARCHIVE else LARGEST_FORM
            return beginning + content.read(most)
    except _BROKEN:
        raise NoForm("broken") from None


def _name(member: zipfile.ZipInfo) -> str:
    """Chinese programs write names in GBK without saying so."""
    if member.flag_bits & _UTF_8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return member.filename


def _found(raw: bytes, name: str) -> Found:
    sha256 = hashlib.sha256(raw).hexdigest()
    try:
        texts = _texts(raw)
        _refuse_endless(texts)
        return Found(tellable(name), sha256, texts, None)
    except NoForm as error:
        return Found(tellable(name), sha256, None, error.reason)


def _refuse_endless(texts: Texts) -> None:
    """Nobody's form is as long as a book."""
    written = sum(len(str(said)) for name, said in texts.items() if name != PHOTO)
    if written > _LONGEST or len(texts) > _MOST:
        raise NoForm("too_big")


def _texts(raw: bytes) -> Texts:
    """By what is in it, whatever its name says."""
    beginning = raw[:64].translate(None, b"\x00\xef\xbb\xbf\xff\xfe \t\r\n")
    if beginning.startswith(b"<"):
        return lrmx.read(raw)
    return lrm.read(raw)
