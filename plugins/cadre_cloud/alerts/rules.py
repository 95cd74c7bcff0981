"""The rule library: `sql/rules/*.sql`, each a YAML head for a jurist and a SELECT for the database."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import yaml
from jinja2 import Environment, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cadre_cloud import settings
from cadre_cloud.readable import Readable

Severity = Literal["context", "notice", "attention", "serious"]


class RuleError(Readable, ValueError):
    """A rule that cannot be read or carried out; the message names it and holds no value of a record."""


class Version(BaseModel):
    """A version of a rule, and the days on which it is or was in force (`to`: the first day on which it no longer was)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    from_: date = Field(default=date.min, alias="from")
    to: date = date.max


class Rule(BaseModel):
    """One rule.

    Its SELECT gives `cadre_no, matter, effective_from, effective_until, evidence_on` (the day that decides the version),
    `void` (true lends only its evidence: what rested on that should not have stood), `facts` (for the explanation) and
    `evidence` (array of resource and source_key), as of `:business_day`; `severity` where the head names several; and `why` where
    what is void should be told to have ended for a reason of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    title: str
    title_en: str
    basis: str
    versions: list[Version]
    scope: str
    severity: Severity | list[Severity]
    one_per: Literal["person", "record", "matter"]
    after_office: bool = False  # it rests on decisions: one on the time in office is found after it too
    explain: str
    explain_en: str
    select: str

    def version_on(self, day: date) -> int | None:
        """The version in force on a day, none where there was none."""
        return next((v.version for v in self.versions if v.from_ <= day < v.to), None)

    def explanations(self, facts: dict[str, object]) -> tuple[str, str]:
        """The sentence in Chinese and in English."""
        return tuple(" ".join(_TEMPLATES.from_string(t).render(facts).split()) for t in (self.explain, self.explain_en))  # type: ignore[return-value]


def rules() -> list[Rule]:
    """Every rule, by name."""
    return [read(path) for path in sorted((settings.home() / "sql" / "rules").glob("*.sql"))]


def read(path: Path) -> Rule:
    """Read one rule file; raises RuleError where its head is missing or says what the rule language does not know."""
    head, ended, select = path.read_text(encoding="utf-8").removeprefix("/*").partition("*/")
    if not ended:
        raise RuleError(f"{path.name}: no head between /* and */")
    try:
        rule = Rule.model_validate({**yaml.safe_load(head), "select": select.replace(":business_day", "%(business_day)s")})
    except (ValidationError, yaml.YAMLError) as error:
        raise RuleError(f"{path.name}: {error}") from None
    if rule.rule != path.stem:
        raise RuleError(f"{path.name}: the file of rule {rule.rule} must be {rule.rule}.sql")
    return rule


def _chinese_date(day: date | str) -> str:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.year}年{day.month}月{day.day}日"


def _money(amount: str) -> str:
    return f"{Decimal(amount):,.2f}"


_TEMPLATES: Environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_TEMPLATES.filters |= {"date": _chinese_date, "money": _money}
