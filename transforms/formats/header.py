"""The names in a header, as people type them."""

import re

from transforms.formats.unreadable import Unreadable
from transforms.text import SPACES

_LINE_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")


def tidy(name: str) -> str:
    """A name without spaces around it and line breaks in it; in all else it has to be as agreed."""
    return _LINE_BREAK.sub("", name).strip(SPACES)


def each_once(names: list[str]) -> list[str]:
    """The names; raises Unreadable where one comes twice. A column without a name has an empty one."""
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unreadable("column_twice", twice)
    return names
