"""The error of a delivery that cannot be read as a whole."""


class Unreadable(ValueError):
    """A delivery that has to be held, with a reason code and a sentence that a clerk understands."""

    def __init__(self, reason: str, message: str) -> None:
        """`reason` is a code in snake case; `message` says what is wrong, without any value of a row."""
        super().__init__(message)
        self.reason = reason
