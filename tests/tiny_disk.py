"""A disk of its own for a process, of whatever size: a tmpfs that nobody else sees and that goes with the process."""

import ctypes
import errno
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USERS = 0x0002_0000, 0x1000_0000
_READ_ONLY, _REMOUNT, _PRIVATE = 1, 32, 0x4_4000
_libc = ctypes.CDLL(None, use_errno=True)


def settle_down() -> None:
    """Let this process, which has to be a forked one, mount what it likes without anybody else's seeing it; root or not."""
    user, group = os.getuid(), os.getgid()
    _do("unshare", _NEW_MOUNTS | (0 if user == 0 else _NEW_USERS))
    if user != 0:
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            Path(f"/proc/self/{name}").write_text(line)
    _do("mount", b"none", b"/", None, _PRIVATE, None)


class TinyDisk:
    """A disk at a folder, whose files so far stay below it."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self._folder, self._filler = folder, folder / "filler"
        self._megabytes = megabytes
        self._mount(0)

    def fill(self) -> None:
        """Leave no room on it."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC

    def clear(self) -> None:
        """Take away what fills it."""
        self._filler.unlink()

    def forbid_writing(self) -> None:
        self._mount(_REMOUNT | _READ_ONLY)

    def allow_writing(self) -> None:
        self._mount(_REMOUNT)

    def _mount(self, flags: int) -> None:
        _do("mount", b"tiny", str(self._folder).encode(), b"tmpfs", flags, f"size={self._megabytes}m".encode())


def _do(call: str, *arguments: object) -> None:
    if getattr(_libc, call)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{call}: {os.strerror(ctypes.get_errno())}")
