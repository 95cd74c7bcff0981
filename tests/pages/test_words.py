"""Whatever the pages and mails say is said in Chinese, too, with the same figures in it."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from cadre_cloud import contracts, settings
from cadre_cloud.pages import comparison, expectation, identity, review, scorecard
from cadre_cloud.pages.feeds import COUNTS
from transforms.link.compare import COMPARISONS

DECISIONS = sorted((settings.home() / "sql" / "migrations" / "versions").glob("0010_review*.sql"))
PLUGIN = Path(contracts.__file__).parent
# Codes that are said with their kind before them.
CODES = {
    "day": ("loaded", "nothing", "held", "rejected", "failed", "missing", "awaited", "not due", "on its way", "off"),
    "state": ("landed", "checked", "loaded", "held", "repeated", "outdated", "rejected"),
    "by": ("cadre_no", "full_id", "old_id", "hashed_id", "masked_id", "name_sex_birth", "person", *identity.BREAKDOWNS),
    "act": ("accept", "reject", "release", "accepted", "rejected", "released", "allowed"),
    "wish": ("waiting", "done", "refused"),
    "row": ("quarantined", "released"),
    "severity": ("critical", "warning", "info"),
    "impact": ("high", "middle", "low"),
    "verdict": (*review.VERDICTS, "undone", "undecided", "withdrawn"),
    "says": comparison.SAYS,
    "method": ("full_id_other_name", "old_id_other_name", "hashed_id_other_name", "masked_id_incomplete", "name_sex_age",
               "name_unit", "several", "full_id", "old_id", "hashed_id", "masked_id", "cadre_no", "none"),
    "evidence": ("unit_then", "unit_undated", "unit_before_or_after", "unit_alike", "post_agrees", "post_agrees_in_part",
                 "post_differs", "post_unknown", "birth_agrees", "birth_differs", "stopped"),
    "outcome": identity.OUTCOMES,
    "figure": (*identity.COLUMNS, *identity.CALIBRATED, *identity.SAMPLED),
    "form": ("full", "old", "hashed", "masked with age or birth", "masked with name alone", "name with unit", "name with age",
             "name alone"),
    "frequency": ("of the commonest names", "of one official's name", "of other names"),
    "stop": ("mentions", "recognised", "sample"),
    "subject": ("self", "representative", "relative"),
    "urgency": tuple("12345"),
    "purpose": ("search", "release"),
    "reason": ("missing", "bad_format", "not_a_number", "out_of_range", "impossible_date", "unknown_code", "bad_check_digit",
               "key_conflict", "wrong_columns", "undecodable", "not_a_form", "broken", "doctype", "encrypted", "too_big"),
}  # fmt: skip


def catalogue(language: str) -> dict[str, str]:
    with (PLUGIN / "locale" / f"{language}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale=language) if message.id}


def said() -> Iterator[str]:
    for template in (PLUGIN / "templates").glob("*.j2"):
        yield from re.findall(r"""\bsay\((?:"([^"]+)"|'[^']+')[,)]""", template.read_text(encoding="utf-8"))
    for module in PLUGIN.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))
    yield from expectation._WORDS.values()
    yield from COUNTS
    yield from scorecard.FIGURES
    yield from (reason for reasons in review.REASONS.values() for reason in reasons)
    yield from ("name", "number", "sex", "birth", "age", "unit", "post", "male", "female")
    yield from (of.replace("_", " ") for of in (*COMPARISONS, "base_rate", "name_frequency", "others", "alike_cases"))
    for script in DECISIONS:
        yield from re.findall(r"raise exception '([^']+)'", script.read_text("utf-8"))


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_everything_is_said_in_chinese() -> None:
    chinese = catalogue("zh")
    wanted = {message for message in said() if message} | {f"{kind} {code}" for kind, codes in CODES.items() for code in codes}
    assert {message for message in wanted if message not in chinese} == set()


def test_the_same_figures_stand_in_every_language() -> None:
    for language in ("zh", "en"):
        for message, text in catalogue(language).items():
            assert text
            assert fields(text) <= fields(message)
    assert {message for message, text in catalogue("zh").items() if fields(text) != fields(message)} == set()


def test_a_code_is_no_english() -> None:
    english = catalogue("en")
    coded = {f"{kind} {code}" for kind, codes in CODES.items() for code in codes}
    assert {message for message in coded if message not in english} == set()
