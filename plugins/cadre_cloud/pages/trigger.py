"""Handing a wish on to Airflow, whose workers have the time for it."""

import logging
from datetime import datetime, timedelta
from functools import lru_cache

from airflow.api.common.trigger_dag import trigger_dag
from airflow.exceptions import AirflowException, DagRunAlreadyExists
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

_TOGETHER = 5  # minutes, whose decisions the alerts follow at once


def carry_out_wishes(user_name: str) -> None:
    """Have what waits carried out now; where that fails, the DAG's hourly run does it."""
    try:
        trigger_dag("wishes", triggered_by=DagRunTriggeredByType.UI, triggering_user_name=user_name)
    except (AirflowException, SQLAlchemyError) as error:
        log.warning("A run of wishes could not be triggered: %s", type(error).__name__)


def have_alerts_follow(user_name: str, at: datetime) -> None:
    """Have the alerts follow what people decide, soon and once for many; where that fails, the DAG's hourly run does it."""
    soon = at.replace(minute=at.minute // _TOGETHER * _TOGETHER, second=0, microsecond=0) + timedelta(minutes=_TOGETHER)
    _trigger_once(user_name, soon)


@lru_cache(maxsize=1)
def _trigger_once(user_name: str, after: datetime) -> None:
    try:
        trigger_dag(
            "wishes", triggered_by=DagRunTriggeredByType.UI, triggering_user_name=user_name, run_after=after,
            run_id=f"decided_before_{after:%Y-%m-%dT%H:%M}",
        )  # fmt: skip
    except DagRunAlreadyExists:
        pass
    except (AirflowException, SQLAlchemyError) as error:
        log.warning("A run of wishes could not be triggered: %s", type(error).__name__)
