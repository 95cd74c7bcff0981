"""The documents: what they say, and what they tell a reader to type."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PATHS = [*CHECKOUT.glob("*.md"), *sorted((CHECKOUT / "docs").glob("*.md"))]
NAMES = [str(path.relative_to(CHECKOUT)) for path in PATHS]

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: of which document, under which heading, in which language."""

    document: str
    heading: str
    language: str
    text: str

    @property
    def lines(self) -> list[str]:
        """What is typed, one command a line."""
        whole = self.text.replace("\\\n", " ")
        return [line.strip() for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@cache
def text(name: str) -> str:
    """A document by its path in the checkout."""
    return (CHECKOUT / name).read_text(encoding="utf-8")


def blocks(language: str, name: str | None = None, heading: str | None = None) -> list[Block]:
    """The blocks in a language: all, or those of a document, or under one of its headings."""
    found = [block for at in NAMES for block in _blocks(at)]
    return [
        block
        for block in found
        if block.language == language and name in (None, block.document) and heading in (None, block.heading)
    ]


def prose(name: str) -> str:
    """A document without its blocks, in which no line begins with a number sign but headings."""
    return _BLOCK.sub("", text(name))


def anchors(name: str) -> set[str]:
    """What a link may name behind a number sign, as GitHub makes it of headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(prose(name))}


def _blocks(name: str) -> list[Block]:
    found = []
    for match in _BLOCK.finditer(text(name)):
        indent = len(match[1])
        before = _HEADING.findall(_BLOCK.sub("", text(name)[: match.start()]))
        lines = "\n".join(line[indent:] for line in match[3].splitlines())
        found.append(Block(name, before[-1] if before else "", match[2], lines))
    return found
