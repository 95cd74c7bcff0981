"""What every task has around it: the business day, a cause that is fit to be read, and bounded memory."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta

import psycopg
from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException, AirflowTaskTimeout
from airflow.sdk.timezone import utcnow

from cadre_cloud import settings
from cadre_cloud.causes import READABLE, cause_of
from cadre_cloud.sources import Later, SourceError
from cadre_cloud.warehouse import keys, ledger
from cadre_cloud.warehouse.connection import connect
from transforms import duck

log = logging.getLogger(__name__)


def business_day(conf: dict[str, str] | None, run_after: datetime) -> date:
    """The day of a run: `day` of its conf, or the day in Shanghai on which it was due."""
    given = (conf or {}).get("day")
    return date.fromisoformat(given) if given else run_after.astimezone(settings.SHANGHAI).date()


@contextmanager
def step(resource: str, day: date, name: str, patience: datetime | None = None) -> Iterator[None]:
    """Run one step of a day; a failure is noted in the ledger and fails the task, with a cause that holds no value.

    Args:
        resource: whose step, or what else works on a day, such as `publish`.
        day: the business day.
        name: of the step.
        patience: until when a source that may deliver later is asked again.

    Raises:
        AirflowRescheduleException: the step is to be run again later, and gives its slot back.
        AirflowException: the step failed; its text is the cause. AirflowFailException where trying again is of no use.
    """
    try:
        bound_duckdb()
        yield
    except (Exception, AirflowTaskTimeout) as error:
        if isinstance(error, Later) and patience and (again := later(error)) < patience:
            log.warning("%s %s %s: %s; asked again at %s", resource, day, name, error, again)
            raise AirflowRescheduleException(again) from None
        cause = cause_of(error)
        if not isinstance(error, READABLE):  # whose text, which Airflow logs, says it all
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s %s %s failed: %s\n%s", resource, day, name, cause, frames)
        failed = AirflowFailException if isinstance(error, SourceError | AirflowTaskTimeout) else AirflowException
        is_last = failed is AirflowFailException or not other_tries_follow()
        with suppress(psycopg.Error, keys.OtherKeys), connect() as warehouse:
            ledger.note_failure(warehouse, resource, day, name, cause, is_last=is_last)
        raise failed(f"{resource} {day} {name}: {cause}") from None


def other_tries_follow() -> bool:
    """Tell whether Airflow runs the task again if this try fails; outside of a task nobody does."""
    try:
        task = get_current_context()["ti"]
    except RuntimeError:
        return False
    return task.try_number <= task.max_tries


def later(error: Later) -> datetime:
    """When a source is asked again: when it said, or soon; in a rehearsal no day is waited for."""
    return utcnow() + timedelta(seconds=error.wait or (5 if settings.is_rehearsal() else 120))


def bound_duckdb() -> None:
    """Give DuckDB its bounds, and an encrypted place to spill to below var/."""
    spill = settings.var() / "duckdb"
    with suppress(OSError):  # where it cannot be made, whoever has to write below var/ will say so
        spill.mkdir(parents=True, exist_ok=True)
    duck.configure(
        memory_limit="200MB",
        threads="2",
        temp_directory=str(spill),
        temp_file_encryption="true",
        # Else it would rather fail than spill: OpenSSL, whose keys are beyond doubt, comes only with its extension httpfs. These
        # keys are for files that live as long as one connection, and are kept in its memory alone.
        force_mbedtls_unsafe="true",
    )
