"""The data dictionary in docs/ is what the database says of itself."""

from pathlib import Path

from homes import Home

from cadre_cloud.commands.dictionary import dictionary


def test_it_is_not_stale(home: Home) -> None:
    assert Path(__file__).parents[1].joinpath("docs", "warehouse.md").read_text(encoding="utf-8") == dictionary(home.owner)
