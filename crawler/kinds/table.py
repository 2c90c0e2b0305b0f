"""The kinds of source, in one table. A new kind is a file beside this one and a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.extract.article import Page, Refusal
from crawler.kinds.feed import read_feed
from crawler.kinds.listing import Listing, Unreadable
from crawler.kinds.section import read_section
from crawler.kinds.sitemap import read_sitemap

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """The bytes of a listing and what is needed to read them. `limit` bounds the links.

    `since` asks also for where the listing goes on, as far back as that; null asks for nothing.
    """

    kind: str
    url: str
    body: bytes
    encoding: str | None
    limit: int
    now: datetime
    zone: str | None = None
    links: str | None = None
    select: str | None = None
    since: datetime | None = None


def _feed(page: Listed) -> Listing:
    return read_feed(
        page.body,
        page.url,
        limit=page.limit,
        zone=page.zone,
        now=page.now,
        encoding=page.encoding,
    )


def _sitemap(page: Listed) -> Listing:
    return read_sitemap(
        page.body,
        page.url,
        limit=page.limit,
        zone=page.zone,
        now=page.now,
        encoding=page.encoding,
        since=page.since,
    )


def _section(page: Listed) -> Listing:
    html = Page(page.url, page.body, fetched_at=page.now, encoding=page.encoding)
    return read_section(
        html, limit=page.limit, links=page.links, select=page.select, since=page.since
    )


KINDS: dict[str, Callable[[Listed], Listing]] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "section": _section,
}


def read_listing(page: Listed) -> Listing | Refusal:
    """Return the links of a listing, or in a sentence why it gives none."""
    try:
        return KINDS[page.kind](page)
    except Unreadable as error:
        return Refusal("not-a-" + page.kind, f"the {page.kind} cannot be read: {error}")
