"""Mails that wait in an outbox, and a client that can be killed while it sends them."""

import os
import signal
from datetime import date
from typing import Any

from homes import Home
from sick_smtp import SickServer

from cadre_cloud.mail import MailError
from cadre_cloud.mail.outbox import send

DAY = date(2026, 6, 2)
TEXT = ".\n..\na line\n林**\n" * 30


def queue(home: Home, *addresses: str, role: str = "supervisor", at: str = "2026-06-02 10:00+08") -> None:
    """Have one more mail to each address wait, in that order."""
    for place, address in enumerate(addresses):
        home.run("insert into mail.recipient values ('', %s, %s, '') on conflict do nothing", [role, address])
        home.run(
            "insert into mail.message (message_id, day, role, address, subject, body_text, body_html, rendered_at) "
            "select '<' || md5(random()::text) || '@cadre-cloud>', '2026-06-02', %(role)s, %(address)s, '提醒', %(text)s, "
            "'<p>林**</p>', %(at)s::timestamptz + make_interval(secs => %(place)s)",
            {"role": role, "address": address, "text": TEXT, "at": at, "place": place},
        )


def states(home: Home) -> dict[str, Any]:
    """Each mail's state, by its address, with the code beside it where there is one."""
    rows = home.rows("select address, state, code from mail.message order by rendered_at")
    return {row["address"].partition("@")[0]: (row["state"], row["code"]) if row["code"] else row["state"] for row in rows}


def column(home: Home, name: str) -> list[Any]:
    return [row[name] for row in home.rows(f"select {name} from mail.message order by rendered_at, message_id")]


def send_until_killed(server: SickServer, day: date = DAY) -> None:
    """Send in a process of its own, which the server may kill."""
    to_child, from_parent = os.pipe()
    server.client = os.fork()
    if not server.client:
        os.read(to_child, 1)
        os._exit(_exit_code(day))
    os.write(from_parent, b"!")
    _, status = os.waitpid(server.client, 0)
    os.close(to_child)
    os.close(from_parent)
    assert status in (0, signal.SIGKILL)


def _exit_code(day: date) -> int:
    """Send; nothing else of this process may go on in a child."""
    try:
        send(day)
    except MailError:
        return 0
    except BaseException:
        return 1
    return 0
