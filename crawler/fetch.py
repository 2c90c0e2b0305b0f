"""One address to one answer, through Scrapy's downloader. Knows no source, no story, no database.

Every failure becomes a value that says what happens next: Later (try again) or Refusal (do not).
"""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from w3lib.encoding import http_content_type_encoding

from config.origins import origin
from crawler.addresses import objection
from crawler.extract.article import Refusal
from crawler.manners import Denied, NotPermitted, NotYet, RobotsUnread
from db.records import Validators

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.http import Response

VALIDATOR_BYTES = 1024  # a longer one is a tracking device or a mistake
SHUT_OUT_S = 24 * 3600.0  # who does not let us in is asked again after a day
CLOCKS_DIFFER = timedelta(days=1)
NAME_UNANSWERED = (errno.ETIMEDOUT, errno.EAGAIN, socket.EAI_AGAIN)  # the last is SERVFAIL
ACCEPT = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `url` is the address after redirects; `is_unchanged` means 304.

    `encoding` and `kind` (the media type) are null when the server named none.
    """

    url: str
    status: int
    body: bytes
    encoding: str | None
    kind: str | None
    validators: Validators
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Why there is no answer now, as a fixed word and a sentence; and, in seconds, when to retry.

    `wait_s` is null when the server did not say.
    """

    reason: str
    detail: str
    wait_s: float | None = None


Fetched = Answer | Later | Refusal


async def fetch(  # noqa: PLR0913 - the facts of one request
    engine: ExecutionEngine,
    url: str,
    *,
    validators: Validators,
    limit_bytes: int,
    now: datetime,
    ignores_robots: bool = False,
    part_of: str | None = None,
) -> Fetched:
    """Ask for one address, conditionally when there are validators, and say what came of it.

    `part_of` is the page whose programs ask, null for what we want ourselves.
    """
    headers = {"Accept": ACCEPT}
    if validators.etag:
        headers["If-None-Match"] = validators.etag.encode("latin-1", "ignore")
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified.encode("latin-1", "ignore")
    reason = objection(url)
    if reason is not None:
        return Refusal("not-permitted", reason)
    meta = {
        "download_maxsize": limit_bytes,
        "ignores_robots": ignores_robots,
        "part_of": part_of and origin(part_of),
    }
    try:
        response = await engine.download_async(Request(url, headers=headers, meta=meta))
    except Exception as error:  # noqa: BLE001 - `failure` raises again what it does not know
        return failure(error)
    return answer(response, now, is_conditional=validators != Validators())


def is_mishap(outcome: Fetched) -> bool:
    """Whether a server failed us; what its robots.txt denies it was never asked for."""
    return isinstance(outcome, Later) and outcome.reason != "not-permitted"


def answer(response: Response, now: datetime, *, is_conditional: bool) -> Fetched:
    """Say what a response means."""
    status = response.status
    if status == 304:  # noqa: PLR2004
        if not is_conditional:
            return Later("odd-answer", "the server says “unchanged” to a question without “since”")
        return _answer(response, now, is_unchanged=True)
    if 200 <= status < 300 or status in (404, 410):  # noqa: PLR2004
        return _answer(response, now)
    if status in (401, 403, 451):
        return Later("forbidden", f"the server does not let us in (HTTP {status})", SHUT_OUT_S)
    if 300 <= status < 400:  # noqa: PLR2004
        return Refusal("redirect", f"the server sends us somewhere unreadable (HTTP {status})")
    if 400 <= status < 500:  # noqa: PLR2004
        return Refusal("client-error", f"the server does not take the request (HTTP {status})")
    return Later("server-error", f"the server failed (HTTP {status})")


def failure(error: Exception) -> Later | Refusal:
    """Say in plain words what went wrong on the way; raises what is a fault of ours."""
    match error:
        case IgnoreRequest():
            return _not_asked(error)
        case DownloadTimeoutError():
            return Later("timeout", "the server did not answer in time")
        case CannotResolveHostError():
            return _refused_by_gate(error) or _not_found(error)
        case DownloadConnectionRefusedError():
            return _refused_by_gate(error) or _not_connected(error)
        case DownloadCancelledError():
            return Refusal("too-large", "the answer is larger than the limit ([limits])")
        case ResponseDataLossError():
            return Later("cut-short", f"the answer did not arrive whole ({_lost(error)})")
        case UnsupportedURLSchemeError():  # the scheme is looked at before: it is the host
            return Refusal("not-permitted", "the address writes its host in a way that is not read")
        case DownloadFailedError():
            return _broken_off(error)
        case ValueError():  # Scrapy reading what the server wrote: a redirect, a length
            return Later("odd-answer", f"the answer cannot be understood ({_said(error)})")
        case _:
            raise error


def _answer(response: Response, now: datetime, *, is_unchanged: bool = False) -> Answer:
    content_type = response.headers.get(b"Content-Type")
    said = content_type.decode("latin-1") if content_type else None
    return Answer(
        url=response.url,
        status=response.status,
        body=response.body,
        encoding=http_content_type_encoding(said),
        kind=said.partition(";")[0].strip().lower() if said else None,
        validators=Validators(
            _validator(response.headers.get(b"ETag")),
            _past(_validator(response.headers.get(b"Last-Modified")), now),
        ),
        is_unchanged=is_unchanged,
    )


def _validator(value: bytes | None) -> str | None:
    if value is None or len(value) > VALIDATOR_BYTES:
        return None
    return value.decode("latin-1")


def _past(date: str | None, now: datetime) -> str | None:
    """Return a date as it was sent; one that is still to come would answer “unchanged” for ever."""
    try:
        is_past = date is not None and parsedate_to_datetime(date) <= now + CLOCKS_DIFFER
    except (ValueError, TypeError):  # not a date, or one without a zone: the server's own affair
        return date
    return date if is_past else None


def _not_asked(error: IgnoreRequest) -> Later | Refusal:
    """Say why a middleware did not let a request pass: our manners, or the count of redirects."""
    match error:
        case NotPermitted():
            return Refusal("not-permitted", str(error))
        case Denied():
            return Later("not-permitted", str(error), SHUT_OUT_S)
        case NotYet():
            return Later("busy", str(error), error.wait_s)
        case RobotsUnread():
            return _without_robots(error)
        case _:
            return Refusal("redirects", "the server redirects us on and on")


def _without_robots(error: Exception) -> Later | Refusal:
    """Say why robots.txt was not to be had. Only the gate's no is final for what it guards."""
    if not isinstance(error.__cause__, Exception):
        return Later("robots", str(error))
    why = failure(error.__cause__)
    detail = f"{why.detail} (asked for robots.txt)"
    if why.reason == "not-permitted":
        return Refusal(why.reason, detail)
    return Later(why.reason, detail, why.wait_s if isinstance(why, Later) else None)


def _refused_by_gate(error: Exception) -> Refusal | None:
    os_error = getattr(error.__cause__, "os_error", None)
    if isinstance(os_error, OSError) and os_error.errno == errno.EACCES:
        return Refusal("not-permitted", str(os_error.strerror))
    return None


def _not_found(error: Exception) -> Later:
    os_error = getattr(error.__cause__, "os_error", None)
    if isinstance(os_error, OSError) and os_error.errno in NAME_UNANSWERED:
        return Later("no-name-server", f"the host name was not looked up ({os_error.strerror})")
    return Later("no-such-name", "the host name is not found")


def _broken_off(error: Exception) -> Later:
    if isinstance(error.__cause__, aiohttp.ClientConnectionError):
        return Later("broken-off", f"the connection broke off before an answer ({_said(error)})")
    return Later("not-http", f"the answer is not proper HTTP ({_said(error)})")


def _not_connected(error: Exception) -> Later:
    match error.__cause__:
        case aiohttp.ClientConnectorCertificateError(certificate_error=why):
            words = str(getattr(why, "verify_message", why)).rstrip(".")
            return Later("certificate", f"the server's certificate is not valid ({words})")
        case aiohttp.ClientConnectorSSLError(os_error=why):
            words = _spelled_out(str(getattr(why, "reason", None) or why))
            return Later("tls", f"no secure connection could be made ({words})")
        case aiohttp.ClientConnectorError(os_error=OSError(errno=int(number))) if (
            number != errno.ECONNREFUSED
        ):
            return Later("unreached", f"the server cannot be reached ({os.strerror(number)})")
        case _:
            return Later("refused", "the server refuses the connection")


def _spelled_out(reason: str) -> str:
    """Say what OpenSSL means by its word for a failed handshake, where we know it."""
    if "PROTOCOL_VERSION" in reason or "UNSUPPORTED_PROTOCOL" in reason:
        return "the server knows no version of TLS from 1.2 on"
    if reason == "WRONG_VERSION_NUMBER":
        return "what answers there speaks no TLS"
    return reason.lower().replace("_", " ")


def _lost(error: Exception) -> str:
    if isinstance(error.__cause__, aiohttp.ClientPayloadError):
        return "the connection ended before it"
    return _said(error)


def _said(error: Exception) -> str:
    """Return the library's own words, in one short line."""
    words = getattr(error.__cause__, "message", None) or str(error)
    return " ".join(words.rstrip("^ ").split())[:100]
