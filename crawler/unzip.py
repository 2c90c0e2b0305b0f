"""Unpacks what the server packed, and refuses what is cut short or grows without bound.

Scrapy's own middleware takes a truncated gzip body for a whole page; a page that ends in the
middle would be stored as an edit. So we ask for gzip only and look for its end ourselves.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

GZIP_OR_ZLIB = 47  # zlib's own name for "tell from the header"


def unzipped(packed: bytes, limit_bytes: int) -> bytes:
    """Return the content of a gzip or zlib stream.

    Raises ResponseDataLossError when it is broken or ends early, DownloadCancelledError past the
    limit.
    """
    stream = zlib.decompressobj(GZIP_OR_ZLIB)
    parts: list[bytes] = []
    room = limit_bytes
    try:
        while packed and not stream.eof:
            parts.append(stream.decompress(packed, room + 1))
            room -= len(parts[-1])
            if room < 0:
                raise DownloadCancelledError(f"unpacks to more than {limit_bytes} bytes")
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise ResponseDataLossError(f"the packed body is broken ({error})") from error
    if not stream.eof:
        raise ResponseDataLossError("the packed body ends before its end")
    return b"".join(parts)


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
            raise ResponseDataLossError(f"packed in a way we did not ask for ({names})")
        limit_bytes = request.meta.get("download_maxsize", self._limit_bytes)
        body = unzipped(response.body, limit_bytes)
        del response.headers[b"Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(body=body, cls=kind)
