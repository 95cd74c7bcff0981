"""What every task has around it: the business day, a cause that is fit to be read, and bounded memory."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime

import psycopg
from airflow.sdk.exceptions import AirflowException, AirflowTaskTimeout

from cadre_cloud import ledger, settings
from cadre_cloud.contracts import ContractError
from cadre_cloud.feed.extract import FeedIsOff
from cadre_cloud.mail import MailError
from cadre_cloud.rules import RuleError
from cadre_cloud.sources import SourceError
from cadre_cloud.warehouse import connect
from transforms import duck

log = logging.getLogger(__name__)

# Our own sentences, without a value of any row.
_READABLE = (SourceError, FeedIsOff, ContractError, settings.MissingSetting, RuleError, MailError)


def business_day(conf: dict[str, str] | None, run_after: datetime) -> date:
    """The day of a run: `day` of its conf, or the day in Shanghai on which it was due."""
    given = (conf or {}).get("day")
    return date.fromisoformat(given) if given else run_after.astimezone(settings.SHANGHAI).date()


@contextmanager
def step(resource: str, day: date, name: str) -> Iterator[None]:
    """Run one step of a resource's day; a failure is noted in the ledger and fails the task, with a cause that holds no value.

    What is about no resource says instead what it is: `publish`, `alerts` or `mail`.

    Raises:
        AirflowException: the step failed; its text is the cause.
    """
    bound_duckdb()
    try:
        yield
    except (Exception, AirflowTaskTimeout) as error:
        cause = cause_of(error)
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("%s %s %s failed: %s\n%s", resource, day, name, cause, frames)
        with suppress(psycopg.Error), connect() as warehouse:
            ledger.note_failure(warehouse, resource, day, name, cause)
        raise AirflowException(f"{resource} {day} {name}: {cause}") from None


def cause_of(error: BaseException) -> str:
    """An error in a sentence; messages of drivers and libraries may quote a row, so of theirs only the kind is told."""
    if isinstance(error, _READABLE):
        return str(error)
    if isinstance(error, psycopg.Error):
        constraint = f", {error.diag.constraint_name}" if error.diag.constraint_name else ""
        return f"the warehouse refused: {type(error).__name__} ({error.sqlstate}{constraint})"
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__


def bound_duckdb() -> None:
    """Give DuckDB its bounds, and an encrypted place to spill to below var/."""
    spill = settings.var() / "duckdb"
    spill.mkdir(parents=True, exist_ok=True)
    duck.configure(
        memory_limit="400MB",
        threads="2",
        temp_directory=str(spill),
        temp_file_encryption="true",
        # Else it would rather fail than spill: OpenSSL, whose keys are beyond doubt, comes only with its extension httpfs. These
        # keys are for files that live as long as one connection, and are kept in its memory alone.
        force_mbedtls_unsafe="true",
    )
