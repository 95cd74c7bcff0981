"""Files that are there whole, or not at all, whatever happens while they are written."""

import os
from pathlib import Path


def put(part: Path, path: Path) -> None:
    """Give a written file its name, once it is on the disk: after a power cut, too, the name stands for all of it."""
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
