"""Mails that come back: delivery status notifications (RFC 3464) about our own, out of the Maildir that `CADRE_BOUNCES` names.

Anybody can write to the sender's address. So a notification counts only by the Message-ID of a mail of ours that is out, and
nothing is kept of it but a status code.
"""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import cast

from cadre_cloud.mail import MailError
from cadre_cloud.warehouse.connection import Warehouse, connect

_MOST_FILES = 1_000  # of a run, the newest first: what is no notification stays where it is, and must not stand in the way
_MOST_BYTES = 256 * 1024  # the status, and the head of the mail that it is about, stand near the beginning
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")

_BOUNCED = """
update mail.message set state = 'bounced', code = %(status)s
where message_id = %(message_id)s and state in ('sent', 'uncertain')"""


@dataclass(frozen=True)
class Notification:
    """What became of a mail that a server had taken: whether it is over, and by which status code."""

    message_id: str
    has_failed: bool
    status: str | None


def read() -> int:
    """Note which mails came back. Returns how many did.

    Notifications about mails of ours go to the Maildir's seen mails; everything else is left alone.

    Raises:
        MailError: `CADRE_BOUNCES` is no Maildir.
    """
    if not os.environ.get("CADRE_BOUNCES"):
        return 0
    maildir, bounced = Path(os.environ["CADRE_BOUNCES"]), 0
    if not (maildir / "new").is_dir() or not (maildir / "cur").is_dir():
        raise MailError("CADRE_BOUNCES is no Maildir: it has no folders new and cur")
    with connect() as warehouse:
        for path in _newest(maildir / "new"):
            notification = notification_in(_beginning(path))
            if notification and _is_ours(warehouse, notification):
                bounced += _note(warehouse, notification)
                with suppress(FileNotFoundError):  # another reader of the Maildir was here
                    path.rename(maildir / "cur" / f"{path.name.partition(':')[0]}:2,S")
    return bounced


def notification_in(content: bytes) -> Notification | None:
    """The notification that some bytes are, which may be forged, broken or cut off; None where they are anything else."""
    try:
        return _notification(message_from_bytes(content))
    except Exception:  # nobody has a list of what the parser can be made to raise
        return None


def _notification(report: Message) -> Notification | None:
    if report.get_content_type() != "multipart/report":
        return None
    parts = {part.get_content_type(): part for part in _parts(report)}
    recipients = [fields for fields in _parts(parts["message/delivery-status"]) if fields["Action"]]
    failed = [fields for fields in recipients if fields["Action"].strip().lower() == "failed"]
    status = _STATUS.match(str((failed or recipients)[0]["Status"]).strip())
    message_id = str(_head_of_mail(parts)["Message-ID"]).strip()
    return Notification(message_id, bool(failed), status[0] if status else None) if message_id.isprintable() else None


def _head_of_mail(parts: dict[str, Message]) -> Message:
    """The head of the mail that a notification is about; the mail comes along whole, or its head alone."""
    if "message/rfc822" in parts:
        return _parts(parts["message/rfc822"])[0]
    return message_from_bytes(cast("bytes", parts["text/rfc822-headers"].get_payload(decode=True)))


def _parts(message: Message) -> list[Message]:
    return cast("list[Message]", message.get_payload())


def _is_ours(warehouse: Warehouse, notification: Notification) -> bool:
    row = warehouse.execute("select from mail.message where message_id = %s", [notification.message_id]).fetchone()
    return row is not None


def _note(warehouse: Warehouse, notification: Notification) -> int:
    """Note what is over; that a server is still trying changes nothing."""
    if not notification.has_failed:
        return 0
    changed = warehouse.execute(_BOUNCED, {"message_id": notification.message_id, "status": notification.status}).rowcount
    warehouse.commit()
    return changed


def _newest(folder: Path) -> list[Path]:
    """Files, and no links; a Maildir's names begin with the time."""
    with os.scandir(folder) as entries:
        names = sorted((entry.name for entry in entries if entry.is_file(follow_symlinks=False)), reverse=True)
    return [folder / name for name in names[:_MOST_FILES]]


def _beginning(path: Path) -> bytes:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""
