"""Whether a mention names somebody else than the one whom a person decided it to be."""

from typing import Any

import pyarrow as pa
import pytest
from homes import KEY

from cadre_cloud.feed.renamed import renamed
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import links
from transforms.mentions import MENTION, with_keys

PLACE = {"source_key": "K", "mention_no": 1}
NUMBER, ANOTHER = "529902198001011234", "529902198001015678"
ROWS = pa.table({"source_key": ["K", "other"]})


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_KEY", KEY)


@pytest.mark.parametrize(
    ("before", "now", "somebody_else"),
    [
        ({"name": "趙麗華"}, {"name": "赵 丽华", "age": 40, "unit_name": "教育局"}, False),
        ({"name": "赵丽华"}, {"name": "何小满"}, True),
        ({"name": "赵丽华"}, None, True),
        ({"name": "赵丽华", "id_number": NUMBER}, {"name": "赵丽华", "id_number": NUMBER}, False),
        ({"name": "赵丽华", "id_number": NUMBER}, {"name": "赵丽华", "id_number": ANOTHER}, True),
        ({"name": "赵丽华", "id_number": NUMBER}, {"name": "赵丽华"}, False),
        ({"name": "赵丽华", "id_number": NUMBER}, {"id_number": NUMBER}, False),
        ({"name": "赵丽华"}, {"name": "赵丽华", "id_number": ANOTHER}, True),
        ({"name": "赵丽华", "id_masked": "5227**1234"}, {"name": "赵丽华", "id_masked": "5227**5678"}, True),
    ],
)
def test_somebody_else(before: dict[str, Any], now: dict[str, Any] | None, somebody_else: bool) -> None:
    mentions = with_keys(pa.Table.from_pylist([PLACE | now] if now else [], schema=MENTION))
    pair = {**PLACE, "cadre_no": "C1"}
    assert renamed(held(before), ROWS, mentions).to_pylist() == ([pair] if somebody_else else [])


def test_a_row_that_does_not_come_is_left_alone() -> None:
    assert len(renamed(held({"name": "赵丽华"}), ROWS.slice(1), MENTION.empty_table())) == 0


def held(said: dict[str, Any]) -> pa.Table:
    """What the core holds of a mention that a person decided."""
    (mention,) = with_keys(pa.Table.from_pylist([said], schema=MENTION)).to_pylist()
    number = said.get("id_number")
    more = {name: mention[name] for name in ("name_key", "id_masked")} | {"id_lookup": number and vault().lookup(number)}
    kinds = [("name_key", pa.string()), ("id_lookup", pa.binary()), ("id_masked", pa.string())]
    return pa.Table.from_pylist([PLACE | {"cadre_no": "C1"} | more], schema=pa.schema([*links.PAIR, *kinds]))
