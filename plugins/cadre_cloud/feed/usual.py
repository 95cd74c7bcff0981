"""Whether a delivery is as usual: its rows, and how far its columns are filled, beside those of its own history.

What comes daily is compared with the same weekday, for a Monday brings three days' work; a week's or a month's file with the ones
before it. Both too little and too much are unusual, and are a warning: whether they hold a delivery, its suite says.
"""

from dataclasses import replace
from datetime import date

from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Finding, Row
from transforms.contract import Contract, Tolerated

FEWEST, MOST = 4, 8  # deliveries of its history: of fewer nothing is usual, and what is longer ago is another time
TIMES, ROWS = 2, 30  # so many times more or fewer rows, and at least so many, are unusual
SHARE = 0.1  # by which more or fewer of the rows have a value; where fewer than ROWS come, one row is too much of it
DAILY = 3  # days: what is stale after as many or fewer comes daily

ROW_COUNT = "expect_table_row_count_to_be_between"
FILLED = "expect_column_proportion_of_non_null_values_to_be_between"

_HISTORY = f"""
select received, filled from ledger.delivery
where resource = %(resource)s and purpose = 'daily' and state = 'loaded' and received > 0 and day < %(day)s
  and (extract(isodow from day) = extract(isodow from %(day)s::date) or not %(is_daily)s)
order by day desc, landed_at desc limit {MOST}"""


def history(warehouse: Warehouse, contract: Contract, day: date) -> list[Row]:
    """Deliveries at the same place of a week or month before a day, newest first: `received, filled`."""
    is_daily = contract.late_after.days <= DAILY
    return warehouse.execute(_HISTORY, {"resource": contract.resource, "day": day, "is_daily": is_daily}).fetchall()


def unusual(before: list[Row], received: int, filled: dict[str, float]) -> list[Finding]:
    """What is to be said of a delivery beside its history: its number of rows, and each column that is filled as it never was.

    Args:
        before: as `history` gives them.
        received: rows of the delivery.
        filled: of each column the share of rows in which it has a value that can be read.
    """
    if len(before) < FEWEST or not received:
        return []
    counts = [row["received"] for row in before]
    low, high = max(min(min(counts) // TIMES, min(counts) - ROWS), 0), max(max(counts) * TIMES, max(counts) + ROWS)
    found = [_finding(ROW_COUNT, None, received, low, high)]
    if received >= ROWS:
        for column, share in filled.items():
            shares = [row["filled"][column] for row in before if column in row["filled"]]
            if len(shares) >= FEWEST:
                one = _finding(FILLED, column, share, max(min(shares) - SHARE, 0.0), min(max(shares) + SHARE, 1.0))
                found += [] if one.success else [one]
    return found


def tolerate(findings: list[Finding], tolerated: list[Tolerated], day: date) -> list[Finding]:
    """The same findings; those that the contract tolerates on a day neither hold a delivery nor warn, and say until when."""
    return [_tolerated(finding, tolerated, day) for finding in findings]


def _finding(expectation: str, column: str | None, observed: float, low: float, high: float) -> Finding:
    asked = {"min_value": low, "max_value": high, "usual": True} | ({"column": column} if column else {})
    return Finding(
        expectation=expectation,
        column=column,
        severity="warning",
        success=low <= observed <= high,
        observed=observed,
        unexpected_share=None,
        asked=asked,
    )


def _tolerated(finding: Finding, tolerated: list[Tolerated], day: date) -> Finding:
    for one in tolerated:
        is_meant = (one.expectation, one.column) == (finding.expectation, finding.column)
        if not finding.success and is_meant and day <= one.until and _missed_by(finding) <= one.up_to:
            said = {"tolerated": {"until": one.until.isoformat(), "why": one.why}}
            return replace(finding, severity="info", asked=finding.asked | said)
    return finding


def _missed_by(finding: Finding) -> float:
    """The share of rows that are not as expected; of a number, by which part of its bound it is beyond it."""
    if finding.unexpected_share is not None:
        return finding.unexpected_share
    low, high, observed = finding.asked.get("min_value"), finding.asked.get("max_value"), finding.observed or 0
    if low is not None and observed < low:
        return float((low - observed) / low)
    return float((observed - high) / high) if high else 1.0
