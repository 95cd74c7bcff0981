"""The mailbox keeps what a real SMTP client sends, under names that tell and that cannot harm."""

import re
import smtplib
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from demo.mailbox import file_name, open_mailbox


@pytest.fixture
def mailbox(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = open_mailbox(tmp_path / "mail", port)
    yield port, tmp_path / "mail"
    controller.stop()


def message(to: str = "supervisor.529901@example.test", date: str = "Tue, 02 Jun 2026 09:00:00 +0800") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "cadre-cloud@example.test", to, "提醒：请核实"
    mail["Date"] = date
    mail.set_content("青禾县有两条新的提醒，请核实。\n")
    return mail


def send(port: int, mail: EmailMessage, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as smtp:
        smtp.send_message(mail, to_addrs=list(recipients) or None)


def test_a_message_is_kept_whole_under_a_telling_name(mailbox):
    port, folder = mailbox
    send(port, message())
    (path,) = folder.iterdir()
    assert re.fullmatch(r"20260602-supervisor\.529901@example\.test-[0-9a-f]{8}\.eml", path.name)
    kept = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert kept["Subject"] == "提醒：请核实"
    assert kept.get_content().strip() == "青禾县有两条新的提醒，请核实。"
    assert kept["X-Envelope-To"] == "supervisor.529901@example.test"


def test_the_envelope_tells_who_really_got_it(mailbox):
    port, folder = mailbox
    send(port, message(), "one@example.test", "hidden@example.test")
    (path,) = folder.iterdir()
    assert "-one@example.test-" in path.name
    kept = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert kept["X-Envelope-To"] == "one@example.test, hidden@example.test"


def test_a_message_sent_twice_is_kept_twice(mailbox):
    port, folder = mailbox
    for _ in range(3):
        send(port, message())
    names = sorted(path.stem for path in folder.iterdir())
    assert len(names) == 3
    assert sorted([f"{names[0]}", f"{names[0]}-2", f"{names[0]}-3"]) == names


def test_the_same_message_has_the_same_name():
    content = message().as_bytes()
    assert file_name(content, "a@example.test") == file_name(content, "a@example.test")
    assert file_name(content, "a@example.test") != file_name(content + b".", "a@example.test")


@pytest.mark.parametrize("address", ["../../etc/cron.d/x@example.test", "/etc/passwd@example.test", "..@example.test"])
def test_an_address_is_no_path(mailbox, address):
    port, folder = mailbox
    send(port, message(), address)
    kept = [path for path in folder.parent.rglob("*") if path.is_file()]
    assert [path.parent for path in kept] == [folder]


def test_a_message_without_a_date_is_kept():
    assert file_name(b"Subject: x\r\n\r\nbody", "a@b.test").startswith("undated-a@b.test-")
    assert file_name(b"Date: nonsense\r\n\r\nbody", "a" * 500).startswith("undated-" + "a" * 80 + "-")
