"""How a command tells that it cannot go on: in one sentence, with a non-zero exit."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

INTERRUPTED = 130
FULL = os.strerror(errno.ENOSPC)


class Trouble(Exception):
    """Something a person has to know about; its text is one whole sentence for them."""


class Ended(BaseException):
    """Somebody asked this process to end (SIGTERM or SIGHUP); like KeyboardInterrupt, no handler of errors takes it."""


def guard(main: Callable[[], int | None]) -> int:
    """Run a command and return its exit code; a Trouble, a full disk and Ctrl-C become one sentence on stderr."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        return main() or 0
    except Trouble as trouble:
        return _say(str(trouble), 1)
    except (KeyboardInterrupt, Ended):
        return _say("Interrupted.", INTERRUPTED)
    except PermissionError as error:
        return _say(f"This user may not write or read {error.filename}.", 1)
    except Exception as error:
        if FULL not in str(error):  # in whichever program it was: the words are the system's
            raise
        return _say("The disk is full.", 1)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Ended
