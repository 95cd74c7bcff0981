"""A mail server that does at each stage of the conversation what a test has planned, at a port that stays the same."""

import os
import re
import signal
import socket
import threading
import time
from collections import defaultdict, deque
from contextlib import suppress
from typing import Self

STAGES = ("connect", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "content", "end")
PAUSE = 0.1  # between two bytes of a drip
MIDDLE = 300  # bytes of a mail


class HangUp(Exception):
    """The server ends the conversation."""


class SickServer:
    """Its plan has deeds for each stage, one for each time that it is reached; where there is none, all goes well there.

    - three digits: the answer
    - `drop`, `reset`: closes the connection without an answer; at `end` after it has taken the mail
    - `forget`: at `end`, closes without having taken the mail
    - `stall`, `drip`: answers never, or byte by byte without an end
    - `garbage`: answers what is no answer
    - `kill`: kills `client`, with the mail taken at `end`; `late kill` after it has answered
    """

    def __init__(self) -> None:
        self.port = 0
        self.plan: dict[str, deque[str | None]] = defaultdict(deque)
        self.reached: list[str] = []  # stages, in order
        self.taken: list[tuple[str, str]] = []  # addresses and Message-IDs, in order
        self.contents: list[bytes] = []
        self.client = 0
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._over.clear()
        self._socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    def does(self, **deeds: list[str | None]) -> None:
        """Plan what happens, from now on."""
        self.plan.clear()
        for stage, ones in deeds.items():
            assert stage in STAGES
            self.plan[stage].extend(ones)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._talk, args=[connection]))
            self._threads[-1].start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(HangUp, OSError):
            self._answer(connection, "connect", "220 sick.test ESMTP")
            address = ""
            while line := lines.readline():
                verb = line.split()[0].upper().decode()
                if verb in ("EHLO", "HELO"):
                    self._answer(connection, "EHLO", "250-sick.test\r\n250-DSN\r\n250 AUTH PLAIN")
                elif verb == "AUTH":
                    self._answer(connection, "AUTH", "235 welcome")
                elif verb == "MAIL":
                    self._answer(connection, "MAIL", "250 go on")
                elif verb == "RCPT":
                    address = line.decode().partition("<")[2].partition(">")[0]
                    self._answer(connection, "RCPT", "250 go on")
                elif verb == "DATA":
                    if self._answer(connection, "DATA", "354 tell me") == "354":
                        self._take(connection, lines, address)
                else:  # RSET, QUIT
                    connection.sendall(b"250 fine\r\n")

    def _take(self, connection: socket.socket, lines, address: str) -> None:
        deed, content = self._next("content"), b""
        while not content.endswith(b"\r\n.\r\n"):
            if deed and len(content) > MIDDLE:
                self._do(connection, deed)
            line = lines.readline()
            if not line:
                raise HangUp
            content += line
        deed = self._next("end")
        if deed is None or deed[0] == "2" or (deed not in ("forget", "garbage") and not deed.isdigit()):
            (message_id,) = re.findall(rb"(?im)^message-id: (\S+)", content)
            self.taken.append((address, message_id.decode()))
            self.contents.append(content)
        self._do(connection, deed or "250")

    def _answer(self, connection: socket.socket, stage: str, well: str) -> str:
        deed = self._next(stage)
        if deed is None:
            connection.sendall(well.encode() + b"\r\n")
            return well[:3]
        return self._do(connection, deed)

    def _next(self, stage: str) -> str | None:
        self.reached.append(stage)
        return self.plan[stage].popleft() if self.plan[stage] else None

    def _do(self, connection: socket.socket, deed: str) -> str:
        """Carry out a deed; comes back with the code where there is one."""
        if deed.isdigit():
            connection.sendall(f"{deed} 李某某 of whom the mail says\r\n".encode())
            if deed == "421":
                raise HangUp
            return deed
        if deed == "garbage":
            connection.sendall(b"what?\r\n")
            raise HangUp
        if deed == "late kill":
            connection.sendall(b"250 kept\r\n")
        if deed.endswith("kill"):
            os.kill(self.client, signal.SIGKILL)
        if deed == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if deed in ("stall", "drip"):
            self._keep_waiting(connection, by_byte=deed == "drip")
        raise HangUp

    def _keep_waiting(self, connection: socket.socket, *, by_byte: bool) -> None:
        connection.settimeout(PAUSE)
        while not self._over.is_set():
            if by_byte:
                connection.sendall(b"2")
                time.sleep(PAUSE)
            else:
                with suppress(TimeoutError):
                    if not connection.recv(1024):
                        return
