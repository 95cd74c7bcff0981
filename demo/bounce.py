"""What a mail server writes back to the sender when it cannot deliver what it has taken (RFC 3464)."""

_REPORT = """\
From: MAILER-DAEMON@example.test
To: {sender}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="next-part"

--next-part
Content-Type: text/plain

There is no mailbox {recipient} here.

--next-part
Content-Type: message/delivery-status

Reporting-MTA: dns; example.test

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1

--next-part
Content-Type: text/rfc822-headers

{head}

--next-part--
"""


def report(sender: str, recipient: str, content: bytes) -> bytes:
    """Return the report that a mail's recipient has no mailbox."""
    head = content.partition(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n")
    return _REPORT.format(sender=sender, recipient=recipient, head=head).encode()
