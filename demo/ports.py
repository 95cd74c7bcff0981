"""Ports on 127.0.0.1: each clone keeps its own from start to start, as long as nobody else takes them."""

import hashlib
import json
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

from demo.trouble import Trouble

# Below the ports that Linux hands out to outgoing connections, so that none of those takes ours by chance.
FIRST, LAST = 20_000, 29_999


def choose(var: Path, names: Iterable[str]) -> dict[str, int]:
    """Return a free port for each name: the remembered one if it is still free, and remember what was chosen."""
    kept = remembered(var)
    candidates = (port for port in _candidates(var) if port not in kept.values())
    chosen: dict[str, int] = {}
    for name in names:
        port = kept.get(name)
        while port is None or not is_free(port):
            port = next(candidates, None)
            if port is None:
                raise Trouble(f"No port between {FIRST} and {LAST} is free on 127.0.0.1.")
        chosen[name] = port
    (var / "ports.json").write_text(json.dumps(kept | chosen, indent=2))
    return chosen


def remembered(var: Path) -> dict[str, int]:
    """Return the ports of the last start by name; a stack that runs has these."""
    try:
        return json.loads((var / "ports.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}


def is_free(port: int) -> bool:
    """Tell whether a server could listen at 127.0.0.1:port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Tell whether somebody listens at 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _candidates(var: Path) -> Iterator[int]:
    """Yield all ports of the range once, from a place of the clone's own on."""
    start = int.from_bytes(hashlib.sha256(str(var.resolve()).encode()).digest()[:4])
    size = LAST - FIRST + 1
    return (FIRST + (start + step) % size for step in range(size))
