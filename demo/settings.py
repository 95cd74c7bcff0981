"""The environment of everything that runs in the local stack; see Airflow's configuration reference for the names."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from demo import credentials
from demo.places import CLONE
from demo.trouble import Trouble

PORTS = ("postgres", "exchange", "airflow", "gateway", "mailbox")
UI_USERS = {"admin": "admin", "supervisor": "viewer", "reviewer": "viewer"}
OWNER = "AIRFLOW_CONN_WAREHOUSE_OWNER"
SMTP = "AIRFLOW_CONN_SMTP_DEFAULT"
# The login to the warehouse that only reads, for whoever looks around on this machine.
READER = "cadre_reader_demo"
# What the shipped model foretells of names was held against the truth of such cities. A real city allows as much once its own
# people have borne it out.
AUTOMATIC = "name_unit"


def address(user: str, password: str, port: int, database: str) -> str:
    """Return a PostgreSQL URL; the passwords made here need no quoting."""
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"


def environment(
    var: Path,
    secrets: Mapping[str, str],
    ports: Mapping[str, int],
    given: Mapping[str, str] = os.environ,
    salts: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the settings of Airflow and of the platform's tasks; connections that the caller has set win.

    `salts` are those of resources with hashed numbers. The owner of the warehouse is not among the settings: only set-up
    needs it (`owner_address`).
    """
    kept = {name: value for name, value in given.items() if not name.startswith("AIRFLOW__") and name != OWNER}
    ours = {"CADRE_SALTS": given.get("CADRE_SALTS", json.dumps(salts or {}))} | _platform(var, secrets, given)
    return kept | _connections(secrets, ports, given) | ours | _airflow(var, secrets, ports)


def legal_bases() -> str:
    """Return the setting that fills in legal bases which contracts still lack: in a rehearsal nobody is real."""
    return json.dumps({path.stem: "rehearsal with synthetic people" for path in sorted(CLONE.glob("dags/feeds/*.yaml"))})


def owner_address(secrets: Mapping[str, str], ports: Mapping[str, int], given: Mapping[str, str] = os.environ) -> str:
    """Return the address under which migrations change the warehouse; empty for a given warehouse with no owner."""
    if OWNER in given or "AIRFLOW_CONN_WAREHOUSE" in given:
        return given.get(OWNER, "").replace("postgres://", "postgresql://", 1)
    return address("postgres", secrets["postgres"], ports["postgres"], "warehouse")


def gateway_client(secrets: Mapping[str, str], given: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return the id and the secret with which the platform goes to the gateway: GATEWAY_CLIENT, or the demo's own."""
    if not given.get("GATEWAY"):
        return secrets["gateway_client"], secrets["gateway_secret"]
    name, colon, secret = given.get("GATEWAY_CLIENT", "").partition(":")
    if not colon:
        raise Trouble("GATEWAY needs GATEWAY_CLIENT=id:secret beside it.")
    return name, secret


def gateway_address(ports: Mapping[str, int], given: Mapping[str, str] = os.environ) -> str:
    """Return the gateway's address: GATEWAY, or that of the demo's own."""
    return given.get("GATEWAY", "").rstrip("/") or f"http://127.0.0.1:{ports['gateway']}"


def faults(given: Mapping[str, str] = os.environ) -> str:
    """Return the seed of the faults that the demo's own gateway plays: FAULTS, empty where all goes well."""
    if given.get("FAULTS") and given.get("GATEWAY"):
        raise Trouble("FAULTS are played by the demo's own gateway, and not by one in GATEWAY.")
    return given.get("FAULTS", "")


def _connections(secrets: Mapping[str, str], ports: Mapping[str, int], given: Mapping[str, str]) -> dict[str, str]:
    def postgres(user: str, server: str, database: str) -> str:
        return f"postgres://{user}:{secrets[user]}@127.0.0.1:{ports[server]}/{database}"

    ours = {
        "AIRFLOW_CONN_WAREHOUSE": postgres("cadre_loader", "postgres", "warehouse"),
        "AIRFLOW_CONN_WAREHOUSE_WEB": postgres("cadre_web", "postgres", "warehouse"),
        "AIRFLOW_CONN_EXCHANGE": postgres("exchange_reader", "exchange", "exchange"),
        "AIRFLOW_CONN_GATEWAY": _gateway_connection(secrets, ports, given),
        SMTP: f"smtp://127.0.0.1:{ports['mailbox']}?disable_ssl=true&disable_tls=true&timeout=10&retry_limit=1",
    }
    return {name: given.get(name, value) for name, value in ours.items()}


def _gateway_connection(secrets: Mapping[str, str], ports: Mapping[str, int], given: Mapping[str, str]) -> str:
    """Return the gateway as Airflow writes it: https is the schema, at the place of the path."""
    parts = urlsplit(gateway_address(ports, given))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise Trouble("GATEWAY has to be an address such as http://127.0.0.1:8080, without a path.")
    client, secret = (quote(part, safe="") for part in gateway_client(secrets, given))
    return f"http://{client}:{secret}@{parts.netloc}{'/https' if parts.scheme == 'https' else ''}"


def _platform(var: Path, secrets: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    # A proxy of the company's must not get to see what these processes tell each other.
    direct = ",".join(filter(None, [given.get("no_proxy", given.get("NO_PROXY", "")), "127.0.0.1", "localhost"]))
    return {
        "CADRE_HOME": str(CLONE),
        "CADRE_VAR": str(var),
        "CADRE_KEY": given.get("CADRE_KEY", secrets["cadre_key"]),
        "CADRE_KEY_BEFORE": given.get("CADRE_KEY_BEFORE", credentials.before(var).get("cadre_key", "")),
        "CADRE_DROP": given.get("CADRE_DROP", f"file://{var}/demo/drop"),
        "CADRE_BOUNCES": given.get("CADRE_BOUNCES", "" if SMTP in given else f"{var}/demo/bounces"),
        "CADRE_REHEARSAL": "1",
        "CADRE_SOURCE_WAIT": given.get("CADRE_SOURCE_WAIT", "600"),  # less than a day may take
        "CADRE_LINK_AUTOMATIC": given.get("CADRE_LINK_AUTOMATIC", AUTOMATIC),
        "CADRE_LEGAL_BASIS": given.get("CADRE_LEGAL_BASIS", legal_bases()),
        "GX_ANALYTICS_ENABLED": "false",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def _airflow(var: Path, secrets: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    home, port = var / "airflow", ports["airflow"]
    database = address("airflow", secrets["airflow"], ports["postgres"], "airflow")
    sections: dict[str, dict[str, object]] = {
        "core": {
            "dags_folder": CLONE / "dags",
            "plugins_folder": CLONE / "plugins",
            "load_examples": False,
            "dags_are_paused_at_creation": False,
            "default_timezone": "Asia/Shanghai",
            "executor": "LocalExecutor",
            "parallelism": 8,
            "fernet_key": ",".join(filter(None, [secrets["fernet_key"], credentials.before(var).get("fernet_key")])),
            "simple_auth_manager_users": ",".join(f"{user}:{role}" for user, role in UI_USERS.items()),
            "simple_auth_manager_passwords_file": home / "passwords.json",
            "execution_api_server_url": f"http://127.0.0.1:{port}/execution/",
        },
        "database": {"sql_alchemy_conn": database.replace("postgresql:", "postgresql+psycopg2:", 1)},
        "api": {
            "host": "127.0.0.1",
            "port": port,
            "base_url": f"http://127.0.0.1:{port}",
            "workers": 1,
            "secret_key": secrets["api_secret_key"],
        },
        "api_auth": {"jwt_secret": secrets["jwt_secret"]},
        "scheduler": {
            "scheduler_idle_sleep_time": 0.1,  # the latency between two tasks
            # Who starts a killed run again shall not wait for minutes until what it left is taken up. At less than the default of
            # 30 seconds without a sign of life, a scheduler that a busy machine holds up takes itself for dead.
            "orphaned_tasks_check_interval": 10,
            "task_instance_heartbeat_timeout": 60,
        },
        "workers": {"min_heartbeat_interval": 1},  # at more, a task that has ended may hold its slot that long
        "dag_processor": {"refresh_interval": 30, "min_file_process_interval": 30, "parsing_processes": 1},
        "logging": {"base_log_folder": home / "logs"},
    }
    options = {
        f"AIRFLOW__{section}__{name}".upper(): str(value)
        for section, settings in sections.items()
        for name, value in settings.items()
    }
    return {"AIRFLOW_HOME": str(home), **options}
