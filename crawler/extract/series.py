"""Finds the story of a page that prints several one after another, by its headline. Never cuts.

Endless scroll puts the next article below, in a box like this one's. Neither length nor order tells
which of them the page is about; the headline of the page does.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.extract.survey import prose_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.blocks import Block

_STORY_PARAGRAPHS: Final = 3  # a card of a list has one, a card with a summary two
_NEIGHBOURS: Final = 3  # of one kind that are looked at: one further story is enough
_PLACES: Final = 3  # of the headline that are looked at: above the story, in a bar, in a print copy
_SPELLING_CHARACTERS: Final = 10  # two spellings of one headline differ in quotes and spaces


def is_headline(block: Block, headline: str | None) -> bool:
    """Whether the block says what the headline says."""
    text = block.text
    if not headline or abs(len(text) - len(headline)) > _SPELLING_CHARACTERS:
        return False
    return _folded(text) == _folded(headline)


def own_story(blocks: Sequence[Block], headline: str | None) -> Sequence[Block]:
    """Give the blocks of the page's own story; all blocks where no other story stands beside it.

    Boxes of one kind are stories when each has paragraphs and a heading of one kind; the entries of
    a live blog are none, for the headline stands above all of them.
    """
    own = (b.home for b in blocks if b.home is not None and is_headline(b, headline))
    for heading in islice(own, _PLACES):
        others = _around_others(heading)
        for box in (heading, *heading.iterancestors()):
            if box in others:
                break
            rivals = list(islice(_rivals(box, others), _NEIGHBOURS))
            if rivals and _is_story(box, blocks) and any(_is_story(it, blocks) for it in rivals):
                return _within(box, blocks)
    return blocks


def _around_others(heading: HtmlElement) -> set[HtmlElement]:
    """Give the headings of this kind that say something else, and all elements around them."""
    said = heading.text_content().split()
    around: set[HtmlElement] = set()
    for other in heading.getroottree().iter(heading.tag):
        if other.get("class") != heading.get("class") or other.text_content().split() == said:
            continue
        element: HtmlElement | None = other
        while element is not None and element not in around:
            around.add(element)
            element = element.getparent()
    return around


def _rivals(box: HtmlElement, others: set[HtmlElement]) -> Iterator[HtmlElement]:
    """Give the boxes beside this one that are of its kind and have such a heading of their own."""
    parent = box.getparent()
    for other in () if parent is None else parent.iterchildren(box.tag):
        if other is not box and other in others and other.get("class") == box.get("class"):
            yield other


def _is_story(box: HtmlElement, blocks: Sequence[Block]) -> bool:
    return sum(prose_of(block) > 0 for block in _within(box, blocks)) >= _STORY_PARAGRAPHS


def _within(box: HtmlElement, blocks: Sequence[Block]) -> list[Block]:
    inside = set(box.iter())
    return [block for block in blocks if block.home in inside]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
