"""Encryption of whatever lies on a disk for a time, and of identity numbers in the warehouse.

One secret of 32 bytes (`CADRE_KEY`, base64) stands outside the database; a key for each use is derived from it. Every sealed
thing begins with a format byte. A sealed value is bound to its context, so that it cannot be moved to another row. While keys
are rotated there are several (`CADRE_KEY_BEFORE`): what any of them sealed opens, and `rotate_keys` seals it anew.
"""

import base64
import hashlib
import hmac
import io
import os
import resource
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyarrow.parquet import encryption

from cadre_cloud import settings
from cadre_cloud.storage.files import put

_FORMAT = b"\x01"
_NONCE, _TAG, _KEY = 12, 16, 32
_BLOCK = 1 << 20
HEADER = len(_FORMAT) + _NONCE + _KEY + _TAG  # bytes of a wrapped key: a sealed stream begins with one, a table has one beside it


@dataclass(frozen=True)
class _Keys:
    """A key for each use, derived from one secret, and a name for them that tells nothing."""

    name: str
    values: AESGCM
    wrap: AESGCM
    lookup: bytes

    @classmethod
    def of(cls, secret: bytes) -> Self:
        def key(use: bytes) -> bytes:
            return HKDF(SHA256(), _KEY, salt=None, info=b"cadre-cloud/" + use).derive(secret)

        return cls(key(b"name").hex()[:16], AESGCM(key(b"value")), AESGCM(key(b"wrap")), key(b"lookup"))


class Vault:
    """Seals under the keys of one secret, and opens what was sealed under those of any that it has."""

    def __init__(self, *secrets: bytes) -> None:
        """Of 32 bytes each; under the first one's it seals, unless it is told otherwise."""
        if any(len(secret) != _KEY for secret in secrets):
            raise ValueError("CADRE_KEY must be 32 bytes in base64")
        self._keys = {keys.name: keys for keys in map(_Keys.of, secrets)}
        self.names = list(self._keys)
        self._sealing = self._keys[self.names[0]]

    @property
    def sealing(self) -> str:
        """The name of the keys under which it seals."""
        return self._sealing.name

    def seal_under(self, name: str) -> None:
        """Seal under the keys of that name from now on; KeyError where it has none such."""
        self._sealing = self._keys[name]

    def seal_value(self, value: str, context: str) -> bytes:
        """Encrypt one value (AES-256-GCM) for its context, such as the row that it belongs to."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._sealing.values.encrypt(nonce, value.encode(), context.encode())

    def open_value(self, sealed: bytes, context: str) -> str:
        """Decrypt a value; raises `cryptography.exceptions.InvalidTag` under another context or key."""
        _, value = self._opened("values", sealed, context.encode())
        return value.decode()

    def lookup(self, value: str) -> bytes:
        """A keyed HMAC-SHA256 by which an equal value is found and from which none can be read."""
        return hmac.digest(self._sealing.lookup, value.encode(), hashlib.sha256)

    def seal(self, chunks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        """Encrypt a stream in blocks under a fresh key; order and end of the blocks are authenticated."""
        key = AESGCM.generate_key(256)
        yield self._wrapped(key)
        cipher, counter, pending = AESGCM(key), 0, bytearray()
        for chunk in chunks:
            pending += chunk
            while len(pending) > _BLOCK:
                yield cipher.encrypt(_counted(counter), bytes(pending[:_BLOCK]), b"more")
                del pending[:_BLOCK]
                counter += 1
        yield cipher.encrypt(_counted(counter), bytes(pending), b"last")

    def open(self, sealed: BinaryIO) -> Iterator[bytes]:
        """Decrypt a stream block by block; raises `InvalidTag` where a byte, a block or the end is not as it was sealed."""
        cipher = AESGCM(self._unwrapped(sealed.read(HEADER)))
        block, counter = sealed.read(_BLOCK + _TAG), 0
        while True:  # there is always a last block, if only an empty one
            following = sealed.read(_BLOCK + _TAG)
            yield cipher.decrypt(_counted(counter), block, b"more" if following else b"last")
            if not following:
                return
            block, counter = following, counter + 1

    def open_anywhere(self, sealed: BinaryIO) -> BinaryIO:
        """A sealed stream as a file that is read from anywhere; raises `InvalidTag` as `open` does, of the blocks it reads."""
        return io.BufferedReader(_Opened(AESGCM(self._unwrapped(sealed.read(HEADER))), sealed), _BLOCK)

    def write_table(self, path: Path, table: pa.Table) -> None:
        """Write an Arrow table as Parquet, encrypted (AES_GCM_V1) under a fresh key that lies sealed beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        key = AESGCM.generate_key(256)
        part, part_key = (path.with_name(f"{path.name}{end}.{os.getpid()}.part") for end in ("", ".key"))
        pq.write_table(
            table, part, compression="zstd", use_dictionary=False, write_statistics=False,
            encryption_properties=encryption.create_encryption_properties(key),
        )  # fmt: skip
        part_key.write_bytes(self._wrapped(key))
        put(part_key, _key_path(path))
        put(part, path)

    def read_table(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        """Read a table that `write_table` wrote, all of it or some columns."""
        key = self._unwrapped(_key_path(path).read_bytes())
        return pq.read_table(path, columns=columns, decryption_properties=encryption.create_decryption_properties(key))

    def copy_table(self, path: Path, to: Path) -> None:
        """Copy a table that `write_table` wrote, as it lies."""
        to.parent.mkdir(parents=True, exist_ok=True)
        for file, copy in ((_key_path(path), _key_path(to)), (path, to)):
            part = copy.with_name(f"{copy.name}.part")
            shutil.copyfile(file, part)
            put(part, copy)

    def write_rows(self, path: Path, rows: pa.Table) -> None:
        """Write an Arrow table that is read once and soon, as a sealed stream: Parquet costs eight times as much, LZ4 twice."""
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        with part.open("wb") as file:
            file.writelines(self.seal([memoryview(sink.getvalue())]))
        put(part, path)

    def read_rows(self, path: Path) -> pa.Table:
        """Read a table that `write_rows` wrote."""
        with path.open("rb") as file:
            return pa.ipc.open_stream(b"".join(self.open(file))).read_all()

    def rewrapped(self, header: bytes) -> bytes | None:
        """The header of something sealed, made anew under the keys by which this seals; None where it is, or is no header.

        Raises:
            InvalidTag: none of the keys opens it.
        """
        if len(header) < HEADER or not header.startswith(_FORMAT):
            return None
        keys, key = self._opened("wrap", header)
        return None if keys is self._sealing else self._wrapped(key)

    def _wrapped(self, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._sealing.wrap.encrypt(nonce, key, None)

    def _unwrapped(self, wrapped: bytes) -> bytes:
        return self._opened("wrap", wrapped)[1]

    def _opened(self, use: str, sealed: bytes, context: bytes | None = None) -> tuple[_Keys, bytes]:
        """What was sealed for a use, and under whose keys; another format is none of ours."""
        if sealed.startswith(_FORMAT):
            body = sealed[len(_FORMAT) :]
            for keys in self._keys.values():
                with suppress(InvalidTag):
                    return keys, getattr(keys, use).decrypt(body[:_NONCE], body[_NONCE:], context)
        raise InvalidTag


class _Opened(io.RawIOBase):
    """What was sealed in blocks, in the clear."""

    def __init__(self, cipher: AESGCM, sealed: BinaryIO) -> None:
        self._cipher, self._sealed, self._at = cipher, sealed, 0
        size = sealed.seek(0, io.SEEK_END) - HEADER
        self._last = max(-(-size // (_BLOCK + _TAG)) - 1, 0)
        self._size = size - (self._last + 1) * _TAG
        self._block = lru_cache(maxsize=1)(self._decrypted)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer from the block at this place, as far as that goes."""
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, _BLOCK)
        piece = self._block(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _decrypted(self, number: int) -> bytes:
        self._sealed.seek(HEADER + number * (_BLOCK + _TAG))
        block = self._sealed.read(_BLOCK + _TAG)
        return self._cipher.decrypt(_counted(number), block, b"last" if number == self._last else b"more")


@cache
def vault() -> Vault:
    """The vault of this process, by `CADRE_KEY` and, while keys are rotated, `CADRE_KEY_BEFORE` (several with commas)."""
    newest, before = settings.secret("CADRE_KEY"), settings.secret("CADRE_KEY_BEFORE")
    if not newest:
        raise RuntimeError("CADRE_KEY is not set: the key that encrypts what is landed, 32 bytes in base64")
    secrets = [newest, *filter(None, (before or "").split(","))]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the key, and whatever it opened
    return Vault(*(base64.b64decode(secret, validate=True) for secret in secrets))


def _counted(counter: int) -> bytes:
    return counter.to_bytes(_NONCE, "big")


def _key_path(path: Path) -> Path:
    return path.with_name(path.name + ".key")
