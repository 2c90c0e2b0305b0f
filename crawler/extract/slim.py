"""Takes out of a tree what surely holds nothing of a story, so that every later step walks less.

Programs and pictures, boxes without a word, and farms of links. Never a box with a sentence in it,
and never a handful of links: those may be what "read also" points to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.blocks import INLINE, SKIPPED, tags

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FARM_LINKS: Final = 4
_FARM_RATIO: Final = 0.7
_MENU_CHARACTERS: Final = 30  # the links of a menu are shorter on the average, headlines longer
_WORDS_CHARACTERS: Final = 40  # a run of text outside links this long may be a sentence
_FARMS: Final = tags("aside div dl footer form header nav ol section table ul")
_SWALLOWED_CHARACTERS: Final = 1000
_WORDLESS: Final = tags("audio iframe img script source style svg template video")
_SPACERS: Final = tags("br hr td th")


# Of an element: characters of text, how many linked, the longest run outside links, links.
_Counts = tuple[int, int, int, int]
_NOTHING: Final[_Counts] = (0, 0, 0, 0)


def slim(tree: HtmlElement) -> None:
    """Take the story-less parts out of the tree, in place; the head of the page goes whole."""
    head, body = tree.find("head"), tree.find("body")
    if head is not None:
        tree.remove(head)
    if body is not None:
        _freed(body)
        slim_part(body)


def slim_part(element: HtmlElement) -> None:
    """Take the story-less parts out of one element, in place."""
    etree.strip_elements(element, *_WORDLESS, with_tail=False)
    _slimmed(element)


def _freed(body: HtmlElement) -> None:
    """Give back the page that a menu or noscript swallowed because nobody closed it."""
    for element in body.iter("nav", "noscript", "menu", "button", "object"):
        text = len(element.text_content())
        if text > _SWALLOWED_CHARACTERS and text * 2 > len(body.text_content()):
            linked = sum(len(link.text_content()) for link in element.iter("a"))
            if element.tag == "noscript" or linked * 2 < text:
                element.tag = "div"


def _slimmed(element: HtmlElement) -> _Counts:
    text = longest = _length(element.text)
    linked = links = 0
    gone = []
    for child in element:
        tail = _length(child.tail)
        counts = _counted(child)
        if not tail and _is_storyless(child, counts):
            gone.append(child)
            continue
        inner, inner_linked, inner_longest, inner_links = counts
        text += inner + tail
        linked += inner_linked
        links += inner_links
        longest = max(longest, inner_longest, tail)
    for child in gone:
        _drop(child, element)
    return text, linked, longest, links


def _counted(element: HtmlElement) -> _Counts:
    tag = element.tag
    if tag in SKIPPED:
        return _NOTHING
    has_children = len(element) > 0
    if tag == "a":
        size = _length("".join(element.itertext()) if has_children else element.text)
        return size, size, 0, 1
    if has_children:
        return _slimmed(element)
    size = _length(element.text)
    return size, 0, size, 0


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _is_storyless(element: HtmlElement, counts: _Counts) -> bool:
    text, linked, longest, links = counts
    if not text:
        return not _parts_words(element)
    return (
        links >= _FARM_LINKS
        and linked < links * _MENU_CHARACTERS
        and longest < _WORDS_CHARACTERS
        and linked >= text * _FARM_RATIO
        and element.tag in _FARMS
    )


def _parts_words(element: HtmlElement) -> bool:
    """Whether an element without a word ends a line: a break, or a block behind bare text."""
    if element.tag in SKIPPED:
        return False
    if element.tag in INLINE:
        return len(element) > 0
    before = element.getprevious()
    if before is None:
        return element.tag in _SPACERS or _has_words(element.getparent().text)
    return element.tag in _SPACERS or before.tag in INLINE or _has_words(before.tail)


def _has_words(text: str | None) -> bool:
    return bool(text and not text.isspace())


def _drop(element: HtmlElement, parent: HtmlElement) -> None:
    """Remove the element; the space behind it stays, for it parts two words."""
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + " "
        else:
            before.tail = (before.tail or "") + " "
    parent.remove(element)
