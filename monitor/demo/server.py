"""The web server of one outlet, with the manners of a real one. It listens on loopback only."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from itertools import count
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from monitor.demo.press import SHEET_PARAMETER, Document, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPBACK = "127.0.0.1"
_FIRST_READER = 123
_SILENT_CLIENT_TIMEOUT_S = 5
_STOP_POLL_S = 0.02


@dataclass(frozen=True)
class Request:
    """One line of the log. `path` is as asked for, query included."""

    outlet: str
    method: str
    path: str
    status: int
    conditional: bool


class OutletServer(ThreadingTCPServer):
    """Serves `site`, which may be exchanged at any time, on a free port of loopback.

    It is no `HTTPServer`, for that one asks the resolver for its own name when it binds.
    """

    request_queue_size = 64

    def __init__(self, name: str, log: list[Request]) -> None:
        super().__init__((_LOOPBACK, 0), _Handler)
        self.name = name
        self.home = f"http://{_LOOPBACK}:{self.server_address[1]}"
        self.site = Site({})
        self.log = log  # all threads append to it, and append is atomic
        self.readers: Iterator[int] = count(_FIRST_READER)
        # A daemon: Ctrl-C may come between its start and whoever would have closed it.
        self._thread = Thread(
            target=self.serve_forever, args=(_STOP_POLL_S,), name=name, daemon=True
        )

    def open(self) -> None:
        """Begin to answer, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Answer what has been asked, then free the port and all threads."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request, then hangs up, so that no idle connection delays the end."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "tilik-demo", ""
    timeout = _SILENT_CLIENT_TIMEOUT_S
    server: OutletServer

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Write nothing to the terminal: the log is `OutletServer.log`."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        sheet = parse_qs(address.query).get(SHEET_PARAMETER, [""])[0]
        document = self.server.site.find(unquote(address.path), sheet)
        unchanged = self._is_unchanged(document)
        status = HTTPStatus.NOT_MODIFIED if unchanged else document.status
        body = b"" if unchanged else self._body(document)
        self._log(status)
        self._send_head(document, status, len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def _is_unchanged(self, document: Document) -> bool:
        if document.status != HTTPStatus.OK:
            return False
        if tags := self.headers["If-None-Match"]:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return document.etag in known
        since = _date(self.headers["If-Modified-Since"])
        return since is not None and document.modified <= since

    def _body(self, document: Document) -> bytes:
        text = document.text(next(self.server.readers)).encode()
        return gzip.compress(text) if self._accepts_gzip() else text

    def _accepts_gzip(self) -> bool:
        accepted = self.headers.get("Accept-Encoding", "").split(",")
        return "gzip" in {coding.partition(";")[0].strip() for coding in accepted}

    def _log(self, status: int) -> None:
        conditional = "If-None-Match" in self.headers or "If-Modified-Since" in self.headers
        name = self.server.name
        self.server.log.append(Request(name, self.command, self.path, int(status), conditional))

    def _send_head(self, document: Document, status: int, length_bytes: int) -> None:
        self.send_response(status)
        self.send_header("Connection", "close")
        self.send_header("Vary", "Accept-Encoding")
        if document.status == HTTPStatus.OK:
            modified = document.modified.astimezone(UTC)
            self.send_header("ETag", document.etag)
            self.send_header("Last-Modified", format_datetime(modified, usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", document.content_type)
            self.send_header("Content-Length", str(length_bytes))
            if self._accepts_gzip():
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()


def _date(text: str | None) -> datetime | None:
    """Read an HTTP date, which is always GMT; null when there is none or it cannot be read."""
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
