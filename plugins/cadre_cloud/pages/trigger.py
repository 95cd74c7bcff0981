"""Handing a wish on to Airflow, whose workers have the time for it."""

import logging

from airflow.api.common.trigger_dag import trigger_dag
from airflow.exceptions import AirflowException
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)


def carry_out_wishes(user_name: str) -> None:
    """Have what waits carried out now; where that fails, the DAG's hourly run does it."""
    try:
        trigger_dag("wishes", triggered_by=DagRunTriggeredByType.UI, triggering_user_name=user_name)
    except (AirflowException, SQLAlchemyError) as error:
        log.warning("A run of wishes could not be triggered: %s", type(error).__name__)
