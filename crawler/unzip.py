"""Unpacks what the server packed, and refuses what is cut short or grows without bound.

Scrapy's own middleware takes a truncated gzip body for a whole page; a page that ends in the
middle would be stored as an edit. So we ask for gzip only and look for its end ourselves.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    ResponseDataLossError,
)
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MEMBERS = 100  # each costs a copy of the rest: a body of empty ones would stop the loop
GZIP = b"\x1f\x8b"
GZIP_OR_ZLIB = 47  # zlib's own name for "tell from the header"


def unzipped(packed: bytes, limit_bytes: int) -> bytes:
    """Return the content of a gzip or zlib stream; gzip may have several members (RFC 1952, 2.2).

    Raises ResponseDataLossError when it is broken or ends early, DownloadCancelledError past the
    limit.
    """
    content = b""
    for _ in range(MEMBERS):
        stream = zlib.decompressobj(GZIP_OR_ZLIB)
        try:
            content += stream.decompress(packed, limit_bytes - len(content) + 1)
        except zlib.error as error:
            raise ResponseDataLossError(f"the packed body is broken ({error})") from error
        if len(content) > limit_bytes:
            raise DownloadCancelledError(f"unpacks to more than {limit_bytes} bytes")
        if not stream.eof:
            raise ResponseDataLossError("the packed body ends before its end")
        packed = stream.unused_data
        if not packed.startswith(GZIP):  # what else may follow is padding
            return content
    raise DownloadCancelledError(f"packed in more than {MEMBERS} pieces")


class Unzip:
    """Downloader middleware: asks for gzip, and unpacks it whole or not at all."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unzip:
        """Take the size limit from the settings."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say what we can unpack."""
        request.headers.setdefault(b"Accept-Encoding", b"gzip")

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpack the body, or raise what says why it cannot be used."""
        encodings = [
            name.strip().lower()
            for value in response.headers.getlist(b"Content-Encoding")
            for name in value.split(b",")
        ]
        encodings = [name for name in encodings if name not in (b"", b"identity")]
        if not encodings or not response.body:
            return response
        if len(encodings) > 1 or encodings[0] not in (b"gzip", b"x-gzip", b"deflate"):
            names = b", ".join(encodings).decode("ascii", "replace")
            raise DownloadFailedError(f"packed in a way we did not ask for: {names}")
        limit_bytes = request.meta.get("download_maxsize", self._limit_bytes)
        body = unzipped(response.body, limit_bytes)
        del response.headers[b"Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(body=body, cls=kind)
