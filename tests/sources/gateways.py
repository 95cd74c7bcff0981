"""A gateway that the tests drive, with the connection `gateway` leading to it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest

from cadre_cloud import contracts
from cadre_cloud.sources import arrivals
from demo.faults import FaultyServer
from demo.gateway import Endpoint, Gateway
from transforms.contract import Contract
from transforms.formats import pages

DAY = date(2026, 6, 1)
PATH = "/discipline/v1/decisions"
SECRET = "s:e+c/ret"


def city_of(folder: Path, records: list[dict], day: date = DAY) -> Path:
    """A city in which the commission delivers some records on a day."""
    folder = folder / "city"
    (folder / "discipline" / day.isoformat()).mkdir(parents=True, exist_ok=True)
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "discipline" / day.isoformat() / "changes.jsonl").write_text(lines, encoding="utf-8")
    return folder


@contextmanager
def gateway(
    city: Path, *, signed: bool = False, secret: str = SECRET, draw: Callable[[str], str | None] = lambda _: None
) -> Iterator[FaultyServer]:
    """A gateway of the city that plays what is drawn; `secret` is what we believe the client's to be."""
    endpoint = Endpoint(PATH, "GXSJ", ("JDWH",), signed)
    with FaultyServer(Gateway(city, {"discipline": endpoint}, "client", SECRET), 0, draw) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("AIRFLOW_CONN_GATEWAY", connection(server.server_port, secret))
                yield server
        finally:
            server.shutdown()
            thread.join()


def connection(port: int, secret: str = SECRET, **more: str) -> str:
    where = {"conn_type": "http", "host": "127.0.0.1", "port": port, "login": "client", "password": secret}
    return json.dumps(where | more)


def script(*faults: str | None, then: str | None = None, path: str = PATH) -> Callable[[str], str | None]:
    """Play some faults on a path, in their order, and then another one for ever, by default none."""
    left = list(faults)
    return lambda asked: None if asked != path else left.pop(0) if left else then


def discipline(**source: object) -> Contract:
    contract = contracts.named("discipline")
    return contract.model_copy(update={"source": contract.source.model_copy(update=source)})


def pulled(contract: Contract, since: datetime | None = None) -> list[str]:
    """The keys of one pull, in order."""
    (arrival,) = arrivals(contract, DAY, since)
    table = pages.parse(b"".join(arrival.chunks()))
    return table["JDWH"].to_pylist() if len(table) else []
