"""What a city's departments sent about people, in every form in which a program might have written it down."""

import base64
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cadre_cloud import contracts
from demo.city.identity import hashed
from demo.stack import salts
from transforms.contract import ApiSource, Contract
from transforms.forms.files import forms
from transforms.forms.layout import NoForm

ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dXx](?!\d)")
NAME = re.compile(r"[\u4e00-\u9fff]{3,4}|[\u4e00-\u9fff]{2}·[\u4e00-\u9fff]{2,3}")  # one of two may be a part of anything
UNMISTAKABLE = re.compile(r".{4,}")  # shorter ones come about in a JSON value where one text ends and the next begins
NUMBER = "ShenFenZheng"  # of a form; its name stands in the file's name as well
LEAST = 8  # bytes: fewer may be found anywhere


@dataclass
class Planted:
    """Identity numbers; names of persons; values of items that nobody may keep."""

    salt: str
    numbers: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)

    @cached_property
    def written_numbers(self) -> set[bytes]:
        """In upper and lower case, with 15 digits as before 2000, and hashed under the salt that we know."""
        told = {form for number in self.numbers for form in (number, number.lower(), number[:6] + number[8:17])}
        return written(told) | {hashed(self.salt, number).encode() for number in self.numbers}

    @cached_property
    def written_names(self) -> set[bytes]:
        """Of everybody."""
        return written(self.names)


def planted(city: Path) -> Planted:
    """Read a city directory."""
    found = Planted(salts(city)["finance"])
    for contract in contracts.expected():
        named = [source for source, column in contract.columns.items() if column.type == "name"]
        is_strict = isinstance(contract.source, ApiSource) and contract.source.allow_only
        for row in _rows(contract, city / contract.resource):
            found.numbers |= {number.upper() for number in ID_NUMBER.findall(" ".join(map(str, row.values())))}
            said = [name for source in named for name in str(row.get(source) or "").split("、")]
            found.names |= {name for name in said if NAME.fullmatch(name)}
            if is_strict:
                found.unasked |= {leaf for item in row.keys() - contract.columns.keys() for leaf in _leaves(row[item])}
    return found


def _rows(contract: Contract, folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".jsonl":
            yield from map(json.loads, path.read_text("utf-8").splitlines())
        elif path.suffix == ".csv":
            text = path.read_bytes().decode(getattr(contract.source, "encoding", "utf-8"), "replace")
            yield from csv.DictReader(io.StringIO(text, newline=""))
        elif contract.brings_forms and path.is_file():
            with suppress(NoForm), path.open("rb") as file:
                yield from ({NUMBER: form.texts.get(NUMBER, "")} for form in forms(file, path.name) if form.texts)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif len(str(value).encode()) >= LEAST:
        yield str(value)


def written(texts: Iterable[str]) -> set[bytes]:
    """Texts in the encodings and notations that they may have been written in."""
    return {form for text in texts for form in _written(text) if len(form) >= LEAST and b"\n" not in form}


def _written(text: str) -> Iterator[bytes]:
    utf8 = text.encode()
    yield from (text.encode(encoding) for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"))
    yield utf8.hex().encode()
    yield json.dumps(text).strip('"').encode()
    yield from _in_base64(utf8)


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What is the same of some bytes' base64 wherever in a longer text they stand."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw + b"\0" * 2)
        yield encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
