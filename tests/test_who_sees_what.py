"""The table of who sees what in docs/ is what the database's catalogs say."""

from pathlib import Path

from homes import Home

from cadre_cloud.commands.who_sees_what import who_sees_what


def test_it_is_not_stale(home: Home) -> None:
    path = Path(__file__).parents[1] / "docs" / "who-sees-what.md"
    assert path.read_text(encoding="utf-8") == who_sees_what(home.owner)
