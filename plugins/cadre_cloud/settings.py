"""Where things are and how they are set: environment variables, read when asked for."""

import json
import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cadre_cloud.readable import Readable

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Every task's: an outage of some minutes passes by itself, and what fails for good is known after three and a half.
TRIES = {
    "retries": 3,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=2),
}


class MissingSetting(Readable):
    """A setting that a feed needs and that is not made; the message is fit for a log and a mail."""


def home() -> Path:
    """The folder that holds dags/, expectations/ and sql/ (`CADRE_HOME`; by default the checkout)."""
    return Path(os.environ.get("CADRE_HOME") or Path(__file__).resolve().parents[2])


def var() -> Path:
    """The folder of all runtime state (`CADRE_VAR`; by default var/ in the checkout)."""
    return Path(os.environ.get("CADRE_VAR") or home() / "var")


def landing() -> str:
    """Where deliveries are landed: a path or a URL that Airflow's ObjectStoragePath knows (`CADRE_LANDING`)."""
    return os.environ.get("CADRE_LANDING") or (var() / "landing").as_uri()


def drop() -> str:
    """Where departments drop their files, a folder a resource: a path or a URL (`CADRE_DROP`)."""
    return os.environ.get("CADRE_DROP") or (var() / "drop").as_uri()


def link_model() -> Path | None:
    """The city's own model of linking, as `cadre_cloud.commands.learn_links` writes it (`CADRE_LINK_MODEL`; the shipped one)."""
    path = os.environ.get("CADRE_LINK_MODEL")
    return Path(path) if path else None


def link_automatic() -> str:
    """The methods that may link by a probability, with spaces between (`CADRE_LINK_AUTOMATIC`; none)."""
    return os.environ.get("CADRE_LINK_AUTOMATIC", "")


def exports() -> Path:
    """The folder of what roles may read, as files (`CADRE_EXPORTS`; by default export/ in the folder of runtime state)."""
    return Path(os.environ.get("CADRE_EXPORTS") or var() / "export")


def export_roles() -> list[str]:
    """For which roles of the warehouse there are such files (`CADRE_EXPORT_ROLES`, their names with spaces between; none)."""
    return os.environ.get("CADRE_EXPORT_ROLES", "").split()


def drop_quiet() -> float:
    """For how many seconds nobody has written to a file that is read (`CADRE_DROP_QUIET`, 10 by default)."""
    return float(os.environ.get("CADRE_DROP_QUIET", "10"))


def warehouse_wait() -> float:
    """For how many seconds a warehouse is waited for that is away or full (`CADRE_WAREHOUSE_WAIT`, 60 by default)."""
    return float(os.environ.get("CADRE_WAREHOUSE_WAIT", "60"))


def source_wait() -> timedelta:
    """For how long after a run began a source that fails is asked again (`CADRE_SOURCE_WAIT`, in seconds; two hours)."""
    return timedelta(seconds=float(os.environ.get("CADRE_SOURCE_WAIT", "7200")))


def keep_landed() -> timedelta:
    """For how long landed bytes are kept after a newer delivery was loaded (`CADRE_KEEP_LANDED`, in days, 30 by default)."""
    return timedelta(days=int(os.environ.get("CADRE_KEEP_LANDED", "30")))


def keep_left() -> timedelta:
    """For how long officials who left are kept, once their effects have ended (`CADRE_KEEP_LEFT`, in days; three years)."""
    return timedelta(days=int(os.environ.get("CADRE_KEEP_LEFT", "1096")))


def keep_unfounded() -> timedelta:
    """For how long an alert is kept that was found unfounded (`CADRE_KEEP_UNFOUNDED`, in days; a year)."""
    return timedelta(days=int(os.environ.get("CADRE_KEEP_UNFOUNDED", "366")))


def secret(name: str) -> str | None:
    """A secret: the environment's, else the variable of that name in Airflow's secrets backend; never in its database."""
    return os.environ[name] if name in os.environ else _kept_elsewhere(name)


@cache
def _kept_elsewhere(name: str) -> str | None:
    from airflow.sdk.configuration import get_custom_secret_backend  # noqa: PLC0415  # set-up does without Airflow

    backend = get_custom_secret_backend(worker_mode=True)
    return backend.get_variable(name) if backend else None


def salt(resource: str) -> str:
    """The salt of the hashed identity numbers in a resource (`CADRE_SALTS`, a JSON object of resource and salt)."""
    try:
        return json.loads(secret("CADRE_SALTS") or "{}")[resource]
    except KeyError:
        raise MissingSetting(f"CADRE_SALTS names no salt for {resource}, whose identity numbers come hashed") from None


def is_rehearsal() -> bool:
    """Whether a driver sets the days (`CADRE_REHEARSAL`), so that nothing is scheduled by the clock."""
    return os.environ.get("CADRE_REHEARSAL", "") not in ("", "0")


def languages() -> list[str]:
    """Languages of mails, the first one leading (`CADRE_LANGUAGES`, such as `zh` or `zh,en`)."""
    return os.environ.get("CADRE_LANGUAGES", "zh").split(",")
