"""`.lrmx`: XML with a text element for each place on the form, one person a file."""

import re
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from transforms.forms.layout import ELEMENTS, RELATIVE, RELATIVES, NoForm, Texts, decoded

_ROOT, _ITEM = "Person", "Item"
_TO_ITEM = [_ROOT, RELATIVES, _ITEM]
_AS_REFERENCE = {"\r": "&#13;"}  # else a reader makes a line feed of it
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VERSION = "3.2.1.6"


def read(raw: bytes) -> Texts:
    """The text of every element of a form, as it stands there, also of those that it should not have.

    Raises:
        NoForm: it is none that can be read, or has a document type.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")  # whatever the declaration says: it is decoded already
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, _refuse_doctype
    parser.buffer_text = True
    try:
        parser.Parse(decoded(raw).encode(), True)
    except expat.ExpatError:
        raise NoForm("broken") from None
    return reader.found


def write(texts: Texts) -> bytes:
    """A form's file, with every element of the layout, filled or empty; health and photo are always empty.

    Signs that XML does not have are left out.
    """
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<{_ROOT}>"]
    for name in ELEMENTS:
        said = texts.get(name, "")
        if isinstance(said, list):
            items = ["".join(_element(part, item.get(part, "")) for part in RELATIVE) for item in said]
            lines.append(f"  <{name}>" + "".join(f"<{_ITEM}>{item}</{_ITEM}>" for item in items) + f"</{name}>")
        else:
            lines.append("  " + _element(name, _WRITTEN.get(name, said)))
    return "\n".join([*lines, f"</{_ROOT}>", ""]).encode()


_WRITTEN = {"JianKangZhuangKuang": "", "ZhaoPian": "", "Version": _VERSION}


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_NO_XML.sub('', text), _AS_REFERENCE)}</{name}>"


def _refuse_doctype(*_: object) -> None:
    raise NoForm("doctype")


class _Reader:
    """Takes in what the parser finds; whatever is not where it belongs makes the file no form."""

    def __init__(self) -> None:
        self.found: Texts = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self._items: list[dict[str, str]] = []

    def start(self, name: str, _: object) -> None:
        self._path.append(name)
        if self._path[0] != _ROOT:
            raise NoForm("not_a_form")
        if self._path == _TO_ITEM:
            self._items.append({})
        elif self._path[:-1] not in ([], [_ROOT], _TO_ITEM):
            raise NoForm("broken")  # text elements hold no others
        self._text.clear()

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        said = "".join(self._text)
        self._text.clear()
        self._path.pop()
        if self._path == _TO_ITEM:
            _put(self._items[-1], name, said)
        elif self._path == [_ROOT]:
            _put(self.found, name, self._items if name == RELATIVES else said)


def _put(into: dict[str, Any], name: str, said: Any) -> None:
    if name in into:
        raise NoForm("broken")
    into[name] = said
