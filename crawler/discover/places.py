"""Pure: where a newspaper may list its stories, in the order in which it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from config.origins import origin
from crawler.addresses import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.discover.home import Home

Kind = Literal["feed", "sitemap", "section"]

# A home page that declares more has one per rubric; the first are those of the whole paper.
DECLARED = 6
SITEMAPS = 4
SECTIONS = 8
SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
USUAL_FEEDS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
USUAL_SITEMAPS = (
    "news-sitemap.xml",
    "sitemap-news.xml",
    "sitemap_news.xml",
    "sitemap.xml",
    "sitemap_index.xml",
)
BEGINNINGS: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    ("feed", re.compile(rb"<(rss|rdf:RDF|(\w+:)?feed)\b|\A\s*\{")),
    ("sitemap", re.compile(rb"<(urlset|sitemapindex)\b|\A\x1f\x8b")),
)
BEGINNING_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place to try, and in a few words how it came to be known."""

    kind: Kind
    url: str
    origin: str


def declared_feeds(home: Home) -> list[Candidate]:
    """Return the feeds that the home page names."""
    return [Candidate("feed", url, "the home page names it") for url in home.feeds[:DECLARED]]


def declared_sitemaps(robots: bytes, site: str) -> list[Candidate]:
    """Return the sitemaps that robots.txt names: those for news first."""
    named = [
        url
        for line in SITEMAP_LINE.findall(robots)
        if (url := resolved(site, line.decode("utf-8", "replace")))
    ]
    ranked = sorted(dict.fromkeys(named), key=lambda url: "news" not in url.lower())
    return [Candidate("sitemap", url, "robots.txt names it") for url in ranked[:SITEMAPS]]


def usual_feeds(url: str) -> Iterator[Candidate]:
    """Return where feeds usually are."""
    return (Candidate("feed", f"{origin(url)}/{name}", "a usual place") for name in USUAL_FEEDS)


def usual_sitemaps(url: str) -> Iterator[Candidate]:
    """Return where sitemaps usually are."""
    names = USUAL_SITEMAPS
    return (Candidate("sitemap", f"{origin(url)}/{name}", "a usual place") for name in names)


def sections(home: Home) -> list[Candidate]:
    """Return the pages that the menu leads to."""
    return [Candidate("section", url, "the menu leads to it") for url in home.sections[:SECTIONS]]


def given(url: str, body: bytes) -> Candidate | None:
    """Return the address itself as a candidate, when it is a feed or sitemap and no home page."""
    start = body[:BEGINNING_BYTES]
    for kind, beginning in BEGINNINGS:
        if beginning.search(start) and b"<html" not in start.lower():
            return Candidate(kind, url, "it was given")
    return None
