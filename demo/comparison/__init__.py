"""How much of what is really so in a synthetic city the platform has found out. A rehearsal asks; the platform never does."""

from demo.comparison.compare import compare
from demo.comparison.show import show

__all__ = ["compare", "show"]
