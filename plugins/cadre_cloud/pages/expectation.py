"""What a suite expected of a delivery, in words, beside what was found."""

from collections.abc import Callable

from cadre_cloud.pages.reading import Row

_ROW_CHECKS = "refused"  # `quality.REFUSED`, which brings more with it than an API server has a use for
_ROWS = "expect_table_row_count_to_be_between"
_FILLED = "expect_column_proportion_of_non_null_values_to_be_between"

_WORDS = {
    "expect_column_values_to_not_be_null": "{column} is filled and can be read",
    "expect_column_values_to_be_null": "{column} is empty",
    "expect_column_values_to_be_unique": "{column} does not come twice",
    "expect_compound_columns_to_be_unique": "{column} together do not come twice",
    "expect_column_values_to_match_regex": "{column} has the agreed form",
    "expect_column_values_to_be_between": "{column} is from {low} to {high}",
    "expect_column_values_to_be_in_set": "{column} is one of the agreed values",
    _FILLED: "{column} is filled as usual",
}


def expected(finding: Row, say: Callable[..., str]) -> str:
    """An expectation as a sentence; of a type that has none, in Great Expectations' own words."""
    asked = finding["asked"]
    if finding["expectation"] == _ROWS:
        return say("the number of rows is as usual") if asked.get("usual") else say("the number of rows")
    if finding["column_name"] == _ROW_CHECKS:
        return say("rows pass the checks of the contract")
    words = _WORDS.get(finding["expectation"])
    if words is None:
        return f"{finding['expectation']} {finding['column_name'] or ''}".rstrip()
    column = finding["column_name"] or ", ".join(asked.get("column_list", []))
    return say(words, column=column, low=asked.get("min_value", "…"), high=asked.get("max_value", "…"))


def limit(finding: Row, say: Callable[..., str]) -> str:
    """What it asked for; nothing where that was not kept yet."""
    asked = finding["asked"]
    if not asked:
        return ""
    if finding["expectation"] == _FILLED:
        return f"{asked['min_value']:.0%} – {asked['max_value']:.0%}"
    if finding["expectation"] != _ROWS:
        return say("in at least {share:.0%} of the rows", share=asked.get("mostly", 1))
    low, high = asked.get("min_value"), asked.get("max_value")
    told = [say("at least {number:,}", number=low)] if low is not None else []
    return ", ".join(told + ([say("at most {number:,}", number=high)] if high is not None else []))


def observed(finding: Row, say: Callable[..., str]) -> str:
    """What was found."""
    if finding["expectation"] == _ROWS:
        return "" if finding["observed"] is None else f"{finding['observed']:,.0f}"
    if finding["expectation"] == _FILLED:
        return f"{finding['observed']:.1%}"
    share = finding["unexpected_share"]
    return "" if share is None else f"{1 - share:.1%}"
