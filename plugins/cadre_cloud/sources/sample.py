"""A department's sample in a file, as what its source would have brought: to try a contract before there is a source."""

import codecs
import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from cadre_cloud.sources import forms
from cadre_cloud.sources.api import allowed
from cadre_cloud.sources.arrival import Arrival, NotRead, SourceError
from cadre_cloud.sources.database import as_csv, as_text
from transforms.contract import ApiSource, Contract
from transforms.formats.pages import SEPARATOR
from transforms.text import tellable

_JSON = (b"{", b"[")


def arrival(contract: Contract, path: Path) -> Arrival:
    """What a file holds of a resource, as an arrival.

    Files that are dropped are taken as they are. Of a gateway it is a page, a list of records or a record a line, in JSON; of
    a database CSV with a header, or JSON likewise.

    Raises:
        SourceError: the file is not there, or is JSON that cannot be read. From `chunks`, too.
    """
    if not path.is_file():
        raise SourceError(f"there is no file {path}")
    dropped: Counter[str] = Counter()
    by_kind: dict[str, Callable[[Path], Iterable[bytes]]] = {
        "drop": partial(_forms, contract, dropped) if contract.brings_forms else _as_it_is,
        "database": _rows,
        "api": partial(_page, contract, dropped),
    }
    chunks = by_kind[contract.source.kind]
    return Arrival(file=tellable(path.name), snapshot_on=date.min, chunks=partial(chunks, path), dropped=dropped)


def _as_it_is(path: Path) -> Iterable[bytes]:
    yield path.read_bytes()


def _forms(contract: Contract, dropped: Counter[str], path: Path) -> Iterable[bytes]:
    try:
        with path.open("rb") as file:
            yield from forms.landed(contract, dropped, tellable(path.name), file)
    except NotRead as error:
        raise SourceError(f"{path.name} cannot be read: {error.reason}") from None


def _page(contract: Contract, dropped: Counter[str], path: Path) -> Iterable[bytes]:
    records = _records(path, path.read_bytes())
    if isinstance(contract.source, ApiSource) and contract.source.allow_only:
        yield SEPARATOR + allowed(records, set(contract.columns), dropped)
    else:
        yield SEPARATOR + json.dumps({"data": records}, ensure_ascii=False).encode()


def _rows(path: Path) -> Iterable[bytes]:
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    if not raw.lstrip().startswith(_JSON):
        yield raw
        return
    records = _records(path, raw)
    header = list(dict.fromkeys(name for record in records for name in record))
    yield as_csv([header, *([as_text(record.get(name)) for name in header] for record in records)])


def _records(path: Path, raw: bytes) -> list[dict[str, Any]]:
    """The records of a page, of a list, or of a file with one a line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{path.name} is not in UTF-8, as JSON has to be") from None
    try:
        said = json.loads(text)
    except ValueError:
        said = [_record(path, number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if isinstance(said, dict):
        said = said["data"] if isinstance(said.get("data"), list) else [said]
    if not isinstance(said, list) or not all(isinstance(record, dict) for record in said):
        raise SourceError(f"{path.name} holds no records: a JSON object each, in a page, in a list, or one a line")
    return said


def _record(path: Path, number: int, line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        raise SourceError(f"{path.name}, line {number} is not JSON") from None
