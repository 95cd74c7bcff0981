"""The outbox: what was rendered goes out by Airflow's connection `smtp_default`, each mail marked as soon as it is taken."""

import os
import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, cast

from airflow.providers.smtp.hooks.smtp import SmtpHook

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import connect


def send() -> int:
    """Send every pending mail; a mail that fails stays pending and stops the run. Returns how many went out."""
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_lock(hashtext('cadre outbox'))")
        pending = warehouse.execute(
            "select * from mail.message where state = 'pending' order by rendered_at, message_id"
        ).fetchall()
        warehouse.commit()
        if not pending:
            return 0
        with SmtpHook(smtp_conn_id="smtp_default") as hook:
            smtp = cast(smtplib.SMTP, hook._smtp_client)  # the hook's own call writes no plain text beside HTML
            for row in pending:
                smtp.send_message(_message(row, hook.from_email))
                warehouse.execute(
                    "update mail.message set state = 'sent', sent_at = clock_timestamp() where message_id = %s",
                    [row["message_id"]],
                )
                warehouse.commit()
        return len(pending)


def _message(row: dict[str, Any], sender: str | None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender or os.environ.get("CADRE_MAIL_FROM", "cadre-cloud@localhost")
    message["To"] = row["address"]
    message["Subject"] = row["subject"]
    message["Message-ID"] = row["message_id"]
    rendered: datetime = row["rendered_at"]
    message["Date"] = format_datetime(rendered.astimezone(SHANGHAI))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row["body_text"])
    message.add_alternative(row["body_html"], subtype="html")
    return message
