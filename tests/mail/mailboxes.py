"""Mailboxes that a test can look into, and take down and up again."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from homes import Home

from demo.mailbox import open_mailbox


class Mailbox:
    """A mail server at a port that stays the same while it is down."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._server: Controller | None = None

    def up(self, maildir: Path | None = None) -> None:
        self._server = open_mailbox(self.folder, self.port, maildir)

    def down(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def mails(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


def bodies(mail: EmailMessage) -> str:
    """Everything that a mail says: subject, text and HTML."""
    parts = [mail.get_body(["plain"]), mail.get_body(["html"])]
    assert None not in parts
    return "\n".join([mail["Subject"], *(part.get_content().replace("\r\n", "\n") for part in parts)])


def keep_the_roster_fresh(home: Home) -> None:
    """Have units and officials delivered on days to come, and expect no feed that never ran: nothing else is stale."""
    home.run("update ledger.delivery set day = '2026-06-30' where resource in ('unit', 'personnel') and state = 'loaded'")
    home.run("delete from ledger.feed where resource not in (select resource from ledger.settlement)")
