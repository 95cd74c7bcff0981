"""Mails that come back after they were taken are seen; what anybody else writes to the sender's address does nothing."""

import mailbox
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from homes import Home
from waiting_mails import column, queue, states

from cadre_cloud.mail import MailError, bounces
from demo import bounce

OURS = f"<{'0' * 32}@cadre-cloud>"
MAIL = f"From: cadre@city.test\r\nMessage-ID: {OURS}\r\nSubject: x\r\n\r\n林**"
POSTFIX = f"""\
Return-Path: <>
Date: Tue,  2 Jun 2026 10:03:11 +0800 (CST)
From: MAILER-DAEMON@mx.city.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: cadre@city.test
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4BC.1780365791/mx.city.test"

This is a MIME-encapsulated message.

--4BC.1780365791/mx.city.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<a@city.test>: host mx2.city.test said: 552 5.2.2 mailbox of 林某某 is full

--4BC.1780365791/mx.city.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.city.test
X-Postfix-Queue-ID: 4BC
Arrival-Date: Tue,  2 Jun 2026 10:03:10 +0800 (CST)

Final-Recipient: rfc822; a@city.test
Original-Recipient: rfc822;a@city.test
Action: failed
Status: 5.2.2
Remote-MTA: dns; mx2.city.test
Diagnostic-Code: smtp; 552 5.2.2 mailbox of 林某某 is full

--4BC.1780365791/mx.city.test
Content-Description: Undelivered Message
Content-Type: message/rfc822

{MAIL}
--4BC.1780365791/mx.city.test--
""".encode()
HEAD_ALONE = POSTFIX.replace(b"message/rfc822\n", b"text/rfc822-headers; charset=us-ascii\n")
DELAYED = POSTFIX.replace(b"Action: failed", b"Action: delayed").replace(b"Status: 5.2.2", b"Status: 4.2.2")
GIVEN_UP = POSTFIX.replace(b"Status: 5.2.2", b"Status: 4.4.7 (delivery time expired)")
HUGE = POSTFIX.replace("林**".encode(), b"x" * 3_000_000)
QMAIL = b"Subject: failure notice\n\nHi. This is qmail.\n\n--- Below this line is a copy of the message.\n\n" + MAIL.encode()
IN_DEPTH = b"Content-Type: multipart/report; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 5000
OF_ANOTHER = POSTFIX.replace(b"0@cadre-cloud", b"1@cadre-cloud")
BROKEN = [
    POSTFIX[:900],
    POSTFIX.replace(b"Message-ID:", b"X-ID:"),
    POSTFIX.replace(b"0@cadre-cloud", b"\0@cadre-cloud"),
    POSTFIX.replace(b"multipart/report", b"multipart/mixed"),
    POSTFIX.replace(b"message/delivery-status", b"text/plain"),
    POSTFIX.replace(b"Action: failed", b"X: failed"),
]
OTHERS = [b"", b"\0" * 1000, MAIL.encode(), QMAIL, IN_DEPTH, OF_ANOTHER, *BROKEN]


@pytest.fixture
def home(shared_home: Home) -> Home:
    shared_home.run("truncate mail.message, mail.recipient cascade")
    return shared_home


@pytest.fixture
def maildir(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[mailbox.Maildir]:
    """Beside a mail that is out and could come back."""
    queue(home, "a@city.test")
    home.run("update mail.message set message_id = %s, state = 'sent'", [OURS])
    monkeypatch.setenv("CADRE_BOUNCES", str(tmp_path / "mail"))
    yield mailbox.Maildir(tmp_path / "mail")


def files(maildir: mailbox.Maildir, folder: str) -> list[str]:
    return sorted(os.listdir(Path(maildir._path) / folder))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (POSTFIX, "5.2.2"),
        (HEAD_ALONE, "5.2.2"),
        (GIVEN_UP, "4.4.7"),
        (HUGE, "5.2.2"),
        (POSTFIX.replace(b"Status: 5.2.2", "Status: 林某某".encode()), None),
        (bounce.report("cadre@city.test", "a@city.test", MAIL.encode()), "5.1.1"),
    ],
)
def test_a_mail_that_came_back(home: Home, maildir: mailbox.Maildir, content: bytes, status: str | None) -> None:
    maildir.add(content)
    assert bounces.read() == 1
    assert states(home) == {"a": ("bounced", status) if status else "bounced"}
    assert files(maildir, "new") == []
    (seen,) = files(maildir, "cur")
    assert seen.endswith(":2,S")
    assert bounces.read() == 0
    maildir.add(content)
    assert bounces.read() == 0
    assert files(maildir, "new") == []


def test_a_mail_that_may_have_been_taken_was(home: Home, maildir: mailbox.Maildir) -> None:
    home.run("update mail.message set state = 'uncertain', unanswered = 1")
    maildir.add(POSTFIX)
    assert bounces.read() == 1
    assert column(home, "state") == ["bounced"]


@pytest.mark.parametrize("state", ["pending", "refused"])
def test_what_is_not_out_cannot_come_back(home: Home, maildir: mailbox.Maildir, state: str) -> None:
    """Who forges a notification keeps no mail from being sent."""
    home.run("update mail.message set state = %s", [state])
    maildir.add(POSTFIX)
    assert bounces.read() == 0
    assert column(home, "state") == [state]


def test_a_server_that_is_still_trying_changes_nothing(home: Home, maildir: mailbox.Maildir) -> None:
    maildir.add(DELAYED)
    assert bounces.read() == 0
    assert states(home) == {"a": "sent"}
    assert files(maildir, "new") == []


@pytest.mark.parametrize("content", OTHERS, ids=range(len(OTHERS)))
def test_what_is_no_notification_of_ours_is_left_alone(
    home: Home, maildir: mailbox.Maildir, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    maildir.add(content)
    before = files(maildir, "new")
    assert bounces.read() == 0
    assert files(maildir, "new") == before
    assert states(home) == {"a": "sent"}
    said = capfd.readouterr()
    assert "林" not in said.out + said.err


def test_links_are_not_followed_and_pipes_not_waited_for(home: Home, maildir: mailbox.Maildir, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(POSTFIX)
    new = tmp_path / "mail" / "new"
    (new / "1.link").symlink_to(tmp_path / "elsewhere")
    (new / "2.loop").symlink_to(new / "2.loop")
    (new / "3.folder").mkdir()
    os.mkfifo(new / "4.pipe")
    assert bounces.read() == 0
    assert len(files(maildir, "new")) == 4
    assert (tmp_path / "elsewhere").read_bytes() == POSTFIX


def test_what_lies_about_stands_in_nobody_s_way(
    home: Home, maildir: mailbox.Maildir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many files are looked at in a run, and the newest first."""
    monkeypatch.setattr(bounces, "_MOST_FILES", 10)
    for number in range(20):
        (tmp_path / "mail" / "new" / f"1780365000.M{number}.mx").write_bytes(b"Subject: cheap watches\n\n")
    maildir.add(POSTFIX)
    assert bounces.read() == 1


def test_a_folder_that_is_no_maildir(
    home: Home, maildir: mailbox.Maildir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADRE_BOUNCES", str(tmp_path))
    with pytest.raises(MailError, match="CADRE_BOUNCES is no Maildir"):
        bounces.read()
    monkeypatch.delenv("CADRE_BOUNCES")
    assert bounces.read() == 0
