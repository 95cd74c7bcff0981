"""Small contracts, and deliveries of them as parsers hand them on, for properties."""

from typing import Any

import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st

from transforms.contract import Contract

HEAD = {
    "title": "t", "department": "d", "owner": "o", "purpose": "p", "legal_basis": "b", "impact": "low", "schedule": "0 5 * * *",
    "late_after": "2d", "runbook": "r", "key": ["no", "part"],
    "columns": {
        "NO": {"name": "no", "type": "text", "required": True},
        "PART": {"name": "part", "type": "integer", "required": True},
        "SAID": {"name": "said", "type": "text"},
        "ON": {"name": "on", "type": "date", "format": "%Y-%m-%d", "required": True},
        "AT": {"name": "at", "type": "timestamp"},
    },
    "record": {"occurred_on": "on", "valid": {"from": "on"}, "summary": "{said}", "detail": ["said"]},
}  # fmt: skip
SNAPSHOT = Contract.model_validate(
    {**HEAD, "resource": "snap", "mode": "snapshot", "source": {"kind": "drop", "files": "*", "format": "csv"}}
)
CHANGES = Contract.model_validate(
    {**HEAD, "resource": "chan", "mode": "changes", "cursor": "at", "source": {"kind": "api", "path": "/x"}}
)
few = settings(max_examples=25)  # each opens a DuckDB of its own
AT = "2026-06-01T0{}:00:00+08:00"

# Few values, so that keys, contents and cursors meet; some in another width, some wrong.
rows = st.fixed_dictionaries({
    "NO": st.sampled_from(["a", "ａ", " a", "b", "c", None]),
    "PART": st.sampled_from(["1", "１", "2", "x"]),
    "SAID": st.sampled_from(["yes", "no", None]),
    "ON": st.sampled_from(["2026-01-01", "2026-01-01", "2026-01-02", "2026-02-30"]),
    "AT": st.sampled_from([AT.format(hour) for hour in range(3)]),
})  # fmt: skip


def parsed(sent: list[dict[str, Any]]) -> pa.Table:
    """Rows as a parser gives them."""
    table = {name: pa.array([row[name] for row in sent], pa.string()) for name in HEAD["columns"]}
    return pa.table({
        **table,
        "row_no": pa.array(range(1, len(sent) + 1), pa.int64()),
        "row_error": pa.nulls(len(sent), pa.string()),
    })  # fmt: skip
