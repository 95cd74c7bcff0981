"""Columns of resources whose department's own catalogue entry is at hand, which says all that is to be checked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from strict_checks import (
    a_code,
    a_credit_code,
    a_month,
    a_number,
    a_pattern,
    a_timestamp,
    an_audit_day,
    an_id_number,
    anything,
    iso_day,
    whole_day,
)

from cadre_cloud import contracts

FOLDER = Path(__file__).parents[1] / "catalogue"
CHECKS = {
    "string": anything,
    "code": anything,
    "id18": an_id_number,
    "uscc": a_credit_code,
    "integer": a_number(0, 10**9),
    "number": a_number(0, 10**14),
    "numeric": a_number(-1e16, 1e16),
    "date": iso_day,
    "date(YYYYMMDD)": whole_day,
    "date(YYYY-MM-DD)": iso_day,
    "date (Excel serial or YYYY.M.D)": an_audit_day,
    "month(YYYY-MM)": a_month("-"),
    "month(YYYY.MM)": a_month("."),
    "timestamp(ISO 8601 +08:00)": a_timestamp,
}
# What an entry says in words alone.
BY_NAME = {"id_masked": a_pattern(r"\d{6}\*{8}\d{3}[\dX]"), "stake_percent": a_number(0, 100)}


def entries(known: set[str]) -> dict[str, dict[str, Any]]:
    """By resource, those of feeds that are not among some."""
    feeds = {path.stem for path in contracts.paths()} - known
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml")) if path.stem in feeds}


def columns_of(entry: dict[str, Any]) -> dict[str, tuple[str, bool, Callable]]:
    return {item["source"]: (item["name"], item.get("required", False), _check(item)) for item in entry["items"]}


def _check(item: dict[str, Any]) -> Callable:
    if item["name"] in BY_NAME:
        return BY_NAME[item["name"]]
    if "codes" in item:
        return a_code(*item["codes"])
    words = re.fullmatch(r"text\((.+)\)", item["type"])
    return a_code(*words[1].split("/")) if words else CHECKS[item["type"]]
