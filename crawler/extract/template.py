"""Reads a body where a source is known to keep it, and says what a judged page shows of that.

Elements and places are known by tag, id and classes without their numbers. What is learned of them
is decided by db.template.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from db.template import MOST_CHARACTERS, Lesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.blocks import Block
    from db.template import Template

_NAMED_LEVELS: Final = 4  # how far up a nameless element borrows names
_NAME_CHARACTERS: Final = 200  # a longer name is generated, and may be hostile

# Class names that tell a story, not its kind: what it is about, whose it is.
_OF_A_STORY = re.compile(r"(?:author|category|channel|section|tag|topic)-")
_UNNAMED = re.compile(r"[\d>]+")  # counters, and what parts the names of a place


def lesson_of(kept: Sequence[Block], blocks: Sequence[Block]) -> Lesson | None:
    """Give what a judged story shows; null when its body is not in one element of the page."""
    body = _holder(kept) if kept else None
    if body is None or body.tag in ("html", "body"):
        return None
    own = set(kept)
    places = places_in(body, blocks)
    story = {place for block, place in places if block in own}
    rest = {place for block, place in places if block not in own}
    if sum(map(len, story | rest)) > MOST_CHARACTERS:
        return None
    characters = sum(len(block.text) for block in kept)
    return Lesson(_name_of(body), tuple(sorted(story)), tuple(sorted(rest)), characters)


def find_body(tree: HtmlElement, template: Template) -> HtmlElement | None:
    """Give the element that holds the body; null when there is none, or more than one."""
    last = template.body.rpartition(">")[2]
    tag = re.split(r"[#.]", last, maxsplit=1)[0]
    sign = last.partition(".")[2].rpartition(".")[2]
    # Naming every element would take long: many have the same classes, and few have this one.
    is_like: dict[str | None, bool] = {}
    found = []
    for element in tree.iter(tag):
        classes = element.get("class")
        if classes not in is_like:
            is_like[classes] = sign in _UNNAMED.sub("", classes or "")
        if is_like[classes] and _name(element) == last and _name_of(element) == template.body:
            found.append(element)
    return found[0] if len(found) == 1 else None


def choose(blocks: Sequence[Block], body: HtmlElement, template: Template) -> list[Block] | None:
    """Choose the blocks of the story; null when one stands at a place nothing is known of."""
    story, rest = set(template.kept), set(template.dropped)
    placed = places_in(body, blocks)
    if any(place not in story and place not in rest for _, place in placed):
        return None
    return [block for block, place in placed if place in story]


def places_in(body: HtmlElement, blocks: Sequence[Block]) -> list[tuple[Block, str]]:
    """Give the blocks in the body with their places: the names from the body down, and the kind."""
    known: dict[HtmlElement, str | None] = {body: ""}
    found = []
    for block in blocks:
        place = _path(block.home, known)
        if place is not None:
            found.append((block, f"{place}>{block.kind}"))
    return found


def _path(element: HtmlElement | None, known: dict[HtmlElement, str | None]) -> str | None:
    """Name the way down to an element; null when it does not lead through the body."""
    if element is None:
        return None
    if element not in known:
        above = _path(element.getparent(), known)
        known[element] = None if above is None else f"{above}>{_name(element)}"
    return known[element]


def _name_of(element: HtmlElement) -> str:
    """Name an element; a nameless one by what is around it, too."""
    names: list[str] = []
    here: HtmlElement | None = element
    while here is not None and len(names) < _NAMED_LEVELS:
        names.insert(0, _name(here))
        if names[0] != here.tag:
            break
        here = here.getparent()
    return ">".join(names)


def _name(element: HtmlElement) -> str:
    if not element.attrib:
        return cast("str", element.tag)
    own = (element.get("id") or "").replace(".", "")  # a dot begins a class
    words = [f"#{own}"] if own else []
    classes = sorted((element.get("class") or "").split())
    words += [f".{word}" for word in classes if not _OF_A_STORY.match(word)]
    return cast("str", element.tag) + _UNNAMED.sub("", "".join(words))[:_NAME_CHARACTERS]


def _holder(blocks: Sequence[Block]) -> HtmlElement | None:
    """Give the smallest element that holds all the blocks, and more than one paragraph could."""
    homes = {cast("HtmlElement", block.home) for block in blocks}
    if len(homes) == 1:
        return homes.pop().getparent()
    first, *others = homes
    path = [first, *first.iterancestors()]
    levels = {element: level for level, element in enumerate(path)}
    shared = 0
    for home in others:
        element: HtmlElement | None = home
        while element is not None and element not in levels:
            element = element.getparent()
        if element is None:
            return None
        shared = max(shared, levels[element])
    return path[shared]
