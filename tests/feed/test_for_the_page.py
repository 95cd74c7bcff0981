"""What a delivery leaves in the ledger for whoever looks at it later."""

from pathlib import Path
from typing import Any

from feed_cases import States
from homes import Home


def after(states: States, tmp_path: Path, *cases: str) -> Home:
    return states.lodging(tmp_path / "home", *cases)


def drift(home: Home, resource: str) -> list[dict[str, Any]]:
    query = "select drift from ledger.delivery where resource = %s and drift <> '{}' order by day"
    return [row["drift"] for row in home.rows(query, [resource])]


def test_by_what_people_were_identified_adds_up(states: States, tmp_path: Path) -> None:
    home = after(states, tmp_path, "court/case_closed")
    linked = home.rows("select resource, linked, identity from ledger.delivery where state = 'loaded' and linked > 0")
    assert {row["resource"] for row in linked} >= {"court", "personnel"}
    for row in linked:
        assert sum(row["identity"].values()) == row["linked"]
    assert {name for row in linked for name in row["identity"]} >= {"cadre_no", "masked_id"}


def test_a_renamed_column_and_its_partner(states: States, tmp_path: Path) -> None:
    (found,) = drift(after(states, tmp_path, "court/renamed_column"), "court")
    assert list(found["renamed"]) == found["missing"]
    assert list(found["renamed"].values()) == found["new"]


def test_a_file_without_a_header_tells_no_value(states: States, tmp_path: Path) -> None:
    (found,) = drift(after(states, tmp_path, "court/no_header"), "court")
    assert found["new"] == []


def test_what_a_suite_asked_for(states: States, tmp_path: Path) -> None:
    home = after(states, tmp_path, "court/cut_to_a_third")
    (unmet,) = home.rows("select observed, asked from mart.quality where not success and severity = 'critical'")
    assert unmet["observed"] < unmet["asked"]["min_value"]
    assert home.one("select count(*) from mart.quality where asked = '{}' or asked ? 'batch_id'") == 0
