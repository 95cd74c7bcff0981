"""Under which key the warehouse's numbers are sealed, and that it stays so while anybody is at work on them.

A process may have several (`CADRE_KEY`, and `CADRE_KEY_BEFORE` while they are rotated). It seals under the one that the
warehouse names: so processes that have the old one alone and processes that have both get on with each other, until
`rotate_keys` has moved everything and names the new one.
"""

import time

from psycopg import Connection
from psycopg.rows import DictRow

from cadre_cloud import settings
from cadre_cloud.readable import Readable
from cadre_cloud.storage.vault import vault

_WAIT = 0.2  # seconds


class OtherKeys(Readable):
    """A process whose keys are not the one that the warehouse is sealed under."""


def share(warehouse: Connection[DictRow]) -> None:
    """Until this session ends the key stays as it is. A process that has none can neither seal nor open anything.

    Raises:
        OtherKeys: the warehouse is sealed under another one.
    """
    warehouse.execute("select pg_advisory_lock_shared(hashtext('cadre keys'))")
    if settings.secret("CADRE_KEY"):
        _seal_as_named(warehouse)
    warehouse.commit()


def take(warehouse: Connection[DictRow]) -> None:
    """Until this session ends nobody else is at work; waits for those who are. Raises like `share`."""
    while not _is_alone(warehouse):
        time.sleep(_WAIT)  # not in the queue, where whoever came later would have to wait behind it
    _seal_as_named(warehouse)
    warehouse.commit()


def named(warehouse: Connection[DictRow]) -> str | None:
    """The name of the key that everything in the warehouse is sealed under; none before anything was."""
    row = warehouse.execute("select key_name from core.sealed_under").fetchone()
    return row["key_name"] if row else None


def name(warehouse: Connection[DictRow], key_name: str) -> None:
    """From this transaction on everything in the warehouse is sealed under that key."""
    warehouse.execute("update core.sealed_under set key_name = %s", [key_name])


def _is_alone(warehouse: Connection[DictRow]) -> bool:
    row = warehouse.execute("select pg_try_advisory_lock(hashtext('cadre keys')) as is_alone").fetchone()
    warehouse.commit()
    return bool(row and row["is_alone"])


def _seal_as_named(warehouse: Connection[DictRow]) -> None:
    """Seal under the key that the warehouse names. Where it names none yet, that is the oldest that we have."""
    known, key_name = vault().names, named(warehouse)
    if key_name is None:
        warehouse.execute("insert into core.sealed_under values (%s) on conflict do nothing", [known[-1]])
        key_name = named(warehouse)
    if key_name not in known:
        raise OtherKeys("the warehouse is sealed under another key than this process has in CADRE_KEY or CADRE_KEY_BEFORE")
    vault().seal_under(key_name)
