"""The databases of the local servers, and who may log in to them."""

from collections.abc import Mapping
from contextlib import suppress

import psycopg
from psycopg import sql

from demo.settings import READER, address
from demo.trouble import Trouble

# Server: its databases, and who owns them. Airflow and the warehouse share a server and nothing else.
OWNERS = {"postgres": {"warehouse": "postgres", "airflow": "airflow"}, "exchange": {"exchange": "postgres"}}
# Server: logins of the stack itself; those to the warehouse belong to the platform, whose migrations make them.
OURS = {"postgres": "airflow", "exchange": "exchange_reader"}
WAREHOUSE_LOGINS = ("cadre_loader", "cadre_web", READER)
UI_USERS_ARE = {"admin": "cadre_engineer", "supervisor": "cadre_reader", "reviewer": "cadre_reviewer"}
READERS = "cadre_reviewer"  # who reads what others read, and what waits for review


def prepare(ports: Mapping[str, int], secrets: dict[str, str], before: Mapping[str, str]) -> None:
    """Make the databases and the stack's own logins, where they are missing.

    While secrets are renewed the superusers may still have the passwords `before`; they get their new ones.
    """
    for server, owners in OWNERS.items():
        if server in before:
            with suppress(Trouble), _connect(ports[server], before[server], "postgres") as connection:
                set_login(connection, "postgres", secrets[server])
        with _connect(ports[server], secrets[server], "postgres") as connection:
            set_login(connection, OURS[server], secrets[OURS[server]])
            there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name, owner in owners.items():
                if name not in there:
                    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
            if server == "postgres":
                # A scheduler that dies in a transaction leaves its workers the session, and the locks that the next one wants.
                connection.execute("ALTER ROLE airflow SET idle_in_transaction_session_timeout = '60s'")
            for name in {"postgres", "template1"} | (owners.keys() & {"airflow", "exchange"}):
                connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    with _connect(ports["exchange"], secrets["exchange"], "exchange") as connection:
        connection.execute("GRANT CONNECT ON DATABASE exchange TO exchange_reader")
        connection.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO exchange_reader")


def open_warehouse(port: int, secrets: dict[str, str]) -> None:
    """Let the warehouse's logins in with their passwords of this stack."""
    with _connect(port, secrets["postgres"], "postgres") as connection:
        for role in WAREHOUSE_LOGINS:
            set_login(connection, role, secrets[role])
        if _exists(connection, READERS):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(READERS), sql.Identifier(READER)))
    with _connect(port, secrets["postgres"], "warehouse") as connection:  # the demo's reader looks after the whole city
        connection.execute("INSERT INTO core.account (role_name, region_prefix) VALUES (%s, '') ON CONFLICT DO NOTHING", [READER])
        for user, group in UI_USERS_ARE.items():
            connection.execute("SELECT core.admit_to(%s, %s, '')", [group, user])


def set_login(connection: psycopg.Connection, role: str, password: str) -> None:
    """Give a role its password, and make it if it is missing. The server gets a verifier, so no log can hold more."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    verb = sql.SQL("ALTER" if _exists(connection, role) else "CREATE")
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(verifier)))


def airflow_version(port: int, secrets: dict[str, str]) -> str:
    """Return the Airflow that last prepared its database, empty if none did."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'airflow'"
    with _connect(port, secrets["postgres"], "airflow") as connection:
        row = connection.execute(query).fetchone()
    return (row[0] if row else None) or ""


def note_airflow_version(port: int, secrets: dict[str, str], version: str) -> None:
    """Keep with the database itself, as its comment, which Airflow prepared it: so the note is lost with it."""
    with _connect(port, secrets["postgres"], "airflow") as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE airflow IS {}").format(sql.Literal(version)))


def _exists(connection: psycopg.Connection, role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None


def _connect(port: int, password: str, database: str) -> psycopg.Connection:
    try:
        return psycopg.connect(address("postgres", password, port, database), autocommit=True)
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise Trouble(
                "The passwords in secrets.json are not those of the databases beside it; `make clean` begins anew."
            ) from None
        raise Trouble(f"The database {database} cannot be opened: {str(error).splitlines()[-1]}") from None
