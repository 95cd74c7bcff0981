"""The outbox: what was rendered goes out, and at each instant the warehouse knows of each mail what can be known.

A mail's content goes out only after `uncertain` is committed, so that whatever breaks then, this process included, leaves it
so. It is sent once more, under the same Message-ID; nothing else doubles a mail.
"""

from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from cadre_cloud.mail import MailError
from cadre_cloud.mail.recipients import is_address
from cadre_cloud.mail.server import InDoubt, MailServer, NotTaken, Refused, Setback, Unusable
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse.connection import Warehouse, connect

Row = dict[str, Any]

_SETBACKS = 3  # in a row, and a sick server is left in peace until this is run again
_NO_SUCH_ADDRESS = 553

# In order; but with every three tries a mail steps back, so that none at which the server breaks off keeps others waiting for
# ever. What was refused for good is tried on four days. Who is no recipient any more gets nothing more.
_DUE = """
select * from mail.message m
where (state = 'pending' or state = 'uncertain' and unanswered < 2
       or state = 'refused' and refusals < 4 and tried_on < %(day)s)
  and exists (select from mail.recipient r where (r.role, r.address) = (m.role, m.address))
order by attempts / 3, rendered_at, message_id"""

_TRIED = "update mail.message set attempts = attempts + 1, tried_on = %(day)s where message_id = %(message_id)s"

_GOES_OUT = """
update mail.message set state = 'uncertain', unanswered = unanswered + 1, code = 'no answer'
where message_id = %(message_id)s"""

_TAKEN = """
update mail.message set state = 'sent', unanswered = unanswered - 1, code = null, sent_at = clock_timestamp()
where message_id = %(message_id)s"""

# `settled`: 1 where its content had gone out, which is in no doubt now.
_NOT_TAKEN = """
update mail.message set code = %(code)s, unanswered = unanswered - %(settled)s, refusals = refusals + %(is_final)s::integer,
    state = case when %(is_final)s then 'refused' when unanswered > %(settled)s then 'uncertain' else 'pending' end
where message_id = %(message_id)s"""

# Of the supervisors' refused mails the engineers are told by mail; of their own, a failed run has to tell.
_AMISS = f"""
select address, code, tried_on from ({_DUE}) as due
union
select address, code, tried_on from mail.message where state = 'refused' and role = 'engineer' and tried_on = %(day)s
order by 1"""


def send(day: date) -> int:
    """Send what is due on a business day. Returns how many mails the server has taken.

    Raises:
        MailError: some are not out that another try may bring out; the message has one cause an address.
    """
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_lock(hashtext('cadre outbox'))")
        due = warehouse.execute(_DUE, {"day": day}).fetchall()
        warehouse.commit()
        sent, trouble = _send_each(warehouse, due, day)
        amiss = warehouse.execute(_AMISS, {"day": day}).fetchall()
    if amiss:
        raise MailError("; ".join([*trouble, *_causes(amiss, day)]))
    return sent


def _send_each(warehouse: Warehouse, due: list[Row], day: date) -> tuple[int, list[str]]:
    """How many were taken, and why it ended before its time, if it did."""
    sent = setbacks = 0
    with MailServer() as server:
        for row in due:
            try:
                server.open()
                _send_one(warehouse, server, row, day)
                sent, setbacks = sent + 1, 0
            except Unusable as unusable:
                return sent, [str(unusable)]
            except Refused:
                setbacks = 0
            except (Setback, InDoubt) as setback:
                setbacks += 1
                if setbacks == _SETBACKS:
                    return sent, [f"given up after {setbacks} setbacks in a row: {setback}"]
    return sent, []


def _send_one(warehouse: Warehouse, server: MailServer, row: Row, day: date) -> None:
    """Send one mail; each step is committed before the next one."""
    is_out = False
    try:
        _note(warehouse, _TRIED, row, day=day)
        if not is_address(row["address"]):
            raise Refused(_NO_SUCH_ADDRESS)
        content = _message(row, server.sender).as_bytes()
        server.offer(row["address"])
        _note(warehouse, _GOES_OUT, row)
        is_out = True
        server.hand_over(content)
        _note(warehouse, _TAKEN, row)
    except NotTaken as error:
        _note(warehouse, _NOT_TAKEN, row, code=str(error), settled=int(is_out), is_final=error.is_final)
        raise


def _note(warehouse: Warehouse, statement: str, row: Row, **values: object) -> None:
    warehouse.execute(statement, {"message_id": row["message_id"], **values})
    warehouse.commit()


def _causes(amiss: list[Row], day: date) -> list[str]:
    tried = [f"{row['address']}: {row['code']}" for row in amiss if row["tried_on"] == day]
    left = len(amiss) - len(tried)
    return [*tried, *([f"not tried: {left}"] if left else [])]


def _message(row: Row, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))  # so that no server on its way has to change it
    message["From"] = sender
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
