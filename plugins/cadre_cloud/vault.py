"""Encryption of whatever lies on a disk for a time, and of identity numbers in the warehouse.

One secret of 32 bytes (`CADRE_KEY`, base64) stands outside the database; a key for each use is derived from it. Every sealed
thing begins with a format byte. A sealed value is bound to its context, so that it cannot be moved to another row.
"""

import base64
import hashlib
import hmac
import os
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyarrow.parquet import encryption

from cadre_cloud.files import put

_FORMAT = b"\x01"
_NONCE, _TAG, _KEY = 12, 16, 32
_BLOCK = 1 << 20


class Vault:
    """Seals and opens, with keys derived from one secret."""

    def __init__(self, secret: bytes) -> None:
        """`secret` has 32 bytes."""
        if len(secret) != _KEY:
            raise ValueError("CADRE_KEY must be 32 bytes in base64")
        self._secret = secret
        self._values = AESGCM(self._key(b"value"))
        self._wrap = AESGCM(self._key(b"wrap"))
        self._lookup = self._key(b"lookup")
        self.index_seed = self._key(b"index").hex()

    def _key(self, use: bytes) -> bytes:
        return HKDF(SHA256(), _KEY, salt=None, info=b"cadre-cloud/" + use).derive(self._secret)

    def seal_value(self, value: str, context: str) -> bytes:
        """Encrypt one value (AES-256-GCM) for its context, such as the row that it belongs to."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._values.encrypt(nonce, value.encode(), context.encode())

    def open_value(self, sealed: bytes, context: str) -> str:
        """Decrypt a value; raises `cryptography.exceptions.InvalidTag` under another context or key."""
        body = _body(sealed)
        return self._values.decrypt(body[:_NONCE], body[_NONCE:], context.encode()).decode()

    def lookup(self, value: str) -> bytes:
        """A keyed HMAC-SHA256 by which an equal value is found and from which none can be read."""
        return hmac.digest(self._lookup, value.encode(), hashlib.sha256)

    def seal(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Encrypt a stream in blocks under a fresh key; order and end of the blocks are authenticated."""
        key = AESGCM.generate_key(256)
        yield _FORMAT + self._wrapped(key)
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
        cipher = AESGCM(self._unwrapped(_body(sealed.read(len(_FORMAT) + _NONCE + _KEY + _TAG))))
        block, counter = sealed.read(_BLOCK + _TAG), 0
        while True:  # there is always a last block, if only an empty one
            following = sealed.read(_BLOCK + _TAG)
            yield cipher.decrypt(_counted(counter), block, b"more" if following else b"last")
            if not following:
                return
            block, counter = following, counter + 1

    def write_table(self, path: Path, table: pa.Table) -> None:
        """Write an Arrow table as Parquet, encrypted (AES_GCM_V1) under a fresh key that lies sealed beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        key = AESGCM.generate_key(256)
        part, part_key = (path.with_name(f"{path.name}{end}.{os.getpid()}.part") for end in ("", ".key"))
        pq.write_table(
            table, part, compression="zstd", use_dictionary=False, write_statistics=False,
            encryption_properties=encryption.create_encryption_properties(key),
        )  # fmt: skip
        part_key.write_bytes(_FORMAT + self._wrapped(key))
        put(part_key, _key_path(path))
        put(part, path)

    def read_table(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        """Read a table that `write_table` wrote, all of it or some columns."""
        key = self._unwrapped(_body(_key_path(path).read_bytes()))
        return pq.read_table(path, columns=columns, decryption_properties=encryption.create_decryption_properties(key))

    def copy_table(self, path: Path, to: Path) -> None:
        """Copy a table that `write_table` wrote, as it lies."""
        to.parent.mkdir(parents=True, exist_ok=True)
        for file, copy in ((_key_path(path), _key_path(to)), (path, to)):
            part = copy.with_name(f"{copy.name}.part")
            shutil.copyfile(file, part)
            put(part, copy)

    def _wrapped(self, key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._wrap.encrypt(nonce, key, None)

    def _unwrapped(self, wrapped: bytes) -> bytes:
        return self._wrap.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], None)


@cache
def vault() -> Vault:
    """The vault of this process, by `CADRE_KEY`."""
    try:
        return Vault(base64.b64decode(os.environ["CADRE_KEY"], validate=True))
    except KeyError as error:
        raise RuntimeError("CADRE_KEY is not set: the key that encrypts what is landed, 32 bytes in base64") from error


def _body(sealed: bytes) -> bytes:
    """What follows the format byte; another format is none of ours."""
    if not sealed.startswith(_FORMAT):
        raise InvalidTag
    return sealed[len(_FORMAT) :]


def _counted(counter: int) -> bytes:
    return counter.to_bytes(_NONCE, "big")


def _key_path(path: Path) -> Path:
    return path.with_name(path.name + ".key")
