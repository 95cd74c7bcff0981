"""The chain without a scheduler: what the DAGs do on a business day, in this process, step by step."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowException
from homes import CLIENT, Home

from cadre_cloud import contracts, publication
from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.contracts import ROSTER
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import roster_for, settle
from cadre_cloud.steps import step
from demo.departments import Table, drop_files, load_exchange
from demo.gateway import Endpoint, serve
from transforms.contract import Contract

OWN_FILES = ("appointment", "education", "family", "assessment", "training", "archive", "objective", "declaration")
_FIRST = (*ROSTER, *OWN_FILES)
EVERY = (*_FIRST, *(path.stem for path in contracts.paths() if path.stem not in _FIRST))
contract_of = cache(contracts.named)  # every home reads the same files


def run_day(home: Home, city: Path, day: date, resources: Sequence[str] = EVERY) -> None:
    """A business day from what a city's departments deliver to its alerts; each resource's failures are its own."""
    deliver(home, city, day, resources)
    with gateway(city, day, resources):
        run_feeds(day, resources)
    publish(day)


def deliver(home: Home, city: Path, day: date, resources: Sequence[str] = EVERY) -> None:
    """Fill the exchange database and drop the files, as the departments would in the night before."""
    of_kind = [contract_of(resource) for resource in resources]
    tables = [_table(contract) for contract in of_kind if contract.source.kind == "database"]
    with psycopg.connect(home.exchange, autocommit=True) as exchange:
        load_exchange(exchange, city, day.isoformat(), tables)
    for contract in of_kind:
        if contract.source.kind == "drop":
            drop_files(city, day.isoformat(), contract.resource, home.drop / contract.resource)


@contextmanager
def gateway(city: Path, day: date, resources: Sequence[str] = EVERY) -> Iterator[None]:
    """A real gateway that serves what a city has delivered up to a day, and Airflow's connection to it."""
    endpoints = {}
    for contract in map(contract_of, resources):
        if contract.source.kind == "api":
            sent = sources(contract)
            key = tuple(sent[name] for name in contract.key)
            endpoints[contract.resource] = Endpoint(contract.source.path, sent[contract.cursor], key, contract.source.signed)
    server = serve(city, endpoints, *CLIENT, port=0)
    server.gateway.set_today(day)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_GATEWAY", f"http://{CLIENT[0]}:{CLIENT[1]}@127.0.0.1:{server.server_port}")
        yield
    server.shutdown()
    thread.join()
    server.server_close()


def run_feeds(day: date, resources: Sequence[str] = EVERY) -> None:
    """Every feed's day, the roster's first."""
    for resource in sorted(resources, key=lambda name: (name not in ROSTER, EVERY.index(name))):
        run_feed(contract_of(resource), day)


def run_feed(contract: Contract, day: date) -> bool:
    """One feed's day as its DAG runs it: a step that fails ends the way to the next, but `settle` comes always.

    Returns what `settle` says: whether the day is complete, with something to publish.
    """
    with suppress(AirflowException):
        with step(contract.resource, day, "extract"):
            extract(contract, day)
        with step(contract.resource, day, "check"):
            check(contract, day)
        with step(contract.resource, day, "load"):
            load(contract, day, roster_for(contract, day)[1])
    with step(contract.resource, day, "settle"):
        return settle(contract, day)


def publish(day: date) -> dict[str, int]:
    """Publish what settled and bring the alerts up to the day; returns what that did to them."""
    publication.publish()
    return evaluate(day)


def sources(contract: Contract) -> dict[str, str]:
    """The source's name of each of our columns."""
    return {column.name: sent for sent, column in contract.columns.items()}


def _table(contract: Contract) -> Table:
    sent = sources(contract)
    key = tuple(sent[name] for name in contract.key)
    cursor = sent[contract.cursor] if contract.cursor else None
    return Table(contract.resource, contract.source.table, contract.mode, key, cursor)
