"""One sentence on stderr, and an exit code."""

import errno
import os
import signal
from pathlib import Path

import pytest

from demo.logs import last_words
from demo.trouble import INTERRUPTED, Trouble, guard


def fail(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Trouble("It rains."), 1, "It rains.\n"),
        (KeyboardInterrupt(), INTERRUPTED, "Interrupted.\n"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "The disk is full.\n"),
        (RuntimeError(f"could not extend file: {os.strerror(errno.ENOSPC)}"), 1, "The disk is full.\n"),
        (PermissionError(errno.EACCES, "no", "var/x"), 1, "This user may not write or read var/x.\n"),
    ],
)
def test_what_went_wrong_is_one_sentence(error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guard(lambda: fail(error)) == code
    assert capsys.readouterr().err == said


def test_the_codes_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert guard(lambda: None) == 0
    assert guard(lambda: 4) == 4
    assert guard(lambda: os.kill(os.getpid(), signal.SIGTERM)) == INTERRUPTED
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_mistake_of_ours_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        guard(lambda: 1 // 0)


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", "it wrote nothing"),
        ("starting\n\n", "starting"),
        ("\x1b[31mValueError: no.\x1b[0m\nbye\n", "ValueError: no"),
        ("2026-01-01 UTC [7] FATAL:  lock file exists\n2026-01-01 UTC [7] LOG:  shut down\n", "lock file exists"),
    ],
)
def test_a_log_tells_why(tmp_path: Path, log: str, words: str) -> None:
    (tmp_path / "log").write_text(log)
    assert last_words(tmp_path / "log") == words
