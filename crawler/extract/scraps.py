"""Gathers the short texts beside a headline: where a page prints byline, date and caption.

Never reads the story: a few paragraphs in, the gathering ends. Never changes the tree.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.extract.marks import (
    BYLINE,
    SILENT,
    Scrap,
    mark_of,
    pieces_of,
    squeeze,
    stamp_of,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

MAX_SCRAPS: Final = 60
MAX_ELEMENTS: Final = 240
LONG_CHARACTERS: Final = 160  # a paragraph, no line of the story's head
_MAX_DEPTH: Final = 3  # a standfirst, a summary, and then the story has begun
_MAX_BOX_ELEMENTS: Final = 12
_MAX_BOXES: Final = 80  # characters of a line that may be a byline or a date
_MAX_SCRAP_CHARACTERS: Final = 300
_CLIMBS_BACK: Final = 4

INLINE = frozenset(
    "a abbr b br cite em font i img small span strong time u".split()  # noqa: SIM905 - one line
)  # fmt: skip


def scraps_after(anchor: HtmlElement) -> list[Scrap]:
    """Give the short texts behind the element, until the story has begun."""
    return [*_bare(anchor.tail), *_gather(_elements_after(anchor))]


def scraps_before(anchor: HtmlElement) -> list[Scrap]:
    """Give the short texts in front of the element, the nearest box first."""
    elements: list[HtmlElement] = []
    node = anchor
    for _ in range(_CLIMBS_BACK):
        for sibling in node.itersiblings(preceding=True):
            elements.extend(islice(sibling.iter(), MAX_ELEMENTS // 4))
            if len(elements) > MAX_ELEMENTS // 4:
                break
        parent = node.getparent()
        if parent is None or len(elements) > MAX_ELEMENTS // 4:
            break
        node = parent
    parent = anchor.getparent()
    return [*_bare(None if parent is None else parent.text), *_gather(iter(elements))]


def _bare(text: str | None) -> list[Scrap]:
    line = squeeze(text)
    return [Scrap(line, "", "", 0)] if 0 < len(line) < LONG_CHARACTERS else []


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
    is_prose = False
    for count, element in enumerate(elements):
        if count > MAX_ELEMENTS or len(scraps) >= MAX_SCRAPS or depth > _MAX_DEPTH:
            break
        tag = element.tag
        if tag in SILENT or not isinstance(tag, str):
            continue
        is_in_line = tag in INLINE and _is_within(element, line)
        mark, stamp = _marked(element, is_in_prose=is_in_line and is_prose)
        is_byline = bool(mark and BYLINE.search(mark))
        text = ""
        if tag not in INLINE and _is_line(element):
            line, text = element, _line_of(element)
            is_prose = len(text) >= LONG_CHARACTERS
        elif stamp or is_byline:
            text = _short_text(element)
        elif tag == "a" or not is_in_line:
            text = squeeze(element.text)
        if is_byline and text and len(text) < LONG_CHARACTERS:
            text = pieces_of(element)
        tail = "" if is_in_line else squeeze(element.tail)
        for piece, of_mark, of_stamp in ((text, mark, stamp), (tail, "", "")):
            depth += len(piece) >= LONG_CHARACTERS
            if piece or of_stamp:
                scraps.append(Scrap(piece[:_MAX_SCRAP_CHARACTERS], of_mark, of_stamp, depth))
    return scraps


def _marked(element: HtmlElement, *, is_in_prose: bool) -> tuple[str, str]:
    """Give the element's mark and stamp; a story links to persons who did not write it."""
    if not element.keys():
        return "", ""
    return "" if is_in_prose else mark_of(element), stamp_of(element)


def _is_line(element: HtmlElement) -> bool:
    """Say whether no other line begins in the element."""
    return not len(element) or all(child.tag in INLINE for child in element)


def _is_within(element: HtmlElement, line: HtmlElement | None) -> bool:
    """Say whether the element's text was given with its whole line already."""
    parent = element.getparent()
    while parent is not None and parent.tag in INLINE:
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
            return squeeze(element.text)
    return text_of(element)
