"""A city in which links wait for reviewers."""

from pathlib import Path

import psycopg
from homes import Home

FILLS = Path(__file__).with_suffix(".sql")


def fill(home: Home, cases: int) -> None:
    """Have so many cases wait."""
    with psycopg.connect(home.owner) as owner:
        owner.execute(FILLS.read_text(encoding="utf-8").replace("{cases}", str(cases)))
