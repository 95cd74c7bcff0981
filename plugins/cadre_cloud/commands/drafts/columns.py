"""The catalogue's items as columns of a contract."""

import re
from collections.abc import Callable
from typing import Any

from cadre_cloud.commands.drafts.catalogue import CatalogueError, Entry, Item

_TYPE = re.compile(r"(?P<word>[a-z0-9]+)\s*(?:\((?P<inside>[^)]*)\))?")
_SEXES = {"男": "male", "女": "female"}
_BY_NAME = {"id_masked": "id_masked_6_4", "id_hash": "id_sha256", "region_code": "region"}
_PARTS = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "M": "%-m", "D": "%-d"}
_COUNTED = 2  # names in a cell


def columns(entry: Entry) -> dict[str, dict[str, Any]]:
    """The words of each column, by its source's name.

    Raises:
        CatalogueError: an item's type is none that the catalogue knows.
    """
    return {item.source: {"name": item.name} | _typed(entry, item) | _required(item) for item in entry.items}


def _required(item: Item) -> dict[str, Any]:
    return {"required": True} if item.required else {}


def _typed(entry: Entry, item: Item) -> dict[str, Any]:
    if item in entry.person_items and (identity := _identity(entry, item)):
        return identity
    found = _TYPE.match(item.type)
    if not found or found["word"] not in _TYPES:
        raise CatalogueError(f"{entry.resource}: nobody knows type '{item.type}' of {item.source}")
    return _TYPES[found["word"]](item, found["inside"] or "")


def _identity(entry: Entry, item: Item) -> dict[str, Any]:
    """The types of what says who somebody is."""
    kind = entry.person.identity if entry.person else ""
    if item.name in ("person_name", "taxpayer"):
        return {"type": "lines" if holds_several(item) else "name"}
    if item.name == "taxpayer_no":
        return {"type": "id18_or_uscc"}
    if item.name == "id_number" and kind == "legacy_id_15_or_18":
        return {"type": "id15_18"} | _of_cards(entry)
    if item.name == "age":
        return {"type": "integer", "between": [0, 120]}
    if item.name == "birth_year":
        return {"type": "integer", "between": [1900, 2100]}
    return {"type": _BY_NAME[item.name]} if item.name in _BY_NAME else {}


def _of_cards(entry: Entry) -> dict[str, Any]:
    """A number is read as an identity number only where the row says that it is one."""
    cards = [word for item in entry.person_items for word in words_of(item) if "身份证" in word]
    kinds = [item.name for item in entry.person_items if set(cards) & set(words_of(item))]
    return {"when": {kinds[0]: cards}} if kinds else {}


def holds_several(item: Item) -> bool:
    """Whether a cell may hold several names."""
    return "、" in item.note and len(item.note.split("、")) >= _COUNTED


def words_of(item: Item) -> list[str]:
    """The words that an item may hold, none where it is free."""
    found = re.fullmatch(r"text\((.*)\)", item.type)
    return found[1].split("/") if found else []


def _string(item: Item, inside: str) -> dict[str, Any]:
    if item.name in _BY_NAME:
        return {"type": _BY_NAME[item.name]}
    return {"type": "text"} | ({"length": int(inside)} if inside.isdigit() else {})


def _text(item: Item, _: str) -> dict[str, Any]:
    """Text that is free may have lines; else it is one of some words."""
    words = words_of(item)
    if not words:
        return {"type": "lines"}
    if words == ["是", "否"]:
        return {"type": "boolean", "true": "是", "false": "否"}
    return {"type": "term", "terms": {word: _SEXES.get(word, word) for word in words}}


def _code(item: Item, _: str) -> dict[str, Any]:
    if not item.codes:
        return {"type": "text"}
    if set(item.codes.values()) == set(_SEXES):
        return {"type": "term", "terms": {code: _SEXES[text] for code, text in item.codes.items()}}
    return {"type": "code", "codes": item.codes}


def _amount(_: Item, inside: str) -> dict[str, Any]:
    return {"type": "money"} | ({"times": 10000} if inside.startswith("万元") else {})


def _date(item: Item, inside: str) -> dict[str, Any]:
    if "month" in item.type:
        return {"type": "date_or_month"}
    forms = [_form(form) for form in inside.split(" or ") if "YYYY" in form]
    if "Excel serial" in inside:  # which a workbook gives as a day
        forms.insert(0, "%Y-%m-%d")
    return _in_forms("date", forms, "%Y-%m-%d")


def _month(_: Item, inside: str) -> dict[str, Any]:
    return _in_forms("month", [_form(inside)] if inside else [], "%Y%m")


def _in_forms(kind: str, forms: list[str], usual: str) -> dict[str, Any]:
    if forms in ([], [usual]):
        return {"type": kind}
    return {"type": kind, "format": forms[0] if len(forms) == 1 else forms}


def _form(shown: str) -> str:
    return re.sub(r"YYYY|MM|DD|M|D", lambda part: _PARTS[part[0]], shown.strip())


def _as(kind: str) -> Callable[[Item, str], dict[str, Any]]:
    return lambda _, __: {"type": kind}


_TYPES: dict[str, Callable[[Item, str], dict[str, Any]]] = {
    "string": _string,
    "text": _text,
    "code": _code,
    "date": _date,
    "month": _month,
    "id18": _as("id18"),
    "uscc": _as("uscc"),
    "integer": _as("integer"),
    "boolean": _as("boolean"),
    "timestamp": _as("timestamp"),
    "timestamptz": _as("timestamp"),
    **dict.fromkeys(("money", "numeric", "decimal", "number"), _amount),
}
