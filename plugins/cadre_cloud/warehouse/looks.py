"""Who looked at whom, when, why and through what: committed before anything is shown, each entry chained to the one before.

The database makes the chain. Whoever can do everything in the database could make another one, so the machine that somebody
looked on keeps the number and the hash of the entry too (`var/looks`).
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC
from pathlib import Path

from cadre_cloud import settings
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row

Heads = dict[int, str]  # the hash of some entries, by number

_HEAD = re.compile(r"[1-9]\d* [0-9a-f]{64}")

_NOTE = """
insert into core.look (who, why, through, cadre_no, delivery_id, row_no)
values (%(who)s, %(why)s, %(through)s, %(cadre_no)s, %(delivery_id)s, %(row_no)s)
returning look_no, hash"""


def note(
    warehouse: Warehouse, act: Act, through: str, *,
    cadre_no: str | None = None, delivery_id: str | None = None, row_no: int | None = None,
) -> None:  # fmt: skip
    """Note that somebody looks at an official, or at a refused row of a delivery; commits. Only then may it be shown."""
    _note(warehouse, act, through, [{"cadre_no": cadre_no, "delivery_id": delivery_id, "row_no": row_no}])


def note_officials(warehouse: Warehouse, act: Act, through: str, cadre_nos: Iterable[str]) -> None:
    """Note that somebody looks at some officials at once, an entry each; commits. Only then may anything of them be shown."""
    _note(warehouse, act, through, [{"cadre_no": cadre_no, "delivery_id": None, "row_no": None} for cadre_no in cadre_nos])


def _note(warehouse: Warehouse, act: Act, through: str, seen: list[Row]) -> None:
    by = {"who": act.who, "why": act.why, "through": through}
    entries = [warehouse.execute(_NOTE, by | one).fetchone() for one in seen]
    warehouse.commit()
    if heads := [f"{entry['look_no']} {entry['hash'].hex()}\n" for entry in entries if entry]:
        _witness("\n" + "".join(heads))


def witnessed() -> Heads:
    """What this machine knows of the log; where it knows two entries of one number, the one that was there first."""
    known: Heads = {}
    with suppress(FileNotFoundError):
        for line in _file().read_text("ascii").splitlines():
            with suppress(ValueError):  # an empty line, or one that a machine without power did not write to its end
                known.setdefault(*head_of(line))
    return known


def head_of(text: str) -> tuple[int, str]:
    """An entry's number and hash, as they are printed; raises ValueError where it is not that."""
    if not _HEAD.fullmatch(text):
        raise ValueError("no number and hash")
    number, digest = text.split()
    return int(number), digest


def hash_of(entry: Row) -> str:
    """What an entry's hash has to be; the same text is made in `core.look_hash`."""
    at = entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    said = [entry["look_no"], at, entry["who"], entry["why"], entry["through"], _hex(entry["whom"])]
    whole = [*said, entry["delivery_id"], entry["row_no"], _hex(entry["previous"])]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def faults(entries: Iterable[Row], known: Heads) -> Iterator[str]:
    """What is wrong with the log, a sentence each.

    Args:
        entries: all of it, by number.
        known: heads that were kept elsewhere.
    """
    number = 0
    last: str | None = None
    for entry in entries:
        if missing := _span(number + 1, entry["look_no"] - 1):
            yield f"{missing} missing"
        is_next = entry["look_no"] == number + 1
        number, digest = entry["look_no"], _hex(entry["hash"])
        if digest != hash_of(entry) or not _is_whom(entry):
            yield f"entry {number} does not say what was written: it was changed, or stood elsewhere"
        elif is_next and _hex(entry["previous"]) != last:
            yield f"entry {number} was not written after entry {number - 1} as that is now"
        elif known.get(number, digest) != digest:
            yield f"entry {number} is another one than was written"
        last = digest
    if cut := _span(number + 1, max(known, default=0)):
        yield f"{cut} cut off"


def _span(first: int, last: int) -> str:
    if first > last:
        return ""
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _is_whom(entry: Row) -> bool:
    """Whether the official is the one whose digest stands in the entry; of one who is deleted only that is left."""
    if entry["cadre_no"] is None:
        return True
    return hashlib.sha256(entry["salt"] + entry["cadre_no"].encode()).digest() == entry["whom"]


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _witness(line: str) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _file() -> Path:
    return settings.var() / "looks"
