"""A home page to what it says of its newspaper: feeds, sections, name, country. Never fetches.

Hostile bytes are read here, so this runs in a worker.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.addresses import resolved
from crawler.extract.article import Page, Refusal
from crawler.extract.marks import read_marks
from crawler.extract.parse import parse
from crawler.kinds.listing import clean_title
from crawler.kinds.section import links_of
from crawler.kinds.shapes import is_headline, is_marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.extract.marks import Marks

FEED_TYPES = re.compile(
    r"(application|text)/(rss|atom|rdf|feed)\+(xml|json)|(application|text)/xml"
)
FEED_PATH = re.compile(r"/(rss|feed|atom)s?(\.(xml|json|php|aspx))?/?\Z|\.rss\Z", re.IGNORECASE)
NOT_OF_STORIES = re.compile(r"/comments?/|\boembed\b", re.IGNORECASE)
TITLE_END = re.compile(r"\s+[-–—|:·»]\s+.*")  # "Kabar Desa - Berita Terbaru Hari Ini"
TITLE_CHARACTERS = 60
DEEPEST = 20  # of JSON-LD; what is nested deeper is no address
SECTION_STEPS = 2  # in a path: /ekonomi/makro is a section, longer ones hardly ever


@dataclass(frozen=True, slots=True)
class Home:
    """What a home page says. Null or empty where it says nothing.

    `country` is a code or a name, `place` a province or city, both as the page writes them.
    """

    url: str
    title: str | None = None
    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    country: str | None = None
    place: str | None = None


def read_home(page: Page) -> Home | Refusal:
    """Return what a home page says, or why it is no page."""
    tree = parse(page)
    if isinstance(tree, Refusal):
        return tree
    marks = read_marks(tree)
    lang = tree.get("lang") or ""
    title = marks.first("og:site_name") or TITLE_END.sub("", marks.title)
    address = dict(_addresses(marks))
    country = marks.first("geo.region").partition("-")[0] or address.get("addressCountry")
    return Home(
        url=page.url,
        title=_printable(title)[:TITLE_CHARACTERS].strip() or None,
        feeds=_feeds(tree, page.url),
        sections=_sections(tree, page.url),
        country=country or _of_locale(lang, marks),
        place=_printable(marks.first("geo.placename") or address.get("addressRegion", "")) or None,
    )


def _feeds(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """Return the feeds that the head declares, then those that the page links to."""
    declared = [
        element.get("href") or ""
        for element in tree.iter("link")
        if "alternate" in (element.get("rel") or "").lower().split() and _is_feed(element)
    ]
    linked = [
        href for element in tree.iter("a") if FEED_PATH.search(href := element.get("href") or "")
    ]
    found = [resolved(url, href) for href in (*declared, *linked) if href]
    return tuple(dict.fromkeys(feed for feed in found if feed and not NOT_OF_STORIES.search(feed)))


def _is_feed(link: HtmlElement) -> bool:
    kind = (link.get("type") or "").lower().strip()
    if kind == "application/json":  # JSON Feed 1.0 called itself so; so do many other things
        return "feed" in (link.get("href") or "").lower()
    return FEED_TYPES.fullmatch(kind) is not None


def _sections(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """Return the menu: short texts that lead to short addresses of the same site."""
    return tuple(
        address
        for address, texts in links_of(tree, url).items()
        if any(texts)
        and not any(map(is_headline, texts))
        and not is_marked(address)
        and not urlsplit(address).query
        and urlsplit(address).path.strip("/").count("/") < SECTION_STEPS
        and urlsplit(address).path != "/"
    )


def _addresses(marks: Marks) -> Iterator[tuple[str, str]]:
    """Give the parts of the postal addresses in linked data, the last ones first."""
    for text in marks.jsonld:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        yield from _postal(data, DEEPEST)


def _postal(data: Any, depth: int) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever JSON holds
    if depth == 0:
        return
    inside = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for value in inside:
        yield from _postal(value, depth - 1)
    if isinstance(data, dict):
        for name in ("addressCountry", "addressRegion"):
            said = data.get(name)
            said = said.get("name") if isinstance(said, dict) else said
            if isinstance(said, str):
                yield name, said


def _of_locale(lang: str, marks: Marks) -> str | None:
    """Return the country of id-ID; en-US stands on pages of all countries and says nothing."""
    for said in (lang, marks.first("og:locale")):
        locale = re.fullmatch(r"([a-z]{2,3})[-_]([A-Z]{2})", said.strip())
        if locale and locale[1] != "en":
            return locale[2]
    return None


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, clean_title(text) or ""))
