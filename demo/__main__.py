"""The commands around a rehearsal: `python -m demo up | down | db | dsn | psql | review | …`; `make` has one for each.

Imports are inside the commands: `dsn` is called by scripts and has to be quick, `down` and `clean` work without .venv.
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from demo import credentials, ports, postgres, settings
from demo.halt import alone, stop
from demo.places import VAR, shown
from demo.trouble import Trouble, guard


def up() -> None:
    """Serve the state of the last run until `down`."""
    from demo.stack import Stack  # noqa: PLC0415

    first = not (VAR / "postgres").exists()
    with alone(VAR):
        stack = Stack(tell=lambda what: print(f"Starting {what} ...", flush=True)).served_before()
        stack.start()
    if first:
        print("There is nothing to see yet: `make demo` fills it.")
    print(f"Airflow:   {stack.api.address} as admin, supervisor or reviewer, passwords in {shown(stack.home / 'passwords.json')}")
    print("Warehouse: `make psql`, or any client with the address that `make -s dsn` prints")
    print("Both run until `make down`.")


def down() -> None:
    """End all that runs."""
    with alone(VAR):
        stop(VAR)


def db() -> None:
    """Start the databases alone, until `down`."""
    from demo.stack import Stack  # noqa: PLC0415

    with alone(VAR):
        if not postgres.is_running(VAR):
            Stack(with_airflow=False).start()
    print("The databases run until `make down`; `make -s dsn` prints an address for reading.")


def dsn() -> None:
    """Print the warehouse's address for reading."""
    user, password, port = _reader()
    print(settings.address(user, password, port, "warehouse"))


def psql() -> None:
    """Become psql, in the warehouse, as its reader. The password goes by the environment, which `ps` does not show."""
    user, password, port = _reader()
    command = ["psql", "--host=127.0.0.1", f"--port={port}", f"--username={user}", "warehouse"]
    os.execve(postgres.program("psql"), command, {**os.environ, "PGPASSWORD": password})  # noqa: S606


def review() -> None:
    """Take decisions from the file that FILE names."""
    _become("review", _needed("FILE"))


def quarantine() -> None:
    """List refused rows, show one, or release some."""
    _become("quarantine", *_options("show", "delivery", "row", "resource", "reason", "field", "who", "why"), *_flags("release"))


def held() -> None:
    """List held deliveries, inspect one, or decide about it."""
    _become("held", *_options("delivery", "who", "why"), *_flags("accept", "reject"))


def forms() -> None:
    """List proposed officials of approval forms, or decide about one."""
    _become("forms", *_options("form", "same", "who", "why"), *_flags("new", "nobody"))


def form() -> None:
    """Write the approval form of the official whom CADRE names."""
    _become("form", f"--cadre={_needed('CADRE')}", *_options("file", "who", "why"))


def reveal() -> None:
    """Show the identity number of the official whom CADRE names."""
    _become("reveal", f"--cadre={_needed('CADRE')}", *_options("who", "why"))


def looks() -> None:
    """List who looked at the official whom CADRE names."""
    _become("looks", f"--cadre={_needed('CADRE')}")


def verify_log() -> None:
    """Look for what is wrong with the log of who looked."""
    _become("verify_log", *_options("head"))


def object() -> None:  # named as its target
    """Object to the record that RESOURCE and KEY name, for the official whom CADRE names."""
    _become("object", *(f"--{name.lower()}={_needed(name)}" for name in ("RESOURCE", "KEY", "CADRE")), *_options("who", "why"))


def objections() -> None:
    """List objections that wait, or decide about one."""
    _become("objections", *_options("objection", "who", "why"), *_flags("upheld", "dismissed"))


def merge() -> None:
    """List entries of the roster that are one person, merge two, or part them."""
    _become("merge", *_options("cadre", "duplicate", "unmerge", "who", "why"))


def relink() -> None:
    """Show what the linker says otherwise of all that is landed and held, or have it so."""
    _become("relink", *_options("resource", "file", "who"), *_flags("apply"))


def linking() -> None:
    """List where automatic linking is stopped, or have a resource linked again."""
    _become("linking", *_options("allow", "who", "why"))


def identity_report() -> None:
    """Say how good the links are, against the truth of the city that was rehearsed if it has one."""
    truth = Path(os.environ.get("CITY") or VAR / "demo" / "city") / "truth" / "owner.csv"
    _become("identity_report", *([f"--truth={truth}"] if truth.exists() else []))


def identity_sample() -> None:
    """Draw a sample of links, write it for a reviewer, or take what the reviewer said."""
    _become("identity_sample", *_options("draw", "file", "labels", "who"))


def replay() -> None:
    """Run a past day again from what is landed."""
    _become("replay", _needed("DAY"), *_options("resource"))


def new_feed() -> None:
    """Draft the files of a new resource from the catalogue entry that FROM names."""
    _become_alone("new_feed", _needed("FROM"))


def try_feed() -> None:
    """Read the sample in FILE as the feed FEED would."""
    _become_alone("try_feed", _needed("FEED"), _needed("FILE"))


def rotate_keys() -> None:
    """Make new secrets, and seal everything anew that was sealed under the old ones."""
    from demo.rotation import rotate  # noqa: PLC0415

    rotate(VAR, tell=lambda what: print(what, flush=True))


def clean() -> None:
    """End all that runs and remove all state."""
    with alone(VAR):
        stop(VAR)
        postgres.remove(VAR)
        for entry in VAR.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    if not VAR.is_symlink():
        VAR.rmdir()


def _become(name: str, *arguments: str) -> None:
    """Become one of the platform's own commands."""
    _execute(name, arguments, _platform())


def _become_alone(name: str, *arguments: str) -> None:
    """Become one that needs no database."""
    _execute(name, arguments, {"AIRFLOW_HOME": str(VAR / "airflow"), "GX_ANALYTICS_ENABLED": "false", **os.environ})


def _execute(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", f"cadre_cloud.commands.{name}", *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606


def _needed(name: str) -> str:
    if not os.environ.get(name):
        raise Trouble(f"{name}=... is needed.")
    return os.environ[name]


def _options(*names: str) -> list[str]:
    """What `make` was given for options of a command; a value may begin with a hyphen."""
    return [f"--{name}={os.environ[name.upper()]}" for name in names if os.environ.get(name.upper())]


def _flags(*names: str) -> list[str]:
    return [f"--{name}" for name in names if os.environ.get(name.upper(), "") not in ("", "0")]


def _reader() -> tuple[str, str, int]:
    """Return name, password and port for the warehouse's reader; raises Trouble while the databases are down."""
    _need_databases()
    return settings.READER, credentials.read(VAR)[settings.READER], ports.remembered(VAR)["postgres"]


def _platform() -> dict[str, str]:
    """Return the environment of the platform's own commands, which is the caller's where that has a warehouse."""
    if "AIRFLOW_CONN_WAREHOUSE" in os.environ:
        return dict(os.environ)
    _need_databases()
    return settings.environment(VAR, credentials.read(VAR), ports.remembered(VAR))


def _need_databases() -> None:
    if not postgres.is_running(VAR):
        raise Trouble("The databases are not running: `make db` starts them.")


def main() -> None:
    """Carry out the command that the first argument names."""
    people = (review, quarantine, held, forms, form, reveal, looks, verify_log, object, objections, merge)
    every = (
        up,
        down,
        db,
        dsn,
        psql,
        *people,
        relink,
        linking,
        identity_report,
        identity_sample,
        replay,
        new_feed,
        try_feed,
        rotate_keys,
        clean,
    )
    commands = {command.__name__: command for command in every}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:  # noqa: PLR2004
        raise Trouble(f"One of these is needed: {', '.join(commands)}.")
    commands[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(guard(main))
