"""Nothing is lost and nothing is sent twice, whatever the mail server does."""

from datetime import date
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from homes import Home
from mailboxes import Mailbox

from cadre_cloud.mail import MailError
from cadre_cloud.mail.digest import render
from cadre_cloud.mail.outbox import send
from demo.mailbox import Keeper

DAY = date(2026, 6, 2)
STATES = "select state, count(*)::integer as number from mail.message group by 1 order by 1"


class Moody(Keeper):
    """Refuses one address for good, or is gone after a number of mails."""

    def __init__(self, folder: Path, refused: str = "", most: int = 99) -> None:
        super().__init__(folder)
        self.refused, self.left = refused, most

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if address == self.refused:
            return "550 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.left -= 1
        return await super().handle_DATA(server, session, envelope) if self.left >= 0 else "451 try again later"


def open_moody(mailbox: Mailbox, keeper: Moody) -> None:
    mailbox.down()
    mailbox._server = Controller(keeper, hostname="127.0.0.1", port=mailbox.port)
    mailbox._server.start()


def test_while_the_server_is_down_mails_wait_and_go_out_later(city: Home, mailbox: Mailbox) -> None:
    mailbox.down()
    render(DAY)
    with pytest.raises(MailError, match="Connection refused; not tried: 3"):
        send(DAY)
    assert city.rows(STATES) == [{"state": "pending", "number": 3}]
    before = city.rows("select message_id, body_text from mail.message order by 1")
    mailbox.up()
    assert send(DAY) == 3
    assert city.rows(STATES) == [{"state": "sent", "number": 3}]
    assert sorted(mail["Message-ID"] for mail in mailbox.mails) == [row["message_id"] for row in before]
    assert send(DAY) == 0
    assert len(mailbox.mails) == 3


def test_what_was_taken_before_it_went_down_is_not_sent_again(city: Home, mailbox: Mailbox) -> None:
    open_moody(mailbox, Moody(mailbox.folder, most=1))
    render(DAY)
    with pytest.raises(MailError, match=r": 451$"):
        send(DAY)
    assert city.rows(STATES) == [{"state": "pending", "number": 2}, {"state": "sent", "number": 1}]
    mailbox.down()
    mailbox.up()
    assert send(DAY) == 2
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == 3


def test_one_address_that_is_refused_keeps_nobody_else_from_their_mail(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    first = city.one("select address from mail.message order by rendered_at, message_id limit 1")
    open_moody(mailbox, Moody(mailbox.folder, refused=first))
    assert (send(DAY), send(DAY)) == (2, 0)
    assert len(mailbox.mails) == 2
    assert first not in {mail["To"] for mail in mailbox.mails}
    assert city.one("select state from mail.message where address = %s", [first]) == "refused"


def test_what_was_rendered_is_there_before_anything_is_sent(city: Home, mailbox: Mailbox) -> None:
    assert render(DAY) == 3
    assert mailbox.mails == []
    told = "select count(*) from mail.alert_told t join mail.message m using (message_id)"
    assert city.one(told) == city.one("select count(*) from core.alert where state = 'new' and severity <> 'context'")
