"""Collects the marks of a page that speak of its article: metas, headings, what stands beside them.

A walk over the tags that carry marks, not over the whole page. Never changes the tree, never
decides what a mark is worth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LOGO = re.compile(r"logo|site-?_?(?:title|name)|blog-?_?title|\bbrand", re.IGNORECASE)
_HEADER_BOXES = 2  # a header holds its heading, or the column that does
_STORY = re.compile(r"\b(?:entry|post|article|story|news)[_-]?header", re.IGNORECASE)
_HEADLINE = re.compile(
    r"\bheadline$|\b(?:entry|post|article|story|news)[_-]?(?:title|headline)\b", re.IGNORECASE
)
# "author" and its like where a word of a class begins; the first letter stands first for speed.
BYLINE = re.compile(
    r"[abcprw](?:(?<=^.)|(?<=[\s_-].)|(?-i:(?<=[a-z][A-Z])))"
    r"(?:uth?or|yline|enulis|eporter|ewarta|riter|ontributor|rote_by)",
    re.IGNORECASE,
)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autor(?:es)?|auteurs?|editors|penulis|wartawan|periodistas?|reporters?|by|staff|people|contributors?|profiles?|"
    r"journalists?|columnists?|writers?|bio)/\w|/@\w",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?:https?:)?(?://[^/]+)?/?(?:index\.\w+|home)?/?", re.IGNORECASE)
_BREAKING = frozenset({"br", "p", "div", "li", "h2", "h3", "small", "time", "td", "tr", "dd"})
SILENT = frozenset({"script", "style", "rt", "rp", "svg", "noscript", "template", "iframe", "form"})
# Where a page keeps a time for programs, on whatever element.
_TIME_ATTRIBUTES = frozenset(
    {"datetime", "data-datetime", "data-date", "data-time", "data-timestamp"}
)


@dataclass(slots=True)
class Marks:
    """What the page's head and its headings say, in the order of the page."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    links: dict[str, str] = field(default_factory=dict)
    headings: list[HtmlElement] = field(default_factory=list)
    logos: list[HtmlElement] = field(default_factory=list)
    jsonld: list[str] = field(default_factory=list)
    after: list[Scrap] = field(default_factory=list)
    before: list[Scrap] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """Give the first value of the first of the metas that is there, "" when none is."""
        return next((value for name in names for value in self.metas.get(name, ())), "")


class Scrap(NamedTuple):
    """A short text beside the headline: what its element calls itself, its time for programs.

    `depth` counts the paragraphs between the headline and it.
    """

    text: str
    mark: str
    stamp: str
    depth: int


def read_marks(tree: HtmlElement) -> Marks:
    """Walk over the tags that carry marks."""
    marks = Marks()
    for element in tree.iter("meta", "title", "link", "script", "h1"):
        tag = element.tag
        if tag == "meta":
            _read_meta(marks, element)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                marks.jsonld.append(element.text or "")
        elif tag == "link":
            marks.links.setdefault((element.get("rel") or "").lower(), element.get("href") or "")
        elif tag == "h1":
            _read_heading(marks, element)
        elif not marks.title:  # an svg has titles too, behind the page's own
            marks.title = text_of(element)
    return marks


def text_of(element: HtmlElement) -> str:
    """Give the text of an element on one line, with a space where a line or a box begins."""
    if not len(element):
        return unescape(" ".join((element.text or "").split()))
    parts = [element.text or ""]
    for node in element.iterdescendants():
        if node.tag in _BREAKING:
            parts.append(" ")
        if node.tag not in SILENT:
            parts.append(node.text or "")
        parts.append(node.tail or "")
    return unescape(" ".join("".join(parts).split()))


def joined(base: str, address: str) -> str | None:
    """Give the web address that a page wrote, made whole; null when it is none."""
    try:
        whole = urljoin(base, address.strip())
        return whole if address.strip() and urlsplit(whole).scheme in {"http", "https"} else None
    except ValueError:
        return None


def pieces_of(element: HtmlElement) -> str:
    """Give the text of an element, each piece on its own line: the boxes of a byline touch."""
    return unescape("\n".join(piece for text in element.itertext() if (piece := squeeze(text))))


def mark_of(element: HtmlElement) -> str:
    """Give what an element calls itself: its class, id, rel and itemprop."""
    get = element.get
    said = f"{get('class') or ''} {get('id') or ''} {get('rel') or ''} {get('itemprop') or ''}"
    if element.tag == "a" and _AUTHOR_PATH.search(get("href") or ""):
        said += " byline"
    return said.strip()


def stamp_of(element: HtmlElement) -> str:
    """Give the time for programs that an element holds, "" when it holds none."""
    if not _TIME_ATTRIBUTES.isdisjoint(element.keys()):
        for name, value in element.items():
            if name in _TIME_ATTRIBUTES and value:
                return str(value)
    if element.get("itemprop") or element.tag == "abbr":
        return element.get("content") or element.get("title") or ""
    return ""


def _read_meta(marks: Marks, element: HtmlElement) -> None:
    names = element.get("property") or element.get("name") or element.get("itemprop")
    content = element.get("content") or element.get("value")
    if names and content and (text := unescape(content).strip()):
        for name in names.lower().split():
            marks.metas.setdefault(name, []).append(text)
            if name.endswith("ld+json"):  # programs that write all they know into metas
                marks.jsonld.append(text)


def _read_heading(marks: Marks, element: HtmlElement) -> None:
    (marks.logos if is_logo(element) else marks.headings).append(element)


def is_logo(heading: HtmlElement) -> bool:
    """Say whether the heading is the site's name: it says so, or it leads home."""
    parent = heading.getparent()
    if _LOGO.search(mark_of(heading)) or (parent is not None and _LOGO.search(mark_of(parent))):
        return True
    links = [parent] if parent is not None and parent.tag == "a" else heading.findall("a")
    return any(_HOME.fullmatch(link.get("href") or "#") for link in links)


def is_headline(heading: HtmlElement) -> bool:
    """Say whether the heading calls itself the story's headline, or its header does."""
    boxes = islice(heading.iterancestors(), _HEADER_BOXES)
    headers = [mark_of(box) for box in boxes if box.tag == "header"]
    return bool(_HEADLINE.search(mark_of(heading)) or any(map(_STORY.search, headers)))


def squeeze(text: str | None) -> str:
    """Give the text on one line, "" for null."""
    return " ".join(text.split()) if text else ""
