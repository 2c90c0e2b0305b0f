"""A sitemap, news sitemap or sitemap index, packed or not, to the links it lists."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError

from crawler.addresses import named, resolved
from crawler.extract.dates import read_moment
from crawler.kinds.listing import (
    Found,
    Listing,
    Unreadable,
    child_text,
    clean_title,
    local,
    xml_root,
)
from crawler.kinds.paging import is_before
from crawler.unzip import GZIP, unzipped

if TYPE_CHECKING:
    from datetime import datetime

    from lxml import etree

    from crawler.kinds.listing import Listed

UNPACKED_BYTES = 20 * 2**20
DEAD = timedelta(days=90)  # a sitemap of a month is not written again once the month is over
A_DAY = timedelta(days=1)  # a date without an hour may mean the end of its day
FURTHER = 10  # sitemaps of an index read in one visit, the newest first


def read_sitemap(page: Listed) -> Listing:
    """Return the links of a sitemap, newest first. Raises Unreadable when it is none.

    With a `since`, also the sitemaps of an index that are not read every day, back to that date.
    """
    body = page.body
    if body.startswith(GZIP):
        try:
            body = unzipped(body, UNPACKED_BYTES)
        except (DownloadCancelledError, ResponseDataLossError) as error:
            raise Unreadable(str(error)) from error
    root, complaint = xml_root(body, page.url, page.encoding)
    if local(root) == "sitemapindex":
        is_dated = all(child_text(entry, "lastmod") for entry in root if local(entry))
        listed = _listed(root, page.url)
        further = _further(listed, page.now)
        older = _older(listed, further, page.since) if page.since else ()
        return Listing(further=further, older=older, complaint=complaint, vouches=is_dated)
    if local(root) != "urlset":
        raise Unreadable(f"it is no sitemap: its root element is <{local(root)}>")
    links: dict[str, Found] = {}
    for entry in root:
        found = _found(entry, page) if local(entry) == "url" else None
        if found is not None:
            links.setdefault(found.url, found)
        if len(links) >= page.limit:
            break
    if not links and complaint:
        raise Unreadable(complaint)
    newest_first = sorted(links.values(), key=_newness, reverse=True)
    return Listing(tuple(newest_first), complaint=complaint)


def _found(entry: etree._Element, page: Listed) -> Found | None:
    address = named(page.url, child_text(entry, "loc") or "")
    if not address:
        return None
    news = next((child for child in entry if local(child) == "news"), None)
    title = child_text(news, "title") if news is not None else None
    date = child_text(news, "publication_date") if news is not None else None
    modified_at = _moment(child_text(entry, "lastmod"), page.zone, page.now)
    published_at = _moment(date, page.zone, page.now) if date else modified_at
    return Found(address, clean_title(title), published_at, modified_at)


def _listed(root: etree._Element, base: str) -> list[tuple[str, str]]:
    """Return (date, address) of the sitemaps of an index: those named for news, then the newest."""
    listed = []
    for position, entry in enumerate(root):
        address = resolved(base, child_text(entry, "loc") or "")
        if address and address != base:
            is_news = "news" in address.lower()
            listed.append((is_news, child_text(entry, "lastmod") or "", -position, address))
    return [(date, address) for _, date, _, address in sorted(listed, reverse=True)]


def _further(listed: list[tuple[str, str]], now: datetime) -> tuple[str, ...]:
    """Return the sitemaps of an index that are read at every visit.

    Those that have not changed for long are retired; were it all of them, the first is read.
    """
    first = listed[:FURTHER]
    living = [address for date, address in first if not _is_over(date, now - DEAD)]
    return tuple(living) or tuple(address for _, address in first[:1])


def _older(
    listed: list[tuple[str, str]], further: tuple[str, ...], since: datetime
) -> tuple[str, ...]:
    """Return the other sitemaps of an index that may list what was published since a date."""
    return tuple(
        address
        for date, address in listed
        if address not in further
        and not _is_over(date, since - A_DAY)
        and not is_before(address, since)
    )


def _is_over(date: str, since: datetime) -> bool:
    """Whether a sitemap says that it has not changed since a time."""
    at = _moment(date, None, since)
    return at is not None and at < since


def _moment(date: str | None, zone: str | None, now: datetime) -> datetime | None:
    moment = read_moment(date, zone=zone, now=now, origin="sitemap") if date else None
    return moment.at if moment else None


def _newness(found: Found) -> float:
    return found.published_at.timestamp() if found.published_at else 0.0
