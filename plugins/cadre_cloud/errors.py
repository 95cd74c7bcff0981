"""Errors that speak for themselves."""


class Plain(Exception):
    """An error in our own words: its text holds no value of any row, and is fit for a log, the ledger and a mail."""
