"""What a record says of a person beside what the roster says of an official who may be meant: what agrees, and what does not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from cadre_cloud.pages.reading import Row

SAYS = ("agrees", "agrees_in_part", "differs", "unknown")
_NEAR = 2  # years: an age may have been counted otherwise, or a year mistyped
_BY_EVIDENCE = {
    "unit_then": "agrees",
    "unit_undated": "agrees_in_part",
    "unit_before_or_after": "agrees_in_part",
    "unit_alike": "agrees_in_part",
    "post_agrees": "agrees",
    "post_agrees_in_part": "agrees_in_part",
    "post_differs": "differs",
}


@dataclass(frozen=True)
class Point:
    """One thing that both may say something of: `says` is one of `SAYS`, `evidence` the linker's code for it."""

    of: str
    record: str
    official: str
    says: str
    evidence: str | None = None


def compare(pair: Row) -> list[Point]:
    """Everything by which a pair can be compared.

    Args:
        pair: of `mart.link_review`, with the official's `cadre_sex`, `cadre_born_on`, `cadre_id_masked`, and `occurred_on`.

    Returns:
        One point each of name, number, sex, birth, age, unit and post, unknown where the record says nothing of it. What the
        linker found of an earlier post (`evidence`) counts more than the present one.
    """
    points = [
        _point("name", pair["name"], pair["cadre_name"], _name),
        _identity(pair),
        _point("sex", pair["sex"], pair["cadre_sex"], _same),
        _birth(pair),
        _age(pair),
        _point("unit", pair["unit_name"], pair["cadre_unit"], _within),
        _point("post", pair["post_title"], pair["cadre_post"], _within),
    ]
    found = {code.split("_")[0]: code for code in (pair["evidence"] or "").split(", ") if code in _BY_EVIDENCE}
    return [_as_found(point, found.get(point.of)) for point in points]


def told(points: list[Point]) -> dict[str, list[str]]:
    """Of what a comparison says each thing, by what it says."""
    return {says: [point.of for point in points if point.says == says] for says in SAYS}


def _point(of: str, record: str | None, official: str | None, compared: Callable[[str, str], str]) -> Point:
    says = compared(record, official) if record and official else "unknown"
    return Point(of, record or "", official or "", says)


def _as_found(point: Point, code: str | None) -> Point:
    return replace(point, says=_BY_EVIDENCE[code], evidence=code) if code else point


def _same(record: str, official: str) -> str:
    return "agrees" if record == official else "differs"


def _name(record: str, official: str) -> str:
    if "*" in record:
        return "agrees_in_part" if official.startswith(record.split("*", maxsplit=1)[0]) else "differs"
    return _same(record, official)


def _identity(pair: Row) -> Point:
    """What is shown of a number is a part of it; that all of it agrees the linker has weighed."""
    point = _point("number", pair["id_masked"], pair["cadre_id_masked"], _number)
    is_whole = any((weight["of"], weight["says"]) == ("number", "agrees") for weight in pair["weights"] or ())
    return replace(point, says="agrees") if is_whole else point


def _number(record: str, official: str) -> str:
    """By the figures that both show: at most a part of it."""
    shown = [(one, other) for one, other in zip(record, official, strict=False) if "*" not in (one, other)]
    if not shown:
        return "unknown"
    return "agrees_in_part" if all(one == other for one, other in shown) else "differs"


def _within(record: str, official: str) -> str:
    if record == official:
        return "agrees"
    return "agrees_in_part" if record in official or official in record else "differs"


def _birth(pair: Row) -> Point:
    born: date = pair["cadre_born_on"]
    if month := pair["born_month"]:
        return _point("birth", f"{month:%Y-%m}", f"{born:%Y-%m}", _same)
    return _point("birth", pair["birth_year"] and str(pair["birth_year"]), str(born.year), _same)


def _age(pair: Row) -> Point:
    """In completed years at the time of the record; of who was born in that month one year may be missing."""
    born, at = pair["cadre_born_on"], pair["occurred_on"]
    if pair["age"] is None or at is None:
        return Point("age", "" if pair["age"] is None else str(pair["age"]), "", "unknown")
    age = at.year - born.year - ((at.month, at.day) < (born.month, born.day))
    off = abs(pair["age"] - age)
    may_be_month = off == 1 and at.month == born.month
    says = "agrees" if off == 0 or may_be_month else "agrees_in_part" if off <= _NEAR else "differs"
    return Point("age", str(pair["age"]), str(age), says)
