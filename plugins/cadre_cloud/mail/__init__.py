"""Mails: who gets them, what stands in them, their way out, and what comes back."""

from cadre_cloud.readable import Readable


class MailError(Readable):
    """Mail that does not work as it should; the message names addresses and codes, and never what a mail says."""
