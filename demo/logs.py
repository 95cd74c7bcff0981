"""What a log says last, for the sentence that tells why something did not start."""

import re
from pathlib import Path

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# PostgreSQL's time, process and severity stand before what matters.
PREFIX = re.compile(r"^.*?\b(?:FATAL|PANIC):\s*")
TELLING = re.compile(r"\b(?:FATAL|PANIC|CRITICAL)\b|Error\b|Exception\b")


def last_words(log: Path, start: int = 0) -> str:
    """Return the last line of a log that tells something, from byte `start` on; an error before anything else."""
    lines = [COLOURS.sub("", line).strip() for line in _text(log, start).splitlines()]
    lines = [line for line in lines if line]
    telling = [line for line in lines if TELLING.search(line)]
    return PREFIX.sub("", (telling or lines or ["it wrote nothing"])[-1])[:300].rstrip(".")


def _text(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(start)
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
