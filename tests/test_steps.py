"""What becomes of a task whose step fails: run again later, tried again at once, or given up, with one cause."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException, AirflowTaskTimeout
from homes import Home

from cadre_cloud.sources import Later, SourceError
from cadre_cloud.steps import step

DAY = date(2026, 6, 1)
LATER = Later("/court: the gateway answered HTTP 503", 300)


def run(error: BaseException, patience: timedelta | None) -> None:
    with step("court", DAY, "extract", patience and datetime.now(UTC) + patience):
        raise error


def causes(home: Home) -> list[str]:
    return [row["cause"] for row in home.rows("select cause from ledger.failure")]


@pytest.mark.parametrize(("wait", "least"), [(300, 299), (None, 4)])
def test_a_source_that_may_deliver_later_is_asked_later(home: Home, wait: float | None, least: float) -> None:
    began = datetime.now(UTC)
    with pytest.raises(AirflowRescheduleException) as error:
        run(Later("not now", wait), timedelta(hours=2))
    assert least <= (error.value.reschedule_date - began).total_seconds() <= least + 10
    assert causes(home) == []


def test_a_deployment_s_task_gives_its_slot_back_for_minutes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CADRE_REHEARSAL")
    with pytest.raises(AirflowRescheduleException) as error:
        run(Later("not now"), timedelta(hours=2))
    assert error.value.reschedule_date > datetime.now(UTC) + timedelta(seconds=100)


@pytest.mark.parametrize("patience", [timedelta(minutes=4), timedelta(0), None])
def test_patience_ends(home: Home, patience: timedelta | None, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AirflowFailException, match="court 2026-06-01 extract: /court: the gateway answered HTTP 503"):
        run(LATER, patience)
    assert causes(home) == ["/court: the gateway answered HTTP 503"]
    assert caplog.messages == []  # Airflow logs what fails a task


def test_what_asking_again_does_not_mend_is_given_up(home: Home) -> None:
    with pytest.raises(AirflowFailException):
        run(SourceError("/court: the gateway answered HTTP 403"), timedelta(hours=2))
    with pytest.raises(AirflowFailException):
        run(AirflowTaskTimeout("Timeout, PID: 1"), timedelta(hours=2))
    assert causes(home) == ["/court: the gateway answered HTTP 403", "it took longer than a task may"]


def test_what_the_machine_did_is_tried_again(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AirflowException) as error:
        run(psycopg.OperationalError("a value of a row"), timedelta(hours=2))
    assert not isinstance(error.value, AirflowFailException)
    assert causes(home) == ["the connection to the warehouse was lost"]
    assert "a value of a row" not in caplog.text
