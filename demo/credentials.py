"""The local stack's secrets: made at its first start, kept in var/secrets.json for this user alone.

While they are renewed the old ones are in var/secrets.before.json, and everything that starts knows both.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from demo.trouble import Trouble


def _token() -> str:
    return secrets.token_urlsafe(24)


def _long_token() -> str:
    return secrets.token_urlsafe(64)


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    # PostgreSQL: the superusers of both servers, by the server, and the logins
    "postgres": _token,
    "exchange": _token,
    "airflow": _token,
    "cadre_loader": _token,
    "cadre_web": _token,
    "cadre_reader_demo": _token,
    "exchange_reader": _token,
    # Airflow
    "fernet_key": _fernet_key,
    "api_secret_key": _long_token,
    "jwt_secret": _long_token,
    "ui_admin": _token,
    "ui_supervisor": _token,
    "ui_reviewer": _token,
    # The platform and the departments' gateway
    "cadre_key": _key,
    "gateway_client": lambda: f"cadre-{secrets.token_hex(4)}",
    "gateway_secret": _token,
}

NAMES = ("gateway_client",)  # they are no secrets, and stay


def read(var: Path) -> dict[str, str]:
    """Return all secrets by name; those not there yet are made and kept."""
    file = var / "secrets.json"
    try:
        kept = json.loads(file.read_text()) if file.exists() else {}
    except ValueError:
        raise Trouble(f"{file} is damaged; `make clean` begins anew, without the data of earlier runs.") from None
    made = {name: make() for name, make in MAKERS.items() if name not in kept}
    if made:
        write_private(file, kept | made)
    return kept | made


def before(var: Path) -> dict[str, str]:
    """Return the secrets that are being renewed, empty when none are."""
    file = _file_before(var)
    return json.loads(file.read_text()) if file.exists() else {}


def renew(var: Path) -> None:
    """Make every secret anew and keep the old ones; nothing where that was done and has not come to its end."""
    present = read(var)
    if not before(var):
        write_private(_file_before(var), present)
    if before(var) == present:
        write_private(var / "secrets.json", present | {name: make() for name, make in MAKERS.items() if name not in NAMES})


def forget_before(var: Path) -> None:
    """Nothing needs the old secrets any more."""
    _file_before(var).unlink(missing_ok=True)


def _file_before(var: Path) -> Path:
    return var / "secrets.before.json"


def write_private(file: Path, content: dict[str, str]) -> None:
    """Write JSON that only this user can read; whoever reads meanwhile sees the old content or the new."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
