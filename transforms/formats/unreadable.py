"""The error of a delivery that cannot be read as a whole."""


class Unreadable(ValueError):
    """A delivery that has to be held: a reason code, and the source's column names that it is about.

    Reasons: `empty`, `broken` (not of its format), `missing_column` (`columns` are missing, `new` came instead),
    `column_twice`, `no_sheet` (a workbook without the sheet `columns`, but with `new`), `too_big` (unpacked),
    `wrong_encoding` and `wrong_delimiter` (a header that can be read in or by `new`), `broken_rows` (more than half of them).
    """

    def __init__(self, reason: str, columns: list[str] | None = None, new: list[str] | None = None) -> None:
        """`columns` and `new` are names as sent, never values."""
        super().__init__(reason)
        self.reason, self.columns, self.new = reason, columns or [], new or []
