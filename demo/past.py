"""Loads the years before a city's days: `python -m demo.past CITY`, beside a stack that runs and in its environment.

By the platform's own steps, from each department's delivery to the publication, in this process: it takes Airflow longer to
start a day's tasks than the tasks to load it. Nobody is told anything: alerts begin with the city's days.
"""

import logging
import sys
from datetime import date
from pathlib import Path

import yaml

from cadre_cloud import contracts
from cadre_cloud.commands.replay import turn
from cadre_cloud.commands.rerun import rerun
from cadre_cloud.feed.extract import extract
from cadre_cloud.publication import publish
from cadre_cloud.steps import bound_duckdb, step
from cadre_cloud.warehouse.connection import connect
from demo import credentials, delivery, ports, settings
from demo.places import VAR
from demo.trouble import Trouble, guard
from transforms.contract import Contract

_AMISS = "select resource, message from ledger.settlement where day = %s and outcome not in ('loaded', 'nothing')"
_CHANGED = "select coalesce(sum(changed), 0)::bigint as number from ledger.delivery where day = %s"


def load_day(day: date, feeds: list[Contract]) -> int:
    """Load what a day delivered feed by feed, and publish it; returns how many rows changed. Raises Trouble where one fails."""
    for contract in sorted(feeds, key=turn):
        with step(contract.resource, day, "extract"):
            extract(contract, day)
        rerun(contract, day)
    publish()
    with connect() as warehouse:
        for row in warehouse.execute(_AMISS, [day]):
            raise Trouble(f"{day}: {row['resource']} did not load: {row['message']}")
        return warehouse.execute(_CHANGED, [day]).fetchone()["number"]  # type: ignore[index]


def told_by(city: Path, day: str) -> list[Contract]:
    """The feeds of the departments that had delivered anything by a day."""
    resources = {path.parent.name for path in city.glob("*/*-*-*") if path.name <= day}
    return [contract for contract in contracts.expected() if contract.resource in resources]


def main() -> int:
    """Load all of a city's past, oldest first."""
    logging.disable(logging.INFO)  # what is told is a line a day
    bound_duckdb()
    city, remembered = Path(sys.argv[1]), ports.remembered(VAR)
    exchange = settings.address("postgres", credentials.read(VAR)["exchange"], remembered["exchange"], "exchange")
    days = [str(day) for day in yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))["past"]]
    for day in days:
        feeds = told_by(city, day)
        delivery.set_day(settings.gateway_address(remembered), day)
        delivery.fill_exchange(exchange, city, day, feeds)
        delivery.drop_all(city, day, feeds, VAR / "demo" / "drop")
        print(f"  {day}  {load_day(date.fromisoformat(day), feeds):>8,} changed", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(guard(main))
