"""Why something failed, in a sentence that is fit for a log, the ledger and a mail."""

import duckdb
import psycopg
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowTaskTimeout

from cadre_cloud.readable import Readable

# Our own sentences, and one of Airflow's that names a connection: none holds a value.
READABLE = (Readable, AirflowNotFoundException)
_NO_SPACE = "No space left on device"  # in the words of the system, whichever library hands them on

# What ails a warehouse, by the code that it gives, or by the class of it.
_AILING = {
    "53100": "its disk is full",
    "53": "it is short of resources",
    "57P": "it was shut down",
    "57014": "a statement was cancelled, or took too long",
    "25006": "it only lets itself be read",
    "40": "another transaction was in the way",
}


def cause_of(error: BaseException) -> str:
    """An error in a sentence; messages of drivers and libraries may quote a row, so of theirs only the kind is told."""
    if isinstance(error, READABLE):
        return str(error)
    return _of_the_warehouse(error) if isinstance(error, psycopg.Error) else _of_this_machine(error)


def _of_the_warehouse(error: psycopg.Error) -> str:
    code = error.sqlstate or ""
    if not code and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return "the connection to the warehouse was lost"
    ails = next((_AILING[code[:end]] for end in (5, 3, 2) if code[:end] in _AILING), type(error).__name__)
    constraint = f", {error.diag.constraint_name}" if error.diag.constraint_name else ""
    return f"the warehouse refused: {ails} ({code}{constraint})"


def _of_this_machine(error: BaseException) -> str:
    if _NO_SPACE in str(error):
        return "no space is left on the disk"
    match error:
        case duckdb.OutOfMemoryException():
            return "neither memory nor space on the disk is left to compare in"
        case AirflowTaskTimeout():
            return "it took longer than a task may"
        case OSError():
            return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
