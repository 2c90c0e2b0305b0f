"""Reads a listing as a visit does, for tables of feeds, sitemaps and section pages."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.extract.article import Refusal
from crawler.kinds.listing import Listed, Listing
from crawler.kinds.table import read_listing

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
HOME = "https://kabar-desa.example"
NINE = datetime(2026, 8, 7, 9, 0, tzinfo=UTC)
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def read(  # noqa: PLR0913 - the columns of a table
    kind: str,
    body: str | bytes,
    *,
    url: str = f"{HOME}/rss",
    limit: int = 100,
    links: str | None = None,
    select: str | None = None,
    encoding: str | None = None,
    zone: str | None = "Asia/Jakarta",
) -> Listing | Refusal:
    content = body.encode() if isinstance(body, str) else body
    return read_listing(
        Listed(
            kind,
            url,
            content,
            encoding,
            limit=limit,
            now=NOW,
            zone=zone,
            links=links,
            select=select,
        )
    )


def listed(kind: str, body: str | bytes, **more: object) -> Listing:
    listing = read(kind, body, **more)  # type: ignore[arg-type] # the columns of `read`
    assert isinstance(listing, Listing), listing
    return listing


def refused(kind: str, body: str | bytes, **more: object) -> str:
    refusal = read(kind, body, **more)  # type: ignore[arg-type] # the columns of `read`
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason == f"not-a-{kind}"
    return refusal.detail


def urls(listing: Listing) -> list[str]:
    return [link.url.removeprefix(HOME) for link in listing.links]
