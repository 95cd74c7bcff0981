"""The outbox: what was rendered goes out by Airflow's connection `smtp_default`, each mail marked as soon as it is taken."""

import os
import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, cast

from airflow.providers.smtp.hooks.smtp import SmtpHook

from cadre_cloud.errors import Plain
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import Warehouse, connect


class Undelivered(Plain):
    """Mails that the server refused; they are still pending, and their addresses are the message."""


def send() -> int:
    """Send every pending mail, and mark each as soon as the server has taken it. Returns how many went out.

    Raises:
        Undelivered: the server refused some; the others are out.
    """
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_lock(hashtext('cadre outbox'))")
        pending = warehouse.execute(
            "select * from mail.message where state = 'pending' order by rendered_at, message_id"
        ).fetchall()
        warehouse.commit()
        if not pending:
            return 0
        refused = []
        with SmtpHook(smtp_conn_id="smtp_default") as hook:
            smtp = cast(smtplib.SMTP, hook._smtp_client)  # the hook's own call writes no plain text beside HTML
            for row in pending:
                try:
                    smtp.send_message(_message(row, hook.from_email))
                except smtplib.SMTPServerDisconnected:
                    raise
                except smtplib.SMTPException as error:
                    refused.append(f"{row['address']}: {_code(error)}")
                    smtp.rset()
                    continue
                _mark_sent(warehouse, row["message_id"])
        if refused:
            raise Undelivered("refused by the mail server and still pending: " + "; ".join(refused))
        return len(pending)


def _mark_sent(warehouse: Warehouse, message_id: str) -> None:
    warehouse.execute("update mail.message set state = 'sent', sent_at = clock_timestamp() where message_id = %s", [message_id])
    warehouse.commit()


def _code(error: smtplib.SMTPException) -> str:
    """The server's code; its words may quote the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(str(code) for code, _ in error.recipients.values())
    return str(getattr(error, "smtp_code", type(error).__name__))


def _message(row: dict[str, Any], sender: str | None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender or os.environ.get("CADRE_MAIL_FROM", "cadre-cloud@localhost")
    message["To"] = row["address"]
    message["Subject"] = row["subject"]
    message["Message-ID"] = row["message_id"]
    rendered: datetime = row["rendered_at"]
    message["Date"] = format_datetime(rendered.astimezone(SHANGHAI))
    message["X-Business-Day"] = row["day"].isoformat()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row["body_text"])
    message.add_alternative(row["body_html"], subtype="html")
    return message
