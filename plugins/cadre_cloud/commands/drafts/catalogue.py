"""A catalogue entry: a resource as its department describes it, in the YAML of the city's data-sharing catalogue."""

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator


class CatalogueError(ValueError):
    """An entry from which nothing can be drafted; the message names the file and what is wrong in it."""


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Delivery(_Words):
    """How it comes."""

    kind: Literal["api", "drop", "database"]
    mode: Literal["snapshot", "changes"]
    cadence: Literal["daily", "weekly", "monthly", "yearly"]
    cursor: str | None = None
    path: str = ""
    signed: Literal["hmac-sha256"] | None = None
    files: str = ""
    format: Literal["csv", "xlsx", "parquet"] | None = None
    encoding: str = "utf-8"
    sheet: str = ""
    table: str = ""

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        wanted = {"api": ["path"], "drop": ["files", "format"], "database": ["table"]}[self.kind]
        if missing := [word for word in wanted if not getattr(self, word)]:
            raise ValueError(f"a delivery of kind {self.kind} says its {' and '.join(missing)}")
        if self.mode == "changes" and self.kind != "drop" and not self.cursor:
            raise ValueError("a delivery of changes says its cursor")
        return self


class Person(_Words):
    """What of a person's identity is handed over, and in which items."""

    identity: Literal[
        "full_id", "masked_id_6_4", "legacy_id_15_or_18", "hashed_id", "name_unit", "name_unit_birth",
        "full_id_or_legal_representative",
    ]  # fmt: skip
    columns: list[str]


class Item(_Words):
    """One item of a record: its name in the delivery, and ours."""

    source: str
    name: str
    type: str
    required: bool = False
    codes: dict[str, str] = {}
    note: str = ""
    example: str = ""

    @model_validator(mode="before")
    @classmethod
    def _with_its_commas(cls, words: Any) -> Any:
        """A text that nobody quoted ends for YAML at its first comma; what stands behind it comes as words without a value."""
        if not isinstance(words, dict):
            return words
        whole: dict[Any, Any] = {}
        for word, value in words.items():
            if word not in cls.model_fields and value is None and whole:
                last = list(whole)[-1]
                whole[last] = f"{whole[last]}, {word}"
            else:
                whole[word] = value
        return whole


class Entry(_Words):
    """One resource."""

    resource: str
    title: str
    department: str
    delivery: Delivery
    key: list[str]
    person: Person | None = None
    items: list[Item]
    quirks: list[str] = []

    @model_validator(mode="after")
    def _items_are_there(self) -> Self:
        sources = [item.source for item in self.items]
        named = {"key": self.key, "delivery.cursor": [self.delivery.cursor] if self.delivery.cursor else []}
        named["person.columns"] = self.person.columns if self.person else []
        for word, columns in named.items():
            if unknown := [column for column in columns if column not in sources]:
                raise ValueError(f"{word} names {', '.join(unknown)}, which is none of the items")
        return self

    @property
    def key_items(self) -> list[Item]:
        """The items that name a record, in the key's order."""
        return [next(item for item in self.items if item.source == source) for source in self.key]

    @property
    def person_items(self) -> list[Item]:
        """The items that say who somebody is, in the order in which they are listed there."""
        columns = self.person.columns if self.person else []
        return [next(item for item in self.items if item.source == column) for column in columns]


def read(path: Path) -> Entry:
    """Read a catalogue entry.

    Raises:
        CatalogueError: it is not there, no YAML, or not of the catalogue's form.
    """
    try:
        words = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Entry.model_validate(words)
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CatalogueError(f"{path.name} is not in UTF-8") from None
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name} is no YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        raise CatalogueError(f"{path.name}: {'; '.join(map(_told, error.errors()))}") from None


def _told(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    said = error["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
