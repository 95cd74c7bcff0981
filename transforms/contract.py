"""The contract language: what one resource delivers, and what its rows mean to us.

A contract is read from a YAML file of `dags/feeds/`; unknown words are errors. The words stand in `docs/add-a-department.md`.
"""

import hashlib
import re
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ApiSource(_Words):
    """Pages over HTTP, by the city's gateway protocol."""

    kind: Literal["api"]
    path: str
    connection: str = "gateway"
    signed: bool = False
    allow_only: bool = False  # items that the contract does not name are removed before anything is kept


class DropSource(_Words):
    """Files that a department puts into its folder."""

    kind: Literal["drop"]
    files: str
    format: Literal["csv", "xlsx", "parquet", "form"]  # of a form only what the contract names is landed
    encoding: str = "utf-8"  # of csv
    sheet: str = ""  # of xlsx; its header is the first row that has all of the contract's columns
    fill_down: list[str] = []  # of xlsx: columns whose merged cells stand for every row that they span


class DatabaseSource(_Words):
    """A table to read in a department's exchange database."""

    kind: Literal["database"]
    table: str
    connection: str = "exchange"


class Column(_Words):
    """What one source column is: its name here, its type, and what each value must be."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal[
        "text", "key", "lines", "name", "region", "integer", "money", "date", "month", "date_or_month", "timestamp",
        "code", "term", "boolean", "id18", "id15_18", "id18_or_uscc", "id_masked_6_4", "id_sha256", "uscc",
    ]  # fmt: skip
    required: bool = False
    format: str | list[str] | None = None  # of a date, or the forms that it comes in
    codes: dict[str, str] = {}  # code as sent: its text; the value is the code
    terms: dict[str, str] = {}  # word as sent: our value; its text is the word
    true: str | None = None
    false: str | None = None  # with a word for true alone every other one is false, and is not kept
    length: int | None = None  # of a text: so many characters
    between: tuple[float, float] | None = None
    not_before: str | None = None  # the name of an earlier date of the same row
    times: int = 1  # money that is not in yuan: how many yuan one is
    when: dict[str, list[str]] = {}  # read so only in rows where these columns have one of these values, else left empty


class AgeOn(_Words):
    """An age in completed years, and the column that holds the day it was counted on."""

    of: str
    counted_on: str


class Mention(_Words):
    """A person that a row names: whose record it is, and which columns say who they are."""

    subject: Literal["self", "representative", "relative"] = "self"
    among: Literal["officials", "relatives"] = "officials"  # who is looked for: relatives are those whom officials declared
    cadre_no: str | None = None  # the organization department's own number: no linking needed
    name: str | None = None
    names: str | None = None  # a column with several names, separated by 、
    id_number: str | None = None
    id_masked: str | None = None
    id_hash: str | None = None  # sha256(salt + number), the salt by the setting CADRE_SALTS
    sex: str | None = None
    age: AgeOn | None = None
    born_on: str | None = None
    birth_year: str | None = None
    unit_name: str | None = None
    uscc: str | None = None
    post: str | None = None
    at: str | None = None  # when they were in that post: a date, or the months of a period as text
    born_month: str | None = None
    when: dict[str, list[str]] = {}  # a person is named only in rows where these columns have one of these values


class Valid(_Words):
    """Which date columns say from when and until when a row is true in the world."""

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None


class Record(_Words):
    """How a row about an official becomes a record."""

    occurred_on: str | None = None
    valid: Valid = Valid()
    summary: str  # columns in braces; `{x_text}` is the text of code or term x
    status: str | None = None
    detail: list[str]
    shared_by: str | None = None  # kept only while at least two officials have the same in this item of the key


class Table(_Words):
    """How a row of the officials' own files becomes a row of a core table with the same column names."""

    name: str = Field(pattern=r"^[a-z_]+$")
    valid_from: str | None = None
    valid_to: str | None = None
    without: list[str] = []  # columns that are read, and not kept
    spells: str | None = None  # a column with an official's résumé, which is also cut into spells


class Tolerated(_Words):
    """An expectation that may be missed for a time, by how much, and why; afterwards it counts again."""

    expectation: str
    column: str | None = None
    up_to: float = Field(gt=0, le=1)  # the share of rows; of a number of rows, by which part of its bound it may be beyond it
    why: str
    until: date


def _duration(text: object) -> object:
    found = re.fullmatch(r"(\d+)d", text) if isinstance(text, str) else None
    return timedelta(days=int(found[1])) if found else text


class Contract(_Words):
    """Our side of a resource."""

    resource: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str
    department: str
    owner: str
    purpose: str
    legal_basis: str
    impact: Literal["high", "middle", "low"]
    schedule: str
    late_after: Annotated[timedelta, BeforeValidator(_duration)]
    runbook: str
    source: Annotated[ApiSource | DropSource | DatabaseSource, Field(discriminator="kind")]
    mode: Literal["snapshot", "changes"]
    snapshot_of: str | None = (
        None  # a snapshot is whole for those values of this key item that it has: what is gone has left these
    )
    cursor: str | None = None
    key: list[str] = Field(min_length=1)
    columns: dict[str, Column]
    ignore: list[str] = []
    mentions: list[Mention] = []
    record: Record | None = None
    table: Table | None = None
    tolerated: list[Tolerated] = []

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [column.name for column in self.columns.values()]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"columns named twice: {', '.join(sorted(twice))}")
        for used in self._used_names():
            if used not in names:
                raise ValueError(f"'{used}' is not among the columns")
        if self.mode == "snapshot" and self.cursor:
            raise ValueError("mode 'snapshot' has no cursor")
        if self.snapshot_of and (self.mode != "snapshot" or self.snapshot_of not in self.key):
            raise ValueError("'snapshot_of' is a key item of a snapshot")
        if self.mode == "changes" and not self.cursor and not self.adds_up:
            raise ValueError("mode 'changes' needs a cursor, but where files add up")
        if (self.record is None) == (self.table is None):
            raise ValueError("a contract says either 'record' or 'table'")
        if self.names_relatives and (
            self.table or any((m.subject == "relative") != (m.among == "relatives") for m in self.mentions)
        ):
            raise ValueError("who is looked for among relatives is a 'relative' of a 'record', and no other relative is")
        is_whole = self.mode == "snapshot" and not self.snapshot_of
        if self.record and self.shared_by and not (is_whole and self.shared_by in {*self.key} & {*self.record.detail}):
            raise ValueError("a record is 'shared_by' an item of its key and its 'detail', in a snapshot of everything")
        return self

    def _used_names(self) -> list[str]:
        used = [*self.key, self.cursor]
        for column in self.columns.values():
            used += [column.not_before, *column.when]
        for mention in self.mentions:
            used += [column for word, column in mention if word not in ("subject", "among", "age", "when")]
            used += [mention.age.of, mention.age.counted_on] if mention.age else []
            used += list(mention.when)
        if self.record:
            used += [self.record.occurred_on, self.record.valid.from_, self.record.valid.to, self.record.status]
            used += self.record.detail
        if self.table:
            used += [self.table.valid_from, self.table.valid_to, self.table.spells, *self.table.without]
        return [name for name in used if name]

    @property
    def is_on(self) -> bool:
        """Whether the feed may run: without a legal basis it may not."""
        return bool(self.legal_basis.strip())

    @property
    def adds_up(self) -> bool:
        """Whether what stands is in all the files that came, each of which brings only what is new, or only its part."""
        return self.source.kind == "drop" and (self.mode == "changes" or self.snapshot_of is not None)

    @property
    def makes_roster(self) -> bool:
        """Whether its rows are the roster itself, or the units on it: then all are kept."""
        return self.table is not None and self.table.name in ("unit", "cadre")

    @property
    def brings_forms(self) -> bool:
        """Whether its rows are forms, which say about officials what nobody else does, and of whom nobody else speaks."""
        return self.table is not None and self.table.name == "form"

    @property
    def keeps_everybody(self) -> bool:
        """Whether no roster decides which of its rows are kept."""
        return self.makes_roster or self.brings_forms

    @property
    def names_relatives(self) -> bool:
        """Whether its rows are also looked through for relatives whom officials declared."""
        return any(mention.among == "relatives" for mention in self.mentions)

    @property
    def shared_by(self) -> str | None:
        """The item that officials have to share for a row to be kept, none where each row stands for itself."""
        return self.record.shared_by if self.record else None

    @property
    def has_telling_key(self) -> bool:
        """Whether a key alone tells of a person: by a name in it, or of a household of which nothing is kept."""
        return bool(self.shared_by) or any(self.named[item].type == "name" for item in self.key)

    @property
    def named(self) -> dict[str, Column]:
        """The columns by our names."""
        return {column.name: column for column in self.columns.values()}

    @property
    def content(self) -> list[str]:
        """Our names of what a record says; its key is compared as `source_key`, in whatever width it is typed."""
        return ["source_key", *(name for name in self.named if name not in self.key)]

    @property
    def untold_columns(self) -> set[str]:
        """Names of the columns of which not even what was sent is kept: numbers, and words for false that may be names."""
        return self.identity_columns | {c.name for c in self.columns.values() if c.true and not c.false}

    @property
    def identity_columns(self) -> set[str]:
        """Names of the columns that hold identity numbers, whole or masked."""
        return {c.name for c in self.columns.values() if c.type.startswith("id")}

    @property
    def reading_hash(self) -> str:
        """A hash of what decides how rows are read, and what of them a table gets: another makes an older index worthless."""
        decides = {"mode", "snapshot_of", "cursor", "key", "columns", "ignore", "table"}
        parts = self.model_dump_json(include=decides, exclude_defaults=True)
        return hashlib.sha256(parts.encode()).hexdigest()[:16]
