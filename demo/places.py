"""Where things lie: the clone, its runtime state, and how a path is shown to a person."""

from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
VAR = CLONE / "var"


def shown(path: Path) -> str:
    """Return a path as a person in the clone would type it."""
    return str(path.relative_to(CLONE)) if path.is_relative_to(CLONE) else str(path)
