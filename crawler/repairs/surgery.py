"""Takes blocks out of a page's tree and gives bare text a paragraph. Never decides which ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.blocks import INLINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.blocks import Block

_VOID = frozenset(("br", "hr", "img", "source", "wbr"))
# Where text may stand bare beside paragraphs.
_BOXES = frozenset(("article", "body", "center", "div", "main", "section", "td"))


def take_out(blocks: Iterable[Block]) -> None:
    """Take blocks out of their tree, and the elements that are empty without them."""
    slots = [slot for block in blocks for slot in block.slots]
    for element, is_tail in slots:
        if is_tail:
            element.tail = " "
        else:
            element.text = None
    for element, is_tail in reversed(slots):
        _prune(element.getparent() if is_tail else element)


def _prune(element: HtmlElement | None) -> None:
    while element is not None and element.tag not in ("html", "body") and _is_empty(element):
        parent = element.getparent()
        if parent is None or (element.tail and not element.tail.isspace()):
            return  # the text behind it is another block's, and is looked for there
        _drop(element, parent)
        element = parent


def _is_empty(element: HtmlElement) -> bool:
    if element.text and not element.text.isspace():
        return False
    return all(
        child.tag in _VOID and not (child.tail and not child.tail.isspace()) for child in element
    )


def _drop(element: HtmlElement, parent: HtmlElement) -> None:
    """Remove the element and leave the space behind it where it stands."""
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
        element.tail = None
    parent.remove(element)


def wrap(blocks: Iterable[Block]) -> None:
    """Give text that stands bare between other blocks a paragraph of its own.

    An extractor that meets `<div>Text<p>More</p></div>` may well forget the text.
    """
    for block in blocks:
        if block.home is not None and block.home.tag in _BOXES and _is_mixed(block.home):
            _wrap(block)


def _is_mixed(element: HtmlElement) -> bool:
    return any(inner.tag not in INLINE for inner in element.iterdescendants("*"))


def _wrap(block: Block) -> None:
    """Move what holds the block, from its first slot to its last, into a new paragraph."""
    (first, starts_in_tail), (last, _) = block.slots[0], block.slots[-1]
    box = _box(block)
    paragraph = box.makeelement("p", {})
    if starts_in_tail and first.getparent() is box:
        inner, paragraph.text, first.tail = first.getnext(), first.tail, None
        first.addnext(paragraph)
    elif first is box:
        inner, paragraph.text, box.text = next(iter(box), None), box.text, None
        box.insert(0, paragraph)
    else:
        inner = _child(box, first)
        inner.addprevious(paragraph)
    is_one_text = block.slots[0] == block.slots[-1] and paragraph.text is not None
    end = None if is_one_text or last is box else _child(box, last)
    while end is not None and inner is not None:
        following = inner.getnext()
        paragraph.append(inner)
        if inner is end:
            return
        inner = following


def _box(block: Block) -> HtmlElement:
    """Give the smallest element around all of the block that may hold a paragraph."""
    holders = [_parent(element) if is_tail else element for element, is_tail in block.slots]
    around = {holders[-1], *holders[-1].iterancestors()}
    box = holders[0]
    while box not in around or (box.tag in INLINE and not _is_mixed(box)):
        box = _parent(box)
    return box


def _child(box: HtmlElement, inner: HtmlElement) -> HtmlElement:
    """Give the child of the box that is, or holds, the inner element."""
    while (parent := _parent(inner)) is not box:
        inner = parent
    return inner


def _parent(element: HtmlElement) -> HtmlElement:
    parent = element.getparent()
    if parent is None:
        raise ValueError("a block reaches beyond its tree: cut and wrap a whole page, not a part")
    return parent
