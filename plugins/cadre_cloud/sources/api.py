"""The pages of a gateway: all that was altered since a moment, though records move while they are read."""

import hashlib
import json
import logging
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from cadre_cloud.sources.arrival import Arrival, Later, Rest
from cadre_cloud.sources.gateway import Gateway
from transforms.contract import ApiSource, Contract
from transforms.formats.pages import SEPARATOR
from transforms.text import tellable

log = logging.getLogger(__name__)

LATE = timedelta(days=3)  # a record may arrive with a cursor this far behind what was already served
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_PASSES = 5  # over a set that moves while it is read


def arrivals(contract: Contract, day: date, since: datetime | None, rest: Rest) -> list[Arrival]:
    """One pull: every page of what was altered since the cursor and three days before."""
    assert isinstance(contract.source, ApiSource)  # noqa: S101  # chosen by kind
    begin = since - LATE if since else _BEGINNING
    dropped: Counter[str] = Counter()
    pull = partial(_pull, contract, contract.source, begin, dropped, rest)
    return [Arrival(file=contract.source.path, snapshot_on=day, chunks=pull, dropped=dropped)]


def _pull(contract: Contract, source: ApiSource, begin: datetime, dropped: Counter[str], rest: Rest) -> Iterable[bytes]:
    """All pages, again from the first until as many keys were seen as there are: a touched record pushes others up a page.

    It is enough as well if two passes saw the same, and all of it: not every record need have a key of its own. Of a later
    pass only pages are kept that bring something. Of an `allow_only` source each page is only its records, and these only what
    the contract names.
    """
    seen, before = dict[str, object](), b""
    with closing(Gateway(source, rest)) as gateway:
        for number in range(_PASSES):
            most = records = 0
            bodies = hashlib.sha256()
            for body, page in _pages(gateway, begin):
                bodies.update(body)
                most, records = max(most, page["total"]), records + len(page["data"])
                states = _states(contract, page["data"])
                if number == 0 or not states.items() <= seen.items():
                    yield SEPARATOR + (allowed(page["data"], set(contract.columns), dropped) if source.allow_only else body)
                seen |= states
                if len(seen) >= most:
                    return _tell_of(gateway, source)
            if records >= most and bodies.digest() == before:
                return _tell_of(gateway, source)
            before = bodies.digest()
    raise Later(f"{source.path}: the gateway's records moved, or were fewer than it said, in each of {_PASSES} passes")


def _pages(gateway: Gateway, begin: datetime) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Bodies as sent and as read, until as many records were seen as there are, or a page holds none."""
    number = seen = 0
    while True:
        number += 1
        body, page = gateway.page(begin, number)
        yield body, page
        seen += len(page["data"])
        if not page["data"] or seen >= page["total"]:
            return


def _states(contract: Contract, records: list[dict[str, Any]]) -> dict[str, object]:
    """The cursor of each record, by its key."""
    sources = {column.name: source for source, column in contract.columns.items()}
    items, cursor = [sources[name] for name in contract.key], sources.get(contract.cursor or "", "")
    return {_key(items, record): record.get(cursor) for record in records}


def _key(items: list[str], record: dict[str, Any]) -> str:
    """A record's key as keys compare; without one it is known by all that it says."""
    key = ["" if record.get(item) is None else unicodedata.normalize("NFKC", str(record[item])).strip() for item in items]
    return json.dumps(key if all(key) else record, sort_keys=True)


def allowed(records: list[dict[str, Any]], names: set[str], dropped: Counter[str]) -> bytes:
    """A page of records with single values alone, of items among some names; counts by name what was left out.

    What is wrapped into an item that is allowed has names of its own, which are not.
    """
    kept = [{item: value for item, value in record.items() if item in names and not _is_wrapped(value)} for record in records]
    dropped.update(tellable(item) for record, left in zip(records, kept, strict=True) for item in record.keys() - left.keys())
    return json.dumps({"data": kept}, ensure_ascii=False).encode()


def _is_wrapped(value: object) -> bool:
    return isinstance(value, dict | list)


def _tell_of(gateway: Gateway, source: ApiSource) -> None:
    """Say once how the gateway did."""
    if failures := gateway.patience.failures:
        said = ", ".join(f"{cause} ({number})" for cause, number in sorted(failures.items()))
        log.warning("%s: all pages came, though the gateway %s", source.path, said)
