"""Mails: who gets them, what stands in them, their way out, and what comes back."""


class MailError(Exception):
    """Mail that does not work as it should; the message names addresses and codes, and never what a mail says."""
