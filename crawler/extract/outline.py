"""Reads a tree once into blocks, in reading order, with what is needed to judge each. Never judges.

A block is what a reader sees as one paragraph, heading, item or cell; inline elements and links do
not end it, `<br>` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def tags(names: str) -> frozenset[str]:
    """Read tag names written with spaces between."""
    return frozenset(names.split())


INLINE: Final = tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby "
    "s samp small span strike strong sub sup time tt u var wbr"
)
SKIPPED: Final = tags(
    "applet area audio button canvas datalist dialog embed frame frameset head iframe img "
    "input link map math menu meta nav noindex noscript object optgroup option param progress "
    "rp rt script search select source style svg template textarea title track video"
)
HEADINGS: Final = tags("h1 h2 h3 h4 h5 h6")
_KINDS: Final = HEADINGS | tags("p li dd dt td th pre blockquote figcaption")
_LINK, _BOLD = 1, 2  # what a piece of text stands in, as bits

# What the boxes around stories are called, in the markup of any language.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:shar(?:e|er|ing)|social|sosmed|related|terkait|baca-?juga|lihat-?juga|newsletter"
    r"|subscri\w+|promo\w*|adv(?:ert\w*)?|ads?|adsbygoogle|iklan|sponsor\w*|banner|comments?"
    r"|komentar|disqus|author|byline|bio|breadcrumbs?|menu|nav|navbar|navigation|sidebar|widget"
    r"|footer|cookies?|consent|tags?|popular|terpopuler|trending|recommend\w*|recirc\w*|outbrain"
    r"|taboola|pagination|paging|login|signup|meta|toc|modal|popup|overlay|sr-only"
    r"|screen-reader-text|hidden|d-none|print-only)(?=$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"caption|credit|keterangan", re.IGNORECASE)
_ASIDE_TAGS: Final = tags("aside footer form")
_FIGURES: Final = tags("figure figcaption")

Boxes = tuple["HtmlElement", ...]


@dataclass(slots=True, eq=False)
class Block:
    """One block: its text, the element it stands in, its links and the named boxes around it.

    `kind` is the tag that names it, or div for bare text. `asides` and `figures` are the elements
    around it that are called like furniture or like a caption, outermost first. `linked` and
    `bold` count characters. `slots` are the places in the tree that hold the text.
    """

    text: str
    home: HtmlElement
    kind: str
    asides: Boxes
    figures: Boxes
    links: list[HtmlElement]
    linked: int
    bold: int
    slots: list[tuple[HtmlElement, bool]]

    @property
    def link_ratio(self) -> float:
        """How much of the text is inside links, 0 to 1."""
        return min(1.0, self.linked / len(self.text))

    @property
    def is_heading(self) -> bool:
        """Whether it is marked up as a heading."""
        return self.kind in HEADINGS


def outline(tree: HtmlElement) -> list[Block]:
    """Give the blocks of the tree in reading order."""
    body = tree.find("body") if tree.tag == "html" else tree
    reader = _Reader()
    reader.read(tree if body is None else body, ("div", (), ()))
    return reader.blocks


_Around = tuple[str, Boxes, Boxes]


class _Reader:
    """Collects text while the tree is walked, and closes a block at every block element."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._slots: list[tuple[HtmlElement, bool]] = []
        self._links: list[HtmlElement] = []
        self._linked = self._bold = 0
        self._names: dict[str, tuple[bool, bool]] = {}

    def read(self, element: HtmlElement, around: _Around, inside: int = 0) -> None:
        """Read a block element with all that is in it."""
        around = self._within(element, around)
        if element.text:
            self._take(element.text, (element, False), inside)
        self._read_children(element, element, around, inside)
        self._close(element, around)

    def _read_children(
        self, element: HtmlElement, home: HtmlElement, around: _Around, inside: int
    ) -> None:
        for child in element:
            tag = child.tag
            if tag in INLINE:
                self._read_inline(child, home, around, inside)
            elif tag in ("br", "hr"):
                self._close(home, around)
            elif tag not in SKIPPED and isinstance(tag, str):
                self._close(home, around)
                self.read(child, around, inside)
            if child.tail:
                self._take(child.tail, (child, True), inside)

    def _read_inline(
        self, element: HtmlElement, home: HtmlElement, around: _Around, inside: int
    ) -> None:
        if element.tag == "a":
            self._links.append(element)
            inside |= _LINK
        elif element.tag in ("b", "strong"):
            inside |= _BOLD
        if element.text:
            self._take(element.text, (element, False), inside)
        if len(element):
            self._read_children(element, home, around, inside)

    def _take(self, text: str, slot: tuple[HtmlElement, bool], inside: int) -> None:
        self._parts.append(text)
        if text.isspace():
            return
        self._slots.append(slot)
        if inside:
            length = len(text.strip())
            self._linked += length * (inside & _LINK)
            self._bold += length * (inside >= _BOLD)

    def _close(self, home: HtmlElement, around: _Around) -> None:
        if not self._parts:
            return
        if self._slots:
            text = " ".join("".join(self._parts).split())
            kind, asides, figures = around
            counted = (self._links, self._linked, self._bold, self._slots)
            self.blocks.append(Block(text, home, kind, asides, figures, *counted))
        self._parts, self._slots, self._links, self._linked, self._bold = [], [], [], 0, 0

    def _within(self, element: HtmlElement, around: _Around) -> _Around:
        kind, asides, figures = around
        tag = element.tag
        if tag in _KINDS:
            kind = tag
        elif kind == "p":
            kind = "div"
        is_aside, is_figure = self._named(element) if element.attrib else (False, False)
        if is_aside or tag in _ASIDE_TAGS:
            asides = (*asides, element)
        if is_figure or tag in _FIGURES:
            figures = (*figures, element)
        return kind, asides, figures

    def _named(self, element: HtmlElement) -> tuple[bool, bool]:
        name = f"{element.get('class', '')} {element.get('id', '')}"
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = (bool(_ASIDE.search(name)), bool(_CAPTION.search(name)))
        return (known[0] or _is_hidden(element)), known[1]


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return bool(style and "display:none" in style.replace(" ", "")) or "hidden" in element.attrib
