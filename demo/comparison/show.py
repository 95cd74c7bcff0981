"""Prints a comparison as tables."""

from typing import Any

from rich.console import Console
from rich.table import Table

from demo.comparison import alerts, links, spells

ROWS = ("planted", "found", "missed", "good_refused", "per_10000")
FATES = ("day", "resource", "file", "expected", "found")


def show(found: dict[str, Any], console: Console) -> None:
    """Print what differs from the city's truth, and how much does not."""
    label = "form of number" if "bad_rows" in found else "resource"
    console.print(_table("Beside the truth: links", label, (*links.COUNTS, "precision", "recall"), found["links"]))
    if "bad_rows" in found:
        console.print(_table("Beside the truth: bad rows", "resource", ROWS, found["bad_rows"]))
        console.print(_fates(found["deliveries"]))
        console.print(_table("Beside the truth: alerts", "rule", alerts.COUNTS, found["alerts"]))
    if "spells" in found:
        console.print(_table("Beside the truth: spells of résumés", "", spells.COUNTS, {"all": found["spells"]}))


def _table(title: str, label: str, columns: tuple[str, ...], counts: dict[str, dict[str, Any]]) -> Table:
    table = Table(title=title)
    table.add_column(label)
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    for name, count in counts.items():
        table.add_row(name, *(_shown(count[column]) for column in columns))
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def _fates(deliveries: list[dict[str, Any]]) -> Table | str:
    if not deliveries:
        return "Beside the truth: every delivery ended as it must."
    table = Table(title="Beside the truth: deliveries that ended otherwise")
    for column in FATES:
        table.add_column(column, overflow="fold")
    for row in deliveries:
        table.add_row(*(row[column] or "–" for column in FATES))
    return table
