"""Finds where a page prints its bylines: beside the headline, elsewhere, in capitals at the end.

Gives texts as they are printed. Never decides whether one names a person.
"""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from crawler.extract.labels import is_label, labelled
from crawler.extract.marks import BYLINE, pieces_of, text_of
from crawler.extract.scraps import INLINE, LONG_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.extract.marks import Scrap

_MAX_BYLINE_CHARACTERS: Final = 160
_MAX_BOXES: Final = 6  # in which the second name of a byline stands
_MAX_BOX_CHARACTERS: Final = 60
_MAX_BOX_ELEMENTS: Final = 12
_MAX_NAMED_BOXES: Final = 4  # name, picture and biography of one author; more are a list of stories
_BOLD: Final = frozenset({"b", "strong"})
_AUTHOR: Final = frozenset({"author", "autor", "penulis"})
_STEM = re.compile("uthor|yline|autor|penulis")  # of a BYLINE, which alone takes too long
_CLOSING = etree.XPath(
    "/html/body/descendant::b | /html/body/descendant::strong"
    " | /html/body/descendant::*/@align[. = 'right']/.."
)
_NO_BYLINE = re.compile(r"photo|foto|image|caption|credit|descri|comment|social", re.IGNORECASE)


def marked_lines(scraps: Sequence[Scrap]) -> Iterator[list[str]]:
    """Give the bylines among the scraps whose boxes call themselves so."""
    for index, scrap in enumerate(scraps):
        if (
            scrap.mark
            and len(scrap.text) <= _MAX_BYLINE_CHARACTERS
            and BYLINE.search(scrap.mark)
            and not _NO_BYLINE.search(scrap.mark)
        ):
            alike = [
                other.text for other in scraps[index:][:_MAX_BOXES] if other.mark == scrap.mark
            ]
            if not _AUTHOR.isdisjoint(scrap.mark.lower().split()):
                yield alike
            else:
                yield [text for text in alike if " " in text.strip() or not text.isascii()]


def labelled_lines(scraps: Sequence[Scrap], part: str = "author") -> Iterator[list[str]]:
    """Give the scraps that begin with "By", or follow one that says no more.

    `part` is "author" or "editor", as the label names it.
    """
    for scrap, following in zip_longest(scraps, scraps[1:]):
        if text := labelled(scrap.text, part):
            yield [text]
        elif following and is_label(scrap.text, part):
            yield [following.text]


def elsewhere(tree: HtmlElement) -> Iterator[list[str]]:
    """Give the bylines that stand elsewhere on the page, the surest first."""
    for element in tree.iter("a", "span", "address"):
        get = element.get
        if "author" in ((get("rel") or "").lower(), (get("itemprop") or "").lower()):
            yield [pieces_of(element)[:_MAX_BYLINE_CHARACTERS]]
    yield from _named(tree)
    yield from _closing(tree)


def _named(tree: HtmlElement) -> list[list[str]]:
    """Give the short texts whose boxes call themselves bylines; many belong to other stories."""
    texts: dict[str, list[str]] = {}
    for element in tree.iter(etree.Element):
        name = element.get("class") or ""
        if (
            _STEM.search(name)
            and BYLINE.search(name)
            and not _NO_BYLINE.search(name)
            and _is_small(element)
        ):
            text = pieces_of(element)
            if len(text) <= _MAX_BOX_CHARACTERS:
                texts.setdefault(" ".join(text.split()), [text])
    return list(texts.values()) if len(texts) <= _MAX_NAMED_BOXES else []


def _closing(tree: HtmlElement) -> Iterator[list[str]]:
    """Give the names that close a story: in bold capitals at the end of it, or set to the right."""
    for element in cast("list[HtmlElement]", _CLOSING(tree)):
        text = text_of(element) if _is_small(element) else ""
        is_closing = text.isupper() or element.tag not in _BOLD
        if is_closing and len(text.split()) > 1 and len(text) <= _MAX_BOX_CHARACTERS:
            block = _block_closed_by(element)
            if block is not None and _is_prose_before(block, text):
                yield [text]


def _is_small(element: HtmlElement) -> bool:
    """Say whether the box holds few others: boxes in boxes would be read over and over."""
    return next(islice(element.iterdescendants(), _MAX_BOX_ELEMENTS, None), None) is None


def _block_closed_by(element: HtmlElement) -> HtmlElement | None:
    """Give the block whose last words the element holds, null when more follows them."""
    while element.tag in INLINE:
        parent = element.getparent()
        is_last = not (element.tail or "").strip() and not any(map(text_of, element.itersiblings()))
        if parent is None or not is_last:
            return None
        element = parent
    return element


def _is_prose_before(block: HtmlElement, line: str) -> bool:
    """Say whether a paragraph of the story leads up to the line, and none follows."""
    before = next(filter(None, map(text_of, block.itersiblings(preceding=True))), "")
    behind = next(filter(None, map(text_of, block.itersiblings())), "")
    led_up = max(len(text_of(block)) - len(line), len(before))
    return len(behind) < LONG_CHARACTERS <= led_up
