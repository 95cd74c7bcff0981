"""Steps of a resource's day outside of Airflow, from what is landed."""

from contextlib import suppress
from datetime import date

from airflow.sdk.exceptions import AirflowException

from cadre_cloud.feed.check import check
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import roster_for, settle
from cadre_cloud.steps import step
from transforms.contract import Contract


def rerun(contract: Contract, day: date) -> None:
    """Check, load and settle, as the resource's DAG does: a step that fails ends the way to the next, `settle` comes always."""
    resource = contract.resource
    with suppress(AirflowException):
        with step(resource, day, "check"):
            check(contract, day)
        with step(resource, day, "load"):
            load(contract, day, roster_for(contract, day)[1])
    with step(resource, day, "settle"):
        settle(contract, day)
