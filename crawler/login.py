"""Who tilik says it is, where a newspaper asks its subscribers. Told to nobody else.

A login belongs to one origin: scheme, host and port of its source, exactly. Each hop of a redirect
passes here anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from w3lib.http import basic_auth_header

from config.origins import origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scrapy import Request
    from scrapy.crawler import Crawler

    from config.settings import Source

HEADER = b"Authorization"


def logins(sources: Iterable[Source]) -> dict[str, bytes]:
    """Give what is sent to each origin that a source has a login for (RFC 7617)."""
    return {
        origin(source.url): basic_auth_header(
            source.username, source.password.get_secret_value(), "utf-8"
        )
        for source in sources
        if source.username is not None and source.password is not None
    }


class Login:
    """Downloader middleware: sends a login to its origin, and takes it out of any other request."""

    def __init__(self, known: Mapping[str, bytes]) -> None:
        self._known = known

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the logins from Scrapy's settings."""
        return cls(crawler.settings["TILIK_LOGINS"])

    def process_request(self, request: Request) -> None:
        """Set or remove the header."""
        site = origin(request.url)
        login = self._known.get(site)
        # A page's programs are told no more than its own origin tells them anyway.
        if login is None or (request.meta.get("part_of") or site) != site:
            request.headers.pop(HEADER, None)
        else:
            request.headers[HEADER] = login
