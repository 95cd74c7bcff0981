"""The whole platform on one machine: databases, a gateway, a mailbox and Airflow, started and ended together."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import psycopg
import sqlalchemy
import yaml

from cadre_cloud.commands.migrate import upgrade
from demo import airflow, credentials, databases, ports, postgres, processes, settings
from demo.airflow_api import AirflowApi
from demo.halt import alone, private, stop
from demo.logs import last_words
from demo.places import VAR, shown
from demo.trouble import Trouble
from demo.watchdog import Watchdog


def salts(city: Path | None) -> dict[str, str]:
    """What a city's departments put before a number when they hash it, by resource; empty where they agreed on nothing."""
    try:
        text = (city / "city.yaml").read_text(encoding="utf-8") if city else ""
        return {"finance": yaml.load(text, Loader=yaml.BaseLoader)["finance_salt"]}  # noqa: S506  # as it is written
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return {}


class Stack:
    """The local stack on one `var` folder, as a context manager: what ends in it is started again, and nothing is left running.

    - `city`: the city directory that the demo's gateway serves and whose salts hold; None where there is no city
    - `endpoints`: what the gateway serves of it, as `demo.gateway` describes
    - `with_airflow`: False starts the databases alone
    - `durable`: False, for tests alone, makes the databases faster and unsafe
    - `tell`: gets a word or two at each step

    Once started it has `environment` (of Airflow's processes), `secrets`, `ports` and `api`.
    """

    def __init__(
        self,
        var: Path = VAR,
        *,
        city: Path | None = None,
        endpoints: Mapping[str, Mapping[str, object]] | None = None,
        with_airflow: bool = True,
        durable: bool = True,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Keep what to start; nothing is started yet."""
        self.var = var.absolute()
        self.city, self.endpoints = city, endpoints or {}
        self.with_airflow, self.durable, self.tell = with_airflow, durable, tell
        self.run, self.home = self.var / "run", self.var / "airflow"
        self.drop, self.mail = self.var / "demo" / "drop", self.var / "demo" / "mail"

    def __enter__(self) -> Self:
        """Start everything; raises Trouble, with nothing left running, where that fails."""
        with contextlib.ExitStack() as started:
            started.enter_context(alone(self.var))
            self.start()
            started.callback(stop, self.var)
            if self.with_airflow:
                started.enter_context(Watchdog(self))
            self._started = started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End everything."""
        self._started.close()

    def served_before(self) -> Self:
        """Serve the city of the last run again, where there was one."""
        try:
            self.city = Path(json.loads((self.var / "demo" / "city.json").read_text()))
            self.endpoints = json.loads((self.var / "demo" / "endpoints.json").read_text())
        except (OSError, ValueError):
            return self
        return self

    def start(self) -> None:
        """Start everything, after ending what a killed run left; it goes on without this process, until `halt.stop`."""
        try:
            stop(self.var)
            self._start_databases()
            if self.with_airflow:
                self._start_migration()
            self._open_warehouse()
            if self.with_airflow:
                self._start_surroundings()
                self._start_airflow()
        except BaseException:
            stop(self.var)
            raise

    def start_postgres(self, folder: Path, name: str) -> None:
        """Start one of the databases' servers on what its folder holds."""
        private(folder)
        postgres.start(folder, self.secrets[name], self.ports[name], durable=self.durable)

    def start_again(self, name: str) -> None:
        """Start one of Airflow's components that has ended."""
        airflow.start_again(self.run, self.home, self.environment, name)

    @property
    def servers(self) -> list[tuple[Path, str]]:
        """The databases' servers: the folder that each has and its name among secrets and ports."""
        return list(zip(postgres.folders(self.var), ("postgres", "exchange"), strict=True))

    @property
    def owner_address(self) -> str:
        """The warehouse, as its owner; for set-up alone."""
        return settings.owner_address(self.secrets, self.ports)

    @property
    def airflow_address(self) -> str:
        """Airflow's own database, as Airflow."""
        return settings.address("airflow", self.secrets["airflow"], self.ports["postgres"], "airflow")

    @property
    def exchange_address(self) -> str:
        """The departments' exchange database, as its owner, who fills it; the platform can only read there."""
        return settings.address("postgres", self.secrets["exchange"], self.ports["exchange"], "exchange")

    @property
    def reader_address(self) -> str:
        """The warehouse, as the read-only user of the demo."""
        return settings.address(settings.READER, self.secrets[settings.READER], self.ports["postgres"], "warehouse")

    @property
    def gateway_address(self) -> str:
        """The departments' gateway, the demo's or the one in GATEWAY; `POST /_today` there needs no credentials."""
        return settings.gateway_address(self.ports)

    def _start_databases(self) -> None:
        self.tell("PostgreSQL")
        for folder in (self.drop, self.mail):
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets = credentials.read(self.var)
        self.ports = ports.choose(self.var, settings.PORTS)
        self.environment = settings.environment(self.var, self.secrets, self.ports, salts=salts(self.city))
        with ThreadPoolExecutor() as both:
            starting = [both.submit(self.start_postgres, folder, name) for folder, name in self.servers]
        for started in starting:
            started.result()
        databases.prepare(self.ports, self.secrets, credentials.before(self.var))

    def _open_warehouse(self) -> None:
        """Bring the warehouse up to date and let its logins in; a warehouse given to us has logins of its own."""
        self.tell("the warehouse")
        if self.owner_address:
            try:
                upgrade(self.owner_address)
            except (psycopg.Error, sqlalchemy.exc.SQLAlchemyError) as error:
                reason = str(getattr(error, "orig", None) or error).splitlines()[0]
                raise Trouble(f"The warehouse cannot be brought up to this version: {reason}.") from error
        if "AIRFLOW_CONN_WAREHOUSE" not in os.environ:
            databases.open_warehouse(self.ports["postgres"], self.secrets)

    def _start_surroundings(self) -> None:
        """Start what stands in for the outside world, except where the caller has the real thing."""
        given = os.environ
        if self.city and not given.get("GATEWAY") and "AIRFLOW_CONN_GATEWAY" not in given:
            endpoints = self.var / "demo" / "endpoints.json"
            endpoints.write_text(json.dumps(self.endpoints))
            (self.var / "demo" / "city.json").write_text(json.dumps(str(self.city)))
            client = ":".join(settings.gateway_client(self.secrets))
            arguments = [str(self.city), str(endpoints), str(self.ports["gateway"])]
            module = "faults" if settings.faults() else "gateway"
            self._start_server("gateway", arguments, {"GATEWAY_CLIENT": client}, module)
        if settings.SMTP not in given:
            arguments = [str(self.mail), str(self.ports["mailbox"]), self.environment["CADRE_BOUNCES"]]
            self._start_server("mailbox", arguments, {}, "mailbox")

    def _start_server(self, name: str, arguments: list[str], private: dict[str, str], module: str) -> None:
        """Start a module of ours and wait until it listens; secrets go by the environment, which no other user sees."""
        log, port = self.var / "demo" / f"{name}.log", self.ports[name]
        command = [sys.executable, "-m", f"demo.{module}", *arguments]
        processes.start(self.run, name, command, env={**os.environ, **private}, log=log)
        processes.wait_until(lambda: ports.answers(port) or not processes.is_alive(self.run, name), 30)
        if not ports.answers(port):
            raise Trouble(f"The demo's {name} does not start: {last_words(log)} (log: {shown(log)}).")

    def _start_migration(self) -> None:
        airflow.prepare(self.home, self.secrets)
        made_by = databases.airflow_version(self.ports["postgres"], self.secrets)
        airflow.start_migration(self.run, self.home, self.environment, made_by)

    def _start_airflow(self) -> None:
        self.tell("Airflow")
        airflow.finish_migration(self.run, self.home)
        databases.note_airflow_version(self.ports["postgres"], self.secrets, airflow.version())
        self.api = AirflowApi(f"http://127.0.0.1:{self.ports['airflow']}", "admin", self.secrets["ui_admin"])
        airflow.start(self.run, self.home, self.environment, self.api)
