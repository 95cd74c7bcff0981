"""Errors whose own words are fit for a log, the ledger and a mail."""


class Readable(Exception):
    """A sentence of ours: it says what to mend, and holds no value of a row and no secret."""
