"""The catalogue's items as columns of a contract."""

import re
from typing import Any

from cadre_cloud.drafts.catalogue import CatalogueError, Entry, Item

_TYPE = re.compile(r"(?P<word>[a-z0-9]+)\s*(?:\((?P<inside>[^)]*)\))?(?P<more>.*)")
_PLAIN = {"id18": "id18", "uscc": "uscc", "integer": "integer", "boolean": "boolean", "timestamptz": "timestamp", "timestamp": "timestamp"}
_AMOUNTS = ("money", "numeric", "decimal", "number")
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
    found = _TYPE.fullmatch(item.type)
    if not found:
        raise CatalogueError(f"{entry.resource}: nobody knows type '{item.type}' of {item.source}")
    word, inside = found["word"], found["inside"] or ""
    if word in _PLAIN:
        return {"type": _PLAIN[word]}
    if word in _AMOUNTS:
        return {"type": "money"} | ({"times": 10000} if inside.startswith("万元") else {})
    match word:
        case "string":
            return _string(item, inside)
        case "text":
            return _words(item, inside.split("/")) if inside else {"type": "lines"}
        case "code":
            return _codes(item)
        case "date" | "month":
            return _date(word, inside, found["more"])
    raise CatalogueError(f"{entry.resource}: nobody knows type '{item.type}' of {item.source}")


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


def _words(item: Item, words: list[str]) -> dict[str, Any]:
    if words == ["是", "否"]:
        return {"type": "boolean", "true": "是", "false": "否"}
    return {"type": "term", "terms": {word: _SEXES.get(word, word) for word in words}}


def _codes(item: Item) -> dict[str, Any]:
    if not item.codes:
        return {"type": "text"}
    if set(item.codes.values()) == set(_SEXES):
        return {"type": "term", "terms": {code: _SEXES[text] for code, text in item.codes.items()}}
    return {"type": "code", "codes": item.codes}


def _date(word: str, inside: str, more: str) -> dict[str, Any]:
    if "month" in more:
        return {"type": "date_or_month"}
    forms = [_form(form) for form in inside.split(" or ") if "YYYY" in form]
    if "Excel serial" in inside:  # which a workbook gives as a day
        forms.insert(0, "%Y-%m-%d")
    if not forms or forms == ["%Y%m" if word == "month" else "%Y-%m-%d"]:
        return {"type": word}
    return {"type": word, "format": forms[0] if len(forms) == 1 else forms}


def _form(shown: str) -> str:
    return re.sub(r"YYYY|MM|DD|M|D", lambda part: _PARTS[part[0]], shown.strip())
