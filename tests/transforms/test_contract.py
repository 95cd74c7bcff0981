"""What a contract may say of changes: a cursor tells later ones from earlier, but where files add up the later file does."""

from typing import Any

import pytest
from pydantic import ValidationError

from transforms.contract import Contract

API, TABLE = {"kind": "api", "path": "/x"}, {"kind": "database", "table": "x"}
FILES = {"kind": "drop", "files": "x_*.csv", "format": "csv"}
SHARED = {"summary": "x", "detail": ["no"], "shared_by": "no"}


def contract(**words: Any) -> Contract:
    usual = dict.fromkeys(("title", "department", "owner", "purpose", "legal_basis", "runbook"), "")
    column = {"name": "no", "type": "text", "required": True}
    return Contract.model_validate(
        usual
        | {"resource": "x", "impact": "low", "schedule": "0 5 * * *", "late_after": "2d", "key": ["no"]}
        | {"columns": {"NO": column, "AT": {"name": "at", "type": "timestamp"}}, "record": {"summary": "x", "detail": []}}
        | words
    )


@pytest.mark.parametrize(
    ("words", "adds_up"),
    [
        ({"source": FILES, "mode": "changes"}, True),
        ({"source": FILES, "mode": "snapshot"}, False),
        ({"source": API, "mode": "changes", "cursor": "at"}, False),
    ],
)
def test_files_of_changes_add_up(words: dict[str, Any], adds_up: bool) -> None:
    assert contract(**words).adds_up == adds_up


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"source": API, "mode": "changes"}, "needs a cursor"),
        ({"source": TABLE, "mode": "changes"}, "needs a cursor"),
        ({"source": FILES, "mode": "snapshot", "cursor": "at"}, "has no cursor"),
        (
            {"source": FILES, "mode": "changes", "record": {"occurred_on": "on", "summary": "x", "detail": []}},
            "'on' is not among",
        ),
        ({"source": FILES, "mode": "snapshot", "record": SHARED | {"detail": []}}, "of its key and its 'detail'"),
        ({"source": FILES, "mode": "snapshot", "record": SHARED, "key": ["at"]}, "of its key and its 'detail'"),
        ({"source": FILES, "mode": "snapshot", "record": SHARED, "snapshot_of": "no"}, "in a snapshot of everything"),
        ({"source": FILES, "mode": "changes", "record": SHARED}, "in a snapshot of everything"),
    ],
)
def test_what_a_contract_cannot_say(words: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        contract(**words)
