"""Collects the marks of a page that speak of its article: metas, headings, what stands beside them.

Two short walks, not one of the whole page: the tags that carry marks, and the neighbourhood of the
headline. Never changes the tree, never decides what a mark is worth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

MAX_SCRAPS: Final = 60
MAX_ELEMENTS: Final = 240
_LONG_CHARACTERS: Final = 160  # a paragraph, no line of the story's head
_MAX_DEPTH: Final = 3  # a standfirst, a summary, and then the story has begun
_MAX_BOX_ELEMENTS: Final = 12
_MAX_BOXES: Final = 80  # characters of a line that may be a byline or a date
_MAX_HEADING_CHARACTERS: Final = 300
_MAX_SCRAP_CHARACTERS: Final = 300
_CLIMBS_BACK: Final = 4

_LOGO = re.compile(r"logo|site-?_?(?:title|name)|blog-?_?title|\bbrand", re.IGNORECASE)
BYLINE = re.compile(
    r"(?:^|[\s_-])(?:autor|author|byline|penulis|reporter|pewarta|writer|contributor|wrote_by)",
    re.IGNORECASE,
)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|auth?or|penulis|reporters?|by|staff|people|contributors?|profiles?|journalists?|columnists?|writers?|bio)/\w|/@\w",
    re.IGNORECASE,
)
_HOME = re.compile(r"(?:https?:)?(?://[^/]+)?/?(?:index\.\w+|home)?/?", re.IGNORECASE)
_BREAKING = frozenset({"br", "p", "div", "li", "h2", "h3", "small", "time", "td", "tr", "dd"})
_SILENT = frozenset(
    {"script", "style", "rt", "rp", "svg", "noscript", "template", "iframe", "form"}
)
_INLINE = frozenset(
    {
        "a",
        "span",
        "b",
        "i",
        "em",
        "strong",
        "small",
        "time",
        "abbr",
        "font",
        "br",
        "u",
        "img",
        "cite",
    }
)
# Where a page keeps a time for programs, on whatever element.
_TIME_ATTRIBUTES = ("datetime", "data-datetime", "data-date", "data-time", "data-timestamp")


@dataclass(slots=True)
class Marks:
    """What the page's head and its headings say, in the order of the page."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    links: dict[str, str] = field(default_factory=dict)
    headings: list[HtmlElement] = field(default_factory=list)
    logos: list[str] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)
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
    for element in tree.iter("meta", "title", "link", "script", "h1", "time"):
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
        elif tag == "time":
            marks.times.append(element)
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
        if node.tag not in _SILENT:
            parts.append(node.text or "")
        parts.append(node.tail or "")
    return unescape(" ".join("".join(parts).split()))


def scraps_after(anchor: HtmlElement) -> list[Scrap]:
    """Give the short texts behind the element, until the story has begun."""
    return _gather(_elements_after(anchor))


def scraps_before(anchor: HtmlElement) -> list[Scrap]:
    """Give the short texts in front of the element, the nearest box first."""
    elements: list[HtmlElement] = []
    node = anchor
    for _ in range(_CLIMBS_BACK):
        for sibling in node.itersiblings(preceding=True):
            elements.extend(sibling.iter())
            if len(elements) > MAX_ELEMENTS // 4:
                return _gather(iter(elements))
        parent = node.getparent()
        if parent is None:
            break
        node = parent
    return _gather(iter(elements))


def joined(base: str, address: str) -> str | None:
    """Give the web address that a page wrote, made whole; null when it is none."""
    try:
        whole = urljoin(base, address.strip())
        return whole if address.strip() and urlsplit(whole).scheme in {"http", "https"} else None
    except ValueError:
        return None


def pieces_of(element: HtmlElement) -> str:
    """Give the text of an element, each piece on its own line: the boxes of a byline touch."""
    return unescape("\n".join(piece for text in element.itertext() if (piece := _squeeze(text))))


def mark_of(element: HtmlElement) -> str:
    """Give what an element calls itself: its class, id, rel and itemprop."""
    get = element.get
    said = f"{get('class') or ''} {get('id') or ''} {get('rel') or ''} {get('itemprop') or ''}"
    if element.tag == "a" and _AUTHOR_PATH.search(get("href") or ""):
        said += " byline"
    return said.strip()


def stamp_of(element: HtmlElement) -> str:
    """Give the time for programs that an element holds, "" when it holds none."""
    for name in _TIME_ATTRIBUTES:
        if value := element.get(name):
            return str(value)
    if element.get("itemprop") or element.tag == "abbr":
        return str(element.get("content") or element.get("title") or "")
    return ""


def _read_meta(marks: Marks, element: HtmlElement) -> None:
    names = element.get("property") or element.get("name") or element.get("itemprop")
    content = element.get("content") or element.get("value")
    if names and content and (text := unescape(content).strip()):
        for name in names.lower().split():
            marks.metas.setdefault(name, []).append(text)


def _read_heading(marks: Marks, element: HtmlElement) -> None:
    if is_logo(element):
        marks.logos.append(text_of(element)[:_MAX_HEADING_CHARACTERS])
    else:
        marks.headings.append(element)


def is_logo(heading: HtmlElement) -> bool:
    """Say whether the heading is the site's name: it says so, or it leads home."""
    parent = heading.getparent()
    if _LOGO.search(mark_of(heading)) or (parent is not None and _LOGO.search(mark_of(parent))):
        return True
    links = [parent] if parent is not None and parent.tag == "a" else heading.findall("a")
    return any(_HOME.fullmatch(link.get("href") or "#") for link in links)


def _elements_after(anchor: HtmlElement) -> Iterator[HtmlElement]:
    yield from anchor.iterdescendants()
    node: HtmlElement | None = anchor
    while node is not None:
        for sibling in node.itersiblings():
            yield from sibling.iter()
        node = node.getparent()


def _gather(elements: Iterator[HtmlElement]) -> list[Scrap]:
    scraps: list[Scrap] = []
    depth = 0
    line: HtmlElement | None = None
    for count, element in enumerate(elements):
        if count > MAX_ELEMENTS or len(scraps) >= MAX_SCRAPS or depth > _MAX_DEPTH:
            break
        if element.tag in _SILENT or not isinstance(element.tag, str):
            continue
        mark, stamp = mark_of(element), stamp_of(element)
        is_in_line = element.tag in _INLINE and _is_within(element, line)
        text = ""
        if element.tag not in _INLINE and all(child.tag in _INLINE for child in element):
            line, text = element, _line_of(element)
        elif stamp or BYLINE.search(mark):
            text = _short_text(element)
        elif element.tag == "a" or not is_in_line:
            text = _squeeze(element.text)
        if BYLINE.search(mark) and len(text) < _LONG_CHARACTERS:
            text = pieces_of(element) if text else ""
        tail = "" if is_in_line else _squeeze(element.tail)
        for piece, of_mark, of_stamp in ((text, mark, stamp), (tail, "", "")):
            depth += len(piece) >= _LONG_CHARACTERS
            if piece or of_stamp:
                scraps.append(Scrap(piece[:_MAX_SCRAP_CHARACTERS], of_mark, of_stamp, depth))
    return scraps


def _is_within(element: HtmlElement, line: HtmlElement | None) -> bool:
    """Say whether the element's text was given with its whole line already."""
    parent = element.getparent()
    while parent is not None and parent.tag in _INLINE:
        parent = parent.getparent()
    return parent is not None and parent is line


def _line_of(element: HtmlElement) -> str:
    """Give the text of a line; in a short one each box is a word of its own: "By" beside a name."""
    text = text_of(element)
    is_short = len(element) and len(text) <= _MAX_BOXES
    return pieces_of(element).replace("\n", " ") if is_short else text


def _short_text(element: HtmlElement) -> str:
    """Give the text of a small box; the mark of a large one says nothing of a line in it."""
    for count, _ in enumerate(element.iterdescendants()):
        if count >= _MAX_BOX_ELEMENTS:
            return _squeeze(element.text)
    return text_of(element)


def _squeeze(text: str | None) -> str:
    return " ".join(text.split()) if text else ""
