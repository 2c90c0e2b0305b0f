"""A line to a mail server whose patience ends: smtplib with a deadline and a bound on replies.

smtplib's own timeout is per read, so a server that sends one byte a minute would hold it for ever.
Knows nothing of digests.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import BufferedReader
    from typing import Self

    from config.settings import MailServer

REPLY_BYTES = 64 * 1024  # of one reply, over all its lines
_LONE_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take: for an answer, for the one after the text, in all."""

    answer_s: float = 60
    last_answer_s: float = 600  # RFC 5321, section 4.5.3.2.6
    goodbye_s: float = 5
    all_s: float = 900


class Line(smtplib.SMTP):
    """An open line, ready for a transaction: encrypted and logged in as the settings say.

    Raises OSError, which is what all of smtplib's, socket's and ssl's errors are.
    """

    def __init__(self, server: MailServer, patience: Patience) -> None:
        self._patience = patience
        self._tls = ssl.create_default_context() if server.security == "tls" else None
        self._handle: socket.socket | None = None
        self._deadline = threading.Timer(patience.all_s, self._cut)
        self._deadline.daemon = True
        self._deadline.start()
        try:
            # An address literal: our host's name is nobody's business, and looking it up can hang.
            super().__init__(server.host, server.port, "[127.0.0.1]", patience.answer_s)
            self.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self.starttls(context=ssl.create_default_context())
                self.ehlo_or_helo_if_needed()
            if server.username is not None and server.password is not None:
                self.login(server.username, server.password.get_secret_value())
        except BaseException:
            self.hang_up()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye; what the server makes of that changes nothing."""
        with contextlib.suppress(OSError):
            if self.sock:
                self.sock.settimeout(self._patience.goodbye_s)
                self.quit()
        self.hang_up()

    def hang_up(self) -> None:
        """Close the line without a word."""
        self._deadline.cancel()
        with contextlib.suppress(OSError):
            self.close()
        if self._handle:
            self._handle.close()
            self._handle = None

    def text(self, message: bytes) -> None:
        """Send the text of a message and the dot that ends it. After that the server has it."""
        ended = message if message.endswith(b"\r\n") else message + b"\r\n"
        self.send(_LONE_DOT.sub(b"..", ended) + b".\r\n")

    def last_answer(self) -> tuple[int, bytes]:
        """Wait for what the server says to the text, which takes longer than other answers."""
        if self.sock:
            self.sock.settimeout(self._patience.last_answer_s)
        return self.getreply()

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, but not one without end."""
        if self.file is None and self.sock:
            self.file = _Bounded(self.sock.makefile("rb"))
        if isinstance(self.file, _Bounded):
            self.file.left_bytes = REPLY_BYTES
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        self._handle = plain.dup()  # TLS takes the socket over; the deadline needs one to cut
        return self._tls.wrap_socket(plain, server_hostname=host) if self._tls else plain

    def _cut(self) -> None:
        if self._handle:
            with contextlib.suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)


class _Bounded:
    """The reading end of a line, with a limit that is renewed for each reply."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.left_bytes = REPLY_BYTES

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self.left_bytes -= len(line)
        if self.left_bytes < 0:
            raise OSError("the server's answer does not end")
        return line

    def close(self) -> None:
        self._file.close()
