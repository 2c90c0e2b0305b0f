"""A small web server on loopback that answers as it is told, well or badly, and keeps a log.

It speaks through raw sockets, so that it can also lie, hang up and never end. Never leaves this
machine. One request per connection; every answer says `Connection: close`.
"""

from __future__ import annotations

import gzip
import hashlib
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

TLS_HELLO = b"\x16\x03"
SILENT_CLIENT_S = 10  # a connection that asks for nothing is given up


@dataclass
class Asked:
    """One request. Times are of the monotonic clock; header names are in lower case.

    `size` is in bytes, as it came over the line.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    size: int
    began_s: float
    ended_s: float = field(default=0.0)

    @property
    def is_conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


class Site:
    """Serves `pages`, by path with query, from `with` until its end; all else is not found."""

    def __init__(
        self, host: str = "127.0.0.1", certificate: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        self.pages: dict[str, bytes | Callable[[socket.socket, Asked], None]] = {}
        self.requests: list[Asked] = []
        self.connections = 0
        self._certificate = certificate
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=64)
        self.host, self.port = self._socket.getsockname()[:2]
        named = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if certificate else 'http'}://{named}:{self.port}"
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door = threading.Thread(target=self._accept, name=f"site {self.port}")

    def __enter__(self) -> Self:
        self._door.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        self._door.join()
        self._socket.close()
        for line in list(self._open):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for one path, in order of arrival."""
        return [request for request in self.requests if request.path == path]

    def paths(self) -> list[str]:
        """Return what was asked for, in order of arrival."""
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(line)
            thread = threading.Thread(target=self._serve, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(SILENT_CLIENT_S)
        line = raw
        with suppress(OSError):  # the client hung up, or refused our certificate
            if self._certificate is not None:
                line = self._certificate.wrap_socket(raw, server_side=True)
            asked = _request(line)
            if asked is not None:
                self.requests.append(asked)
                reply = self.pages.get(asked.path, status(404))
                try:
                    line.sendall(reply) if isinstance(reply, bytes) else reply(line, asked)
                finally:
                    asked.ended_s = monotonic()
                    line.shutdown(socket.SHUT_RDWR)
        self._open.discard(raw)
        line.close()
        raw.close()


# good answers


def answer(
    body: bytes | str, kind: str = "text/html; charset=utf-8", *, code: int = 200, **headers: str
) -> bytes:
    """Return a whole answer; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return head(code, f"Content-Type: {kind}", f"Content-Length: {len(content)}", *lines) + content


def head(code: int, *lines: str) -> bytes:
    """Return the head of an answer."""
    return "\r\n".join([f"HTTP/1.1 {code} x", "Connection: close", *lines, "\r\n"]).encode()


def status(code: int, **headers: str) -> bytes:
    """Return an answer without a page."""
    return answer(b"", code=code, **headers)


def redirect(target: str, code: int = 302) -> bytes:
    """Return an answer that sends elsewhere."""
    return status(code, Location=target)


def lasting(
    body: bytes | str, kind: str = "text/html; charset=utf-8"
) -> Callable[[socket.socket, Asked], None]:
    """Answer with an ETag, and with 304 to who has that state already."""
    content = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    def reply(line: socket.socket, asked: Asked) -> None:
        is_known = asked.headers.get("if-none-match") == etag
        line.sendall(head(304, f"ETag: {etag}") if is_known else answer(content, kind, ETag=etag))

    return reply


# bad answers


def hangs(line: socket.socket, _: Asked) -> None:
    """Say nothing until the client gives up."""
    line.recv(1)


def endless(line: socket.socket, _: Asked) -> None:
    """Send a page without end."""
    line.sendall(head(200, "Content-Type: text/html"))
    while True:
        line.sendall(b"<p>dan seterusnya</p>" * 500)


def reset(line: socket.socket, _: Asked) -> None:
    """Promise a page, send its beginning, and break the connection."""
    line.sendall(head(200, "Content-Type: text/html", "Content-Length: 5000") + b"<html><p>Awal")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def cut(body: bytes, kind: str = "text/html; charset=utf-8", by: int = 10) -> bytes:
    """Pack a page and leave its last bytes out, with an honest length."""
    return answer(gzip.compress(body)[:-by], kind, Content_Encoding="gzip")


def packed(body: bytes, kind: str = "text/html; charset=utf-8") -> bytes:
    """Pack a page as it should be."""
    return answer(gzip.compress(body), kind, Content_Encoding="gzip")


def _request(line: socket.socket) -> Asked | None:
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = line.recv(65536)
        if not chunk:
            return None
        received += chunk
        if received.startswith(TLS_HELLO):
            return Asked("TLS", "", {}, len(received), monotonic())
    first, *rest = received.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (header.partition(":") for header in rest)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Asked(method, path, headers, len(received), monotonic())
