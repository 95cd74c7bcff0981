"""A mailbox for rehearsals: a real SMTP server on this machine that keeps each message as a file.

    python -m demo.mailbox FOLDER PORT [MAILDIR]

A file is named after the message's business day (`X-Business-Day`, else its date), its first recipient and its content, such as
`20260602-supervisor.529901@example.test-1f3a9c07.eml`. The same message again is another file, numbered.

What is written to an address that begins with `bounce.` comes back: a report that it could not be delivered lies in MAILDIR then.
"""

import argparse
import mailbox
import re
import signal
from datetime import datetime
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo import bounce

LONGEST_ADDRESS = 80


class Keeper:
    """Keeps what arrives in a folder."""

    def __init__(self, folder: Path, maildir: Path | None = None) -> None:
        """Make the folder, and the Maildir for what comes back."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.returned = mailbox.Maildir(maildir) if maildir else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write a message as it was sent, below two lines that say from whom and to whom it really went."""
        content = bytes(envelope.content or b"")
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = file_name(content, envelope.rcpt_tos[0])
        path, copy = self.folder / f"{name}.eml", 2
        while path.exists():
            path, copy = self.folder / f"{name}-{copy}.eml", copy + 1
        # Written aside and renamed, so that nobody reads half a message.
        part = path.with_suffix(".part")
        part.write_bytes(head.encode() + content)
        part.replace(path)
        for address in envelope.rcpt_tos:
            if self.returned is not None and address.startswith("bounce."):
                self.returned.add(bounce.report(envelope.mail_from or "", address, content))
        return "250 kept"


def file_name(content: bytes, recipient: str) -> str:
    """The name of a message's file, without its ending. Nothing of the message gets into it that could be a path."""
    message = message_from_bytes(content, policy=policy.default)
    sent = message.get("Date")
    day = sent.datetime if sent else None
    date = f"{day:%Y%m%d}" if isinstance(day, datetime) else "undated"
    business_day = re.sub(r"\D", "", str(message.get("X-Business-Day", "")))[:8]
    date = business_day or date
    address = re.sub(r"[^A-Za-z0-9@._+-]", "_", recipient).lstrip(".")[:LONGEST_ADDRESS]
    return f"{date}-{address}-{sha256(content).hexdigest()[:8]}"


def open_mailbox(folder: Path, port: int, maildir: Path | None = None) -> Controller:
    """Start a mailbox in a thread of its own; `stop()` of what comes back ends it."""
    controller = Controller(Keeper(folder, maildir), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def main() -> None:
    """Read the command line and keep mail until interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="python -m demo.mailbox", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("maildir", type=Path, nargs="?")
    given = parser.parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    opened = open_mailbox(given.folder, given.port, given.maildir)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    opened.stop()


if __name__ == "__main__":
    main()
