"""The mail server of Airflow's connection `smtp_default`, spoken to step by step: each answer tells what became of a mail."""

import os
import re
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Any, Self

from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.sdk.exceptions import AirflowException

from cadre_cloud.mail import MailError

_GOOD, _GO_ON, _LATER, _NEVER = 2, 3, 4, 5  # the first digit of an answer
_LEAVING = 421


class Unusable(MailError):
    """No conversation with the server comes about."""


class NotTaken(Exception):
    """A mail was not taken; the message is a code or a few words of ours, as the server's words may quote the mail."""

    is_final = False


class Refused(NotTaken):
    """The server said no to this mail, by a code."""

    def __init__(self, code: int) -> None:
        """Keep whether asking again may help."""
        super().__init__(str(code))
        self.is_final = code // 100 == _NEVER


class Setback(NotTaken):
    """It was no fault of this mail: the conversation broke off before its end, or the sender is not wanted."""


class InDoubt(Exception):
    """The whole mail went out and no answer came: it may have been taken."""


class MailServer:
    """A conversation with the server, and another one after it broke off; `sender` is known once it was opened."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._smtp: smtplib.SMTP | None = None
        self.sender = ""

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Take leave; but just go where something broke, perhaps in the middle of a mail."""
        if self._smtp and self._smtp.sock:
            with suppress(smtplib.SMTPException):
                self._smtp.close() if error else self._smtp.quit()

    def open(self) -> None:
        """Begin a conversation, unless one goes on.

        Raises:
            Unusable: the server cannot be reached, or will not speak with us.
        """
        if self._smtp and self._smtp.sock:
            return
        hook = _Hook("smtp_default")
        try:
            hook.get_conn()
            self._smtp = hook.client
            self._smtp.ehlo_or_helo_if_needed()
            self.sender = hook.from_email or os.environ.get("CADRE_MAIL_FROM", "cadre-cloud@localhost")
        except (smtplib.SMTPException, OSError, AirflowException) as error:
            raise Unusable(f"the mail server cannot be used: {_cause(error)}") from None

    def offer(self, address: str) -> None:
        """Ask for a mail to be taken, up to the answer that its content may come.

        Raises:
            Refused: this address, or this mail, is not wanted.
            Setback: no answer came, or one that is no recipient's fault.
        """
        smtp = self._opened
        # What bounces comes back without what it says, where the server can do so.
        options = ["RET=HDRS"] if smtp.has_extn("dsn") else []
        try:
            self._ask(_GOOD, smtp.mail, self.sender, options)
        except Refused as refused:
            raise Setback(f"{refused} to the sender") from None
        self._ask(_GOOD, smtp.rcpt, address)
        self._ask(_GO_ON, smtp.docmd, "DATA")

    def hand_over(self, content: bytes) -> None:
        """Send the content that may come.

        Raises:
            Refused: it was not taken.
            Setback: the conversation broke off before its end was sent.
            InDoubt: nobody knows what became of it.
        """
        smtp = self._opened
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
        except smtplib.SMTPServerDisconnected as error:
            raise Setback(_cause(error)) from None
        try:
            self._ask(_GOOD, smtp.getreply)
        except Setback as setback:
            raise InDoubt(str(setback)) from None

    @property
    def _opened(self) -> smtplib.SMTP:
        assert self._smtp  # noqa: S101  # by `open`
        return self._smtp

    def _ask(self, expected: int, ask: Callable[..., tuple[int, bytes]], *values: Any) -> None:
        try:
            code, _ = ask(*values)
        except smtplib.SMTPException as error:
            self._opened.close()
            raise Setback(_cause(error)) from None
        if code // 100 == expected:
            return
        if code // 100 not in (_LATER, _NEVER):  # whoever answers so is out of step
            self._opened.close()
            raise Setback(f"answered {code}")
        self._begin_again(code)
        raise Refused(code)

    def _begin_again(self, code: int) -> None:
        """After a no, the next mail begins afresh."""
        if code == _LEAVING:
            self._opened.close()
        else:
            with suppress(smtplib.SMTPException):
                self._opened.rset()


class _Prompt(smtplib.SMTP):
    """Waits no longer than its timeout for a whole answer; else one that comes byte by byte would have no end."""

    def getreply(self) -> tuple[int, bytes]:
        with self._cut_off_in_time():
            return super().getreply()

    def send(self, s: Any) -> None:
        with self._cut_off_in_time():
            super().send(s)

    @contextmanager
    def _cut_off_in_time(self) -> Iterator[None]:
        timer, end = Timer(self.timeout, _cut_off, [self.sock]), monotonic() + self.timeout
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if monotonic() > end:  # what came until then may look like an answer
            self.close()
            raise smtplib.SMTPServerDisconnected


class _PromptOverTls(_Prompt, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class _Hook(SmtpHook):
    """Airflow's hook, with such a client, and without tries of its own: how often it is tried is the outbox's matter."""

    @property
    def client(self) -> smtplib.SMTP:
        """The client, once there is a connection."""
        assert isinstance(self._smtp_client, smtplib.SMTP)  # noqa: S101
        return self._smtp_client

    @property
    def smtp_retry_limit(self) -> int:
        return 0

    def _build_client(self) -> smtplib.SMTP:
        kind = _PromptOverTls if self.use_ssl else _Prompt
        return kind(**self._build_client_kwargs(is_async=False))


def _cut_off(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of a TLS socket would wait for the other side


def _cause(error: Exception) -> str:
    """An error in a few words, without the server's."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} ({type(error).__name__})"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "no answer"
    return getattr(error, "strerror", None) or str(error)
