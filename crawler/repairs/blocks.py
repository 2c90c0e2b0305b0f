"""Cuts a page, or a text, into blocks in reading order. Never changes it, never judges a block.

A block is what a reader sees as one paragraph, heading, line or cell: the text between two block
elements or `<br>`. Inline elements do not end it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# fmt: off
INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
# What no reader reads as the story. Copies in there are furniture, not a second body.
_SKIPPED = frozenset((
    "audio", "button", "canvas", "datalist", "footer", "head", "iframe", "math", "menu", "nav",
    "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea",
    "title", "video",
))
# fmt: on
_LISTED = frozenset(("dd", "dt", "li", "td", "th"))
_LISTED_LINE = re.compile(r"\s*([-*•|]\s|\d+[.)]\s)")
_LISTED_WORDS = 25  # a cell or item of more words than this is prose in a layout table
_SENTENCE_WORDS = 8  # the shortest sentence that a newspaper prints as a paragraph
_LINK_SHARE = 0.8  # of a block's characters: a label may stand before the link

_HIDING = re.compile(r"(^|\s)(hidden\S*|d-none|hide|is-hidden|sr-only|screen-reader-text)(\s|$)")
_FIGURES = frozenset(("figcaption", "figure"))
_CAPTION = re.compile(r"caption|foto|photo|image|img|gambar", re.IGNORECASE)

# Scripts without spaces: each of their characters is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")

Slot = tuple["_Element", bool]  # an element, and whether its tail is meant or its text


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One block. `slots` are the places in the tree that hold its text; none for a plain text.

    `home` is the block element it stands in, null for a plain text.
    """

    text: str
    words: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    home: _Element | None = None
    is_listed: bool = False
    is_link: bool = False

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
            element.tag in _FIGURES or _CAPTION.search(element.get("class", ""))
            for element, _ in zip(self.ancestors(), range(2), strict=False)
        )

    def ancestors(self) -> Iterator[_Element]:
        """Give the element it stands in and what that stands in, innermost first."""
        element = self.home
        while element is not None:
            yield element
            element = element.getparent()


def words_of(text: str) -> tuple[str, ...]:
    """Give the words of a text, without case, width, quotation marks and punctuation."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def text_blocks(text: str) -> list[Block]:
    """Give the lines of a text as blocks; empty lines too, so that positions are line numbers."""
    return [
        Block(line, words_of(line), is_listed=bool(_LISTED_LINE.match(line)))
        for line in text.split("\n")
    ]


def tree_blocks(tree: _Element) -> list[Block]:
    """Give the blocks of a page in reading order."""
    reader = _Reader(tree)
    walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = element.tag
        if event == "start":
            if tag in _SKIPPED:
                walker.skip_subtree()
            else:
                reader.enter(element, tag)
        elif element is tree:
            break
        elif event == "end" and tag not in _SKIPPED:
            reader.leave(element, tag)
        else:
            reader.go_on(element)
    reader.flush()
    return reader.blocks


class _Reader:
    """Collects text while the tree is walked, and closes a block at every block element."""

    def __init__(self, tree: _Element) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._slots: list[Slot] = []
        self._linked = 0  # characters of the open block that stand inside links
        self._homes = [tree]
        self._links = self._lists = 0  # how many such elements are open

    def enter(self, element: _Element, tag: str) -> None:
        if tag not in INLINE:
            self.flush()
            self._homes.append(element)
            self._lists += tag in _LISTED
        self._links += tag == "a"
        if element.text:
            self._take(element.text, (element, False))

    def leave(self, element: _Element, tag: str) -> None:
        if tag not in INLINE:
            self.flush()
            self._homes.pop()
            self._lists -= tag in _LISTED
        self._links -= tag == "a"
        self.go_on(element)

    def go_on(self, element: _Element) -> None:
        if element.tail:
            self._take(element.tail, (element, True))

    def flush(self) -> None:
        if not self._slots:
            self._parts.clear()
            return
        text = " ".join("".join(self._parts).split())
        words = words_of(text)
        is_listed = self._lists > 0 and len(words) < _LISTED_WORDS
        is_link = self._linked >= _LINK_SHARE * len(text)
        block = Block(text, words, tuple(self._slots), self._homes[-1], is_listed, is_link)
        self.blocks.append(block)
        self._parts, self._slots, self._linked = [], [], 0

    def _take(self, text: str, slot: Slot) -> None:
        self._parts.append(text)
        if not text.isspace():
            self._slots.append(slot)
            self._linked += len(text) if self._links else 0


def _is_hiding(element: _Element) -> bool:
    style = element.get("style")
    if style and "display:none" in style.replace(" ", "").lower():
        return True
    return element.get("hidden") is not None or bool(_HIDING.search(element.get("class", "")))


def common_home(one: Block, other: Block) -> _Element | None:
    """Give the smallest element that holds both blocks; null for plain text."""
    holders = set(one.ancestors())
    return next((element for element in other.ancestors() if element in holders), None)
