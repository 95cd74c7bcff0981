"""Every secret of a stack is another one, and what was sealed under the old ones opens under the new ones alone."""

import base64
import os
import sys
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet, MultiFernet

from cadre_cloud.storage.vault import Vault
from cadre_cloud.warehouse.roster import context
from demo import airflow, credentials, databases, postgres, processes, rotation, settings
from demo.stack import Stack
from demo.trouble import Trouble

NUMBER = "529901198001011234"
CADRE = """
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, status, updated_at, original, known_from, delivery_id)
values ('C1', '王明', %s, %s, '529901********1234', 'male', '198001', '2002-07-01', '141', 'B1', '科长', '1', now(), '{}', now(),
        'd')"""
# Server, whose secret it is, user and database.
LOGINS = [
    ("postgres", "postgres", "postgres", "warehouse"),
    ("postgres", "airflow", "airflow", "airflow"),
    ("postgres", "cadre_loader", "cadre_loader", "warehouse"),
    ("postgres", "cadre_web", "cadre_web", "warehouse"),
    ("postgres", settings.READER, settings.READER, "warehouse"),
    ("exchange", "exchange", "postgres", "exchange"),
    ("exchange", "exchange_reader", "exchange_reader", "exchange"),
]


@pytest.fixture
def old(var: Path) -> dict[str, str]:
    """A stack that has sealed a number, a landed file and, in Airflow, a connection's password; and its secrets."""
    with Stack(var, with_airflow=False, durable=False) as stack:
        stack._start_migration()
        vault = Vault(base64.b64decode(stack.secrets["cadre_key"]))
        with psycopg.connect(stack.owner_address) as warehouse:
            warehouse.execute(CADRE, [vault.seal_value(NUMBER, context("C1")), vault.lookup(NUMBER)])
        (var / "landing").mkdir()
        (var / "landing" / "sent").write_bytes(b"".join(vault.seal([b"as sent"])))
        airflow.finish_migration(stack.run, stack.home)
        databases.note_airflow_version(stack.ports["postgres"], stack.secrets, airflow.version())
        sealed = Fernet(stack.secrets["fernet_key"]).encrypt(b"a password").decode()
        with psycopg.connect(airflow_address(stack)) as database:
            database.execute(
                "insert into connection (conn_id, conn_type, password, is_encrypted, is_extra_encrypted) "
                "values ('x', 'http', %s, true, false)",
                [sealed],
            )
    return stack.secrets


def test_everything_is_renewed_wherever_it_was_killed(var: Path, old: dict[str, str]) -> None:
    for place in ("Stack.start", "_move", "credentials.forget_before"):
        kill_at(place, var)
        assert credentials.before(var) == old
    stack = Stack(var, with_airflow=False, durable=False)
    stack.start()  # what is started between works, and goes on running
    assert opened(stack, stack.secrets) == (NUMBER, b"as sent", b"a password")
    rotation.rotate(var, durable=False)
    assert all(map(postgres.is_running, postgres.folders(var)))
    new = credentials.read(var)
    assert {name for name in old if old[name] == new[name]} == set(credentials.NAMES)
    assert [path.name for path in var.glob("secrets*")] == ["secrets.json"]
    with Stack(var, with_airflow=False, durable=False) as stack:
        assert stack.environment["CADRE_KEY_BEFORE"] == ""
        assert opened(stack, new) == (NUMBER, b"as sent", b"a password")
        for server, secret, user, database in LOGINS:
            refused, let_in = (settings.address(user, one[secret], stack.ports[server], database) for one in (old, new))
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(refused)
            psycopg.connect(let_in).close()


def test_airflow_has_to_be_down(var: Path) -> None:
    processes.start(
        var / "run", "scheduler", [sys.executable, "-c", "import time; time.sleep(60)"], env=os.environ, log=var / "log"
    )
    with pytest.raises(Trouble, match="make down"):
        rotation.rotate(var)
    assert credentials.before(var) == {}


@pytest.mark.parametrize("name", rotation.GIVEN)
def test_what_is_given_from_outside_is_not_ours_to_rotate(var: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "given")
    with pytest.raises(Trouble, match=name):
        rotation.rotate(var)


def kill_at(place: str, var: Path) -> None:
    """Rotate in a process that is gone when it comes to a place."""
    child = os.fork()
    if not child:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"demo.rotation.{place}", lambda *_: os._exit(9))
            rotation.rotate(var, durable=False)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def opened(stack: Stack, secrets: dict[str, str]) -> tuple[str, bytes, bytes]:
    """What was sealed at first, by secrets and, while there are any, those before them."""
    before = credentials.before(stack.var)
    vault = Vault(*(base64.b64decode(one["cadre_key"]) for one in (secrets, before) if one))
    fernet = [one["fernet_key"] for one in (secrets, before) if one]
    with psycopg.connect(stack.owner_address) as warehouse, psycopg.connect(airflow_address(stack)) as database:
        (cipher,) = warehouse.execute("select id_cipher from core.cadre").fetchone()
        (token,) = database.execute("select password from connection where conn_id = 'x'").fetchone()
    with (stack.var / "landing" / "sent").open("rb") as sent:
        return (
            vault.open_value(cipher, context("C1")),
            b"".join(vault.open(sent)),
            MultiFernet(map(Fernet, fernet)).decrypt(token),
        )


def airflow_address(stack: Stack) -> str:
    return settings.address("airflow", stack.secrets["airflow"], stack.ports["postgres"], "airflow")
