"""Reads what a page says about its article: headline, byline, time, section, image. Never its text.

A page says it up to six times over and not always the same: each field takes its evidence in a fixed
order and lets the rest confirm it. Nothing is looked up, nothing is guessed, no site is known by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.extract.article import Head, Moment
from crawler.extract.byline import agency_in, persons
from crawler.extract.dates import read_moment
from crawler.extract.headline import choose_headline, find_heading, own_names
from crawler.extract.jsonld import LinkedData, read_jsonld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

_MAX_LINES = 40
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)(?!\d)")
_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "article:published", "publishdate", "pubdate", "publish-date",
    "publish_date", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "citation_publication_date", "datecreated", "article.published",
    "article_date_original", "originalpublicationdate", "dtk:publishdate", "published_time", "published", "ptime", "published-date", "displaydate",
    "rnews:datepublished", "date_published", "content_published_date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified", "modified", "revised", "article:modified")
_AUTHORS = ("author", "article:author", "article:author_name", "parsely-author", "byl", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "dtk:author", "og:author", "twitter:creator:name", "content_author", "book:author", "authors", "dc.contributor")
_LOGO = re.compile(r"logo|site-?_?(?:title|name)|blog-?_?title|\bbrand", re.IGNORECASE)
_HOME = re.compile(r"(?:https?:)?(?://[^/]+)?/?(?:index\.\w+|home)?/?", re.IGNORECASE)
_BREAKING = frozenset({"br", "p", "div", "li", "h2", "h3", "small", "time", "td"})
_SILENT = frozenset({"script", "style", "rt", "rp", "svg", "noscript"})
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|penulis|reporter|pewarta|writer)", re.IGNORECASE)


@dataclass(slots=True)
class _Marks:
    """What one walk over the tree found."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    canonical: str = ""
    headings: list[HtmlElement] = field(default_factory=list)
    logos: list[str] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str:
        return next((value for name in names for value in self.metas.get(name, ())), "")


def read_head(
    tree: HtmlElement,
    url: str,
    *,
    zone: str | None = None,
    now: datetime,
    feed_title: str | None = None,
    feed_published: datetime | None = None,
) -> Head:
    """Give everything the page says about its article. The tree is not changed.

    `zone` is the source's, for times printed without one; `feed_title` and `feed_published` are what
    the feed or sitemap said, heard last.
    """
    marks = _walk(tree)
    linked = read_jsonld(marks.blocks)
    site_name = marks.first("og:site_name", "application-name") or linked.publisher
    names = [site_name, linked.publisher, marks.first("twitter:site").lstrip("@"), *marks.logos]
    headings = [_text(element) for element in marks.headings]
    offered = [text for text in (linked.headline, marks.first("og:title"), marks.first("headline", "twitter:title"), marks.title) if text]
    own = own_names(url, names, offered)
    index = find_heading(headings, offered, own)
    headline = choose_headline(headings[index] if index is not None else "", offered, own)
    lines = list(_lines(marks.headings[index])) if index is not None else []
    published = _published(marks, linked, lines, url, zone, now)
    if published is None and feed_published is not None:
        published = Moment(feed_published, "second", "feed")
    modified = _first_moment([("json-ld", linked.modified), *_from_metas(marks, _MODIFIED)], zone, now)
    if modified and published and modified.at < published.at:
        modified = None
    canonical = urljoin(url, marks.canonical) if marks.canonical else ""
    return Head(
        headline=headline or feed_title,
        authors=_authors(tree, marks, linked, names),
        editor=next(iter(persons(linked.editors)), None),
        agency=next(filter(None, map(agency_in, linked.organisations)), None),
        published=published,
        modified=modified,
        section=linked.section or marks.first("article:section") or None,
        tags=linked.tags or tuple(marks.metas.get("article:tag", ())),
        image=urljoin(url, marks.first("og:image", "twitter:image") or linked.image) if marks.first("og:image", "twitter:image") or linked.image else None,
        caption=linked.caption or None,
        credit=linked.credit or None,
        canonical=canonical if canonical and urlsplit(canonical).hostname == urlsplit(url).hostname else None,
        site_name=site_name or None,
        lang=tree.get("lang"),
        is_free=linked.is_free,
    )


def _walk(tree: HtmlElement) -> _Marks:
    marks = _Marks()
    for element in tree.iter("meta", "title", "link", "script", "h1", "time"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = (element.get("content") or element.get("value") or "").strip()
            if name and content:
                marks.metas.setdefault(name.lower(), []).append(content)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                marks.blocks.append(element.text or "")
        elif tag == "title":
            marks.title = marks.title or _text(element)
        elif tag == "link":
            if element.get("rel") == "canonical":
                marks.canonical = marks.canonical or element.get("href") or ""
        elif tag == "h1":
            if _is_logo(element):
                marks.logos.append(_text(element))
            else:
                marks.headings.append(element)
        else:
            marks.times.append(element)
    return marks


def _is_logo(heading: HtmlElement) -> bool:
    """Say whether the heading is the site's name: it says so, or it leads home."""
    parent = heading.getparent()
    for element in (heading, parent):
        if element is not None and _LOGO.search(f"{element.get('class')} {element.get('id')}"):
            return True
    links = [parent] if parent is not None and parent.tag == "a" else heading.findall("a")
    return any(_HOME.fullmatch(link.get("href") or "") for link in links)


def _text(element: HtmlElement) -> str:
    """Give the text of an element on one line, with a space where a line or a box begins."""
    parts = []
    for node in element.iter():
        if node.tag in _BREAKING:
            parts.append(" ")
        if node.tag not in _SILENT:
            parts.append(node.text or "")
        if node is not element:
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())


def _lines(anchor: HtmlElement) -> Iterator[str]:
    """Give the texts that follow the element, in order."""
    count = 0
    node = anchor
    while node is not None:
        for sibling in node.itersiblings():
            for text in sibling.itertext():
                line = " ".join(text.split())
                if line:
                    yield line
                    count += 1
                    if count >= _MAX_LINES:
                        return
        node = node.getparent()


def _from_metas(marks: _Marks, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, value) for name in names for value in marks.metas.get(name, ())]


def _first_moment(evidence: list[tuple[str, str]], zone: str | None, now: datetime) -> Moment | None:
    for origin, text in evidence:
        if text and (moment := read_moment(text, zone=zone, now=now, origin=origin)):
            return moment
    return None


def _published(marks: _Marks, linked: LinkedData, lines: list[str], url: str, zone: str | None, now: datetime) -> Moment | None:
    evidence = [("json-ld", linked.published), *_from_metas(marks, _PUBLISHED)]
    evidence += [("itemprop", t.get("datetime") or _text(t)) for t in marks.times if t.get("itemprop") == "datePublished"]
    evidence += [("time", t.get("datetime") or _text(t)) for t in marks.times[:3]]
    evidence += [("line", " ".join(lines[i : i + 2])) for i in range(len(lines)) if len(lines[i]) < 100]
    if match := _URL_DAY.search(urlsplit(url).path):
        evidence.append(("url", "-".join(match.groups())))
    return _first_moment(evidence, zone, now)


def _authors(tree: HtmlElement, marks: _Marks, linked: LinkedData, names: list[str]) -> tuple[str, ...]:
    if found := persons(linked.authors, names):
        return found
    for name in _AUTHORS:
        if found := persons(marks.metas.get(name, ()), names):
            return found
    for element in tree.iter("a", "span", "div", "p", "address"):
        mark = element.get("itemprop") or element.get("rel") or element.get("class") or ""
        if _BYLINE_CLASS.search(mark):
            text = _text(element)
            if text and (found := persons([text], names)):
                return found
    return ()
