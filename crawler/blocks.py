"""Reads a page, or a text, once into blocks in reading order. Never changes it, never judges one.

A block is what a reader sees as one paragraph, heading, item or cell; inline elements and links do
not end it, `<br>` does.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_LISTED: Final = tags("dd dt li td th")
_LISTED_LINE = re.compile(r"\s*([-*•|]\s|\d+[.)]\s)")
_LISTED_WORDS: Final = 25  # a cell or item of more words than this is prose in a layout table
_SENTENCE_WORDS: Final = 8  # the shortest sentence that a newspaper prints as a paragraph
_LINK_RATIO: Final = 0.8  # a label may stand before the link
_LINK, _BOLD = 1, 2  # what a piece of text stands in, as bits

# What the boxes around stories are called, in the markup of any language; asked in lower case,
# for a pattern that ignores case takes twice the time.
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:shar(?:e|er|ing)|social|sosmed|related|terkait|baca-?juga|lihat-?juga|newsletter"
    r"|subscri\w+|promo\w*|adv(?:ert\w*)?|ads?|adsbygoogle|iklan|sponsor\w*|banner|comments?"
    r"|komentar|disqus|author|byline|bio|breadcrumbs?|menu|nav|navbar|navigation|sidebar|widget"
    r"|footer|cookies?|consent|tags?|popular|terpopuler|trending|recommend\w*|recirc\w*|outbrain"
    r"|taboola|pagination|paging|login|signup|meta|toc|modal|popup|overlay|sr-only"
    r"|screen-reader-text|hidden|d-none|print-only)(?=$|[\s_-])"
)
_CAPTION = re.compile(r"caption|credit|keterangan|(?:^|[\s_-])ket(?=$|[\s_-])")
_PICTURE = re.compile(r"caption|foto|photo|image|img|gambar", re.IGNORECASE)
_HIDING = re.compile(r"(^|\s)(hidden\S*|d-none|hide|is-hidden|sr-only|screen-reader-text)(\s|$)")
_ASIDE_TAGS: Final = tags("aside footer form")
_FIGURES: Final = tags("figure figcaption")

# Scripts without spaces: each of their characters is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_NO_WORD = re.compile(r"[^\w ]+")
_MARKS = "’“”‘–—…\u00a0"  # what newspapers set in lines that are ASCII otherwise
# Each ASCII character as `words_of` has it: most lines of most languages need no more.
_ASCII = "".join(sign if sign.isalnum() or sign == "_" else " " for sign in map(chr, range(128)))

Boxes = tuple["HtmlElement", ...]
Slot = tuple["HtmlElement", bool]  # an element, and whether its tail is meant or its text


@dataclass(slots=True, eq=False)
class Block:
    """One block: its text, the element it stands in, its links and the named boxes around it.

    `home` is null for a line of plain text, which has no boxes and links either. `kind` is the tag
    that names it, or div for bare text. `asides` and `figures` are the elements around it that are
    called like furniture or like a caption, outermost first. `linked` and `bold` count characters.
    `slots` are the places in the tree that hold the text.
    """

    text: str
    home: HtmlElement | None = None
    kind: str = "div"
    asides: Boxes = ()
    figures: Boxes = ()
    is_in_list: bool = False
    links: list[HtmlElement] = field(default_factory=list)
    linked: int = 0
    bold: int = 0
    slots: list[Slot] = field(default_factory=list)
    _words: tuple[str, ...] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text as `words_of` gives them."""
        if self._words is None:
            self._words = words_of(self.text)
        return self._words

    @property
    def link_ratio(self) -> float:
        """How much of the text is inside links, 0 to 1."""
        return min(1.0, self.linked / len(self.text)) if self.linked else 0.0

    @property
    def is_link(self) -> bool:
        """Whether next to nothing of it stands outside links."""
        return self.linked >= _LINK_RATIO * len(self.text) > 0

    @property
    def is_heading(self) -> bool:
        """Whether it is marked up as a heading."""
        return self.kind in HEADINGS

    @property
    def is_listed(self) -> bool:
        """Whether it is an item or a cell, and not prose in a layout table."""
        return self.is_in_list and len(self.words) < _LISTED_WORDS

    @property
    def is_real(self) -> bool:
        """Whether this is a sentence of prose, not a heading, a label, a link or a cell."""
        return len(self.words) >= _SENTENCE_WORDS and not self.is_listed and not self.is_link

    @property
    def is_hidden(self) -> bool:
        """Whether a style, an attribute or a class keeps this from the reader's eyes."""
        return any(_is_hiding(element) for element in self.ancestors())

    @property
    def is_caption(self) -> bool:
        """Whether this stands with a picture: in a figure, or in a box named after captions."""
        return any(
            element.tag in _FIGURES or _PICTURE.search(element.get("class", ""))
            for element, _ in zip(self.ancestors(), range(2), strict=False)
        )

    def ancestors(self) -> Iterator[HtmlElement]:
        """Give the element it stands in and what that stands in, innermost first."""
        element = self.home
        while element is not None:
            yield element
            element = element.getparent()


def is_furniture_name(name: str) -> bool:
    """Whether a word of a class or id calls its box furniture, or a caption."""
    lower = name.lower()
    return bool(_ASIDE.search(lower) or _CAPTION.search(lower))


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text, without case, width, quotation marks and punctuation."""
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    if text.isascii():
        return tuple(text.lower().translate(_ASCII).split())
    text = unicodedata.normalize("NFKC", text).casefold()
    if _IS_UNSPACED.search(text):
        return tuple(_WORD.findall(text))
    # The same words in half the time: a text has more words than marks between them.
    return tuple(_NO_WORD.sub(" ", text).split())


def text_blocks(text: str) -> list[Block]:
    """Give the lines of a text as blocks; empty lines too, so that positions are line numbers."""
    return [Block(line, is_in_list=bool(_LISTED_LINE.match(line))) for line in text.split("\n")]


def common_home(one: Block, other: Block) -> HtmlElement | None:
    """Give the smallest element that holds both blocks; null for plain text."""
    holders = set(one.ancestors())
    return next((element for element in other.ancestors() if element in holders), None)


def tree_blocks(tree: HtmlElement) -> list[Block]:
    """Give the blocks of a page in reading order."""
    body = tree.find("body") if tree.tag == "html" else tree
    reader = _Reader()
    reader.read(tree if body is None else body, ("div", (), (), False))
    return reader.blocks


_Around = tuple[str, Boxes, Boxes, bool]  # kind, asides, figures, whether a list is open


class _Reader:
    """Collects text while the tree is walked, and closes a block at every block element."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._slots: list[Slot] = []
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

    def _take(self, text: str, slot: Slot, inside: int) -> None:
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
            counted = (self._links, self._linked, self._bold, self._slots)
            self.blocks.append(Block(text, home, *around, *counted))
        self._parts, self._slots, self._links, self._linked, self._bold = [], [], [], 0, 0

    def _within(self, element: HtmlElement, around: _Around) -> _Around:
        kind, asides, figures, is_in_list = around
        tag = element.tag
        if tag in _KINDS:
            kind = tag
            is_in_list = is_in_list or tag in _LISTED
        elif kind == "p":
            kind = "div"
        is_aside, is_figure = self._named(element) if element.attrib else (False, False)
        if is_aside or tag in _ASIDE_TAGS:
            asides = (*asides, element)
        if is_figure or tag in _FIGURES:
            figures = (*figures, element)
        return kind, asides, figures, is_in_list

    def _named(self, element: HtmlElement) -> tuple[bool, bool]:
        name = f"{element.get('class', '')} {element.get('id', '')}"
        known = self._names.get(name)
        if known is None:
            lower = name.lower()
            known = self._names[name] = (bool(_ASIDE.search(lower)), bool(_CAPTION.search(lower)))
        return (known[0] or _is_undisplayed(element)), known[1]


def _is_undisplayed(element: HtmlElement) -> bool:
    style = element.get("style")
    return bool(style and "display:none" in style.replace(" ", "")) or "hidden" in element.attrib


def _is_hiding(element: HtmlElement) -> bool:
    return _is_undisplayed(element) or bool(_HIDING.search(element.get("class", "")))
