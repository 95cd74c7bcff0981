"""A draft of a suite: what a whole delivery must be, by the field's habits, for a person to tighten."""

import json
from typing import Any

from cadre_cloud.commands.drafts.catalogue import Entry
from cadre_cloud.commands.drafts.columns import columns

Expectation = dict[str, Any]


def suite(entry: Entry) -> str:
    """The text of `expectations/<resource>.json`: an expectation a line."""
    lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in _expectations(entry))
    return f'{{\n  "name": "{entry.resource}",\n  "expectations": [\n{lines}\n  ]\n}}\n'


def _expectations(entry: Entry) -> list[Expectation]:
    """Critical is what says that the delivery is broken; all else is a warning."""
    types = {column["name"]: column["type"] for column in columns(entry).values()}
    required = [item.name for item in entry.items if item.required]
    keys = [item.name for item in entry.key_items]
    found = []
    if entry.delivery.mode == "snapshot":
        found += [_rows(1), _rows({"$PARAMETER": "half_of_before"})]
        found += [_filled(name, 0.5, "critical") for name in required if name in keys or types[name].startswith(("date", "id"))]
    half = {"column": "refused", "mostly": {"$PARAMETER": "half_of_many"}}
    found.append(_expect("column_values_to_be_null", half, "critical"))
    found += [_filled(name, 0.9, "warning") for name in required if name not in keys]
    if entry.delivery.kind == "drop":
        together = {"column_list": keys} if len(keys) > 1 else {"column": keys[0]}
        kind = "compound_columns_to_be_unique" if len(keys) > 1 else "column_values_to_be_unique"
        found.append(_expect(kind, together | {"mostly": 0.99}, "warning"))
    return found


def _rows(least: Any) -> Expectation:
    return _expect("table_row_count_to_be_between", {"min_value": least}, "critical")


def _filled(column: str, mostly: float, severity: str) -> Expectation:
    return _expect("column_values_to_not_be_null", {"column": column, "mostly": mostly}, severity)


def _expect(what: str, kwargs: dict[str, Any], severity: str) -> Expectation:
    return {"type": f"expect_{what}", "kwargs": kwargs, "severity": severity}
