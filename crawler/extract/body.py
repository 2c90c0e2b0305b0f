"""Finds the text a reader would read. Never downloads, never keeps state, never changes the tree.

trafilatura is the judge, but its verdict is read block by block against the page: what stands
outside the story's frame goes, what it lost inside comes back (lists, subheadings, a lead that is
bare text).
"""

from __future__ import annotations

import logging
import re
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import trafilatura
from lxml.etree import XPath
from trafilatura.settings import Document, Extractor

from crawler.blocks import tree_blocks
from crawler.extract.article import Removal
from crawler.extract.series import is_headline, own_story
from crawler.extract.slim import slim_part
from crawler.extract.survey import framed, heart, look, survey, taken_ratio
from crawler.extract.template import choose, find_body, lesson_of
from crawler.repairs.read_also import find_related

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

    from crawler.blocks import Block
    from crawler.extract.survey import View
    from db.template import Lesson, Template

_TRUST_RATIO = 0.7  # trafilatura took so much of the frame's prose: what it left there has a reason
_LINK_RATIO = 0.6
_LABEL_CHARACTERS = 80  # shorter bare text that trafilatura left is a label or a button
_STOPS = (".", "!", "?", "…", "。")
_CELLS = frozenset(("td", "th"))
_DATELINE_ENDS = ("-", "–", "—", ":")  # where the text behind a place or a speaker is a paragraph
_WORD = re.compile(r"\w")
_DESCRIPTION = XPath("string(//meta[@property='og:description']/@content)")

# Made once: reading its configuration anew would cost each page half a millisecond.
_FAST = Extractor(output_format="python", fast=True, comments=False)
_FULL = Extractor(output_format="python", comments=False)
_FAST.focus = "once"

# Each discarded page is a warning there; here it is a Refusal with its reason.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Body:
    """A story's text, one block per line, and what was left out because it links elsewhere.

    `lesson` is what the page shows of its source; null when it shows nothing, or was read by it.
    """

    text: str
    related: tuple[tuple[str, str], ...] = ()
    removals: tuple[Removal, ...] = ()
    lesson: Lesson | None = None


def read_body(
    tree: HtmlElement, blocks: Sequence[Block], url: str, headline: str | None, described: str = ""
) -> Body:
    """Give the story's text; empty when there is none. The tree is not changed.

    `blocks` are those of the tree. `described` is what the page says of itself: it tells which
    caption of a gallery is meant.
    """
    blocks = own_story(blocks, headline)
    views = look(blocks)
    frame = survey(views, _ask(_page_of(heart(views, tree)), fast=True))
    kept = select(views, frame, headline) if frame is not None else []
    if not any(view.prose and not _is_caption(view) for view in kept):
        return Body(_captions(views, described) or _ask(tree, fast=False))
    kept = _without_headline(kept, headline)
    around = views[views.index(kept[0]) : views.index(kept[-1]) + 1] if kept else []
    lesson = lesson_of([view.block for view in kept], blocks)
    return replace(_told(kept, around, url), lesson=lesson)


def read_known(
    tree: HtmlElement, template: Template, url: str, headline: str | None
) -> Body | None:
    """Give the story's text where it was learned to stand; null when the page is not as learned.

    The tree is not changed.
    """
    place = find_body(tree, template)
    if place is None:
        return None
    body = copy(place)
    slim_part(body)
    blocks = tree_blocks(body)
    chosen = choose(blocks, body, template)
    if not chosen:
        return None
    views, story = look(blocks), set(chosen)
    kept = _without_headline([view for view in views if view.block in story], headline)
    return _told(kept, views, url)


def _told(kept: list[View], around: Sequence[View], url: str) -> Body:
    """Write the kept blocks, without what only points to other stories."""
    places, related = find_related([view.block for view in around], url)
    gone = {around[place] for place in places}
    removals = tuple(
        Removal("furniture", "a link to another story", view.block.text)
        for view in kept
        if view in gone
    )
    return Body(render(view for view in kept if view not in gone), related, removals)


def description(tree: HtmlElement) -> str:
    """Give what the page says of itself, for others to quote."""
    return " ".join(cast("str", _DESCRIPTION(tree)).split())


def select(views: Sequence[View], frame: HtmlElement, headline: str | None) -> list[View]:
    """Choose the blocks of the story: those in its frame that do not stand aside."""
    inner = framed(views, frame)
    is_trusted = taken_ratio(inner) >= _TRUST_RATIO
    boxes = {view.box for view in inner if view.is_taken}
    near = {*boxes, *(box.getparent() for box in boxes)}
    sure = {*_datelines(inner), *_boxed(inner, near)}
    kept = [v for v in inner if v in sure or _belongs(v, boxes, near, is_trusted=is_trusted)]
    kept = [*_lead(views, inner, kept, headline), *kept]
    while kept and kept[-1].block.is_heading:
        kept.pop()
    return kept


def render(views: Iterable[View]) -> str:
    """Write the blocks one per line, and the cells of a table's row on one."""
    lines: list[str] = []
    row = None
    for view in views:
        block = view.block
        if not _WORD.search(block.text):
            continue
        parent = view.home.getparent() if view.is_cell else None
        if parent is not None and parent is row:
            lines[-1] += f" | {block.text}"
        else:
            lines.append(block.text)
        row = parent
    return "\n".join(lines)


def _belongs(
    view: View, boxes: set[HtmlElement], near: set[HtmlElement], *, is_trusted: bool
) -> bool:
    block = view.block
    if view.is_taken:
        return not view.is_figure and not (view.is_aside and block.link_ratio > _LINK_RATIO)
    if view.is_aside or view.is_figure or block.link_ratio > _LINK_RATIO:
        return False
    if not is_trusted or block.kind in _CELLS:
        return True
    if block.kind == "div":
        return view.box in near and len(block.text) >= _LABEL_CHARACTERS
    return view.box in boxes or view.box.getparent() in boxes


def _datelines(inner: Sequence[View]) -> list[View]:
    """Give the short bare texts that stand right before a paragraph, in the same box."""
    return [
        view
        for view, behind in pairwise(inner)
        if view.block.text.endswith(_DATELINE_ENDS)
        and len(view.block.text) < _LABEL_CHARACTERS
        and view.block.link_ratio <= _LINK_RATIO
        and view.home is behind.box
        and behind.is_taken
        and behind.prose
    ]


def _boxed(inner: Sequence[View], near: set[HtmlElement]) -> set[View]:
    """Give the paragraphs in boxes of their own that stand before others trafilatura took.

    Behind all of these stand disclaimers and appeals.
    """
    end = max((n for n, view in enumerate(inner) if view.is_taken and view.prose), default=0)
    return {
        view
        for view in inner[:end]
        if view.block.kind == "div"
        and view.prose >= _LABEL_CHARACTERS
        and view.block.text.endswith(_STOPS)
        and view.box.getparent() in near
        and not (view.is_aside or view.is_figure or view.is_teaser)
    }


def _captions(views: Iterable[View], described: str) -> str:
    """Give what a gallery has to say: the caption it is described by, or each caption once."""
    captions = [v.block.text for v in views if v.prose and _is_caption(v) and not v.is_aside]
    opening = described[:_LABEL_CHARACTERS]
    own = [text for text in captions if opening and text.startswith(opening)]
    return "\n".join(dict.fromkeys(own or captions))


def _is_caption(view: View) -> bool:
    return view.is_figure or any(box.tag == "figcaption" for box in view.block.figures)


def _lead(
    views: Sequence[View], inner: Sequence[View], kept: Sequence[View], headline: str | None
) -> list[View]:
    """Give what opens the story before its frame: paragraphs under the headline, a bare lead."""
    first = views.index(inner[0]) if kept else 0
    before = views[:first]
    said = [n for n, view in enumerate(before) if is_headline(view.block, headline)]
    # A table of contents, a bar that stays in sight say it once more, below the opening.
    top = max((n for n in said if not before[n].is_aside), default=max(said, default=first))
    around = set(inner[0].home.iterancestors()) if kept else set()
    return [
        view
        for n, view in enumerate(before)
        if (view.prose or _is_standfirst(view))
        and not view.is_aside
        and not view.is_figure
        and (
            (n > top and view.is_taken)
            or (n == first - 1 and (view.box in around or (n > top and _is_summary(view))))
        )
    ]


def _is_standfirst(view: View) -> bool:
    return view.block.is_heading and _is_summary(view)


def _is_summary(view: View) -> bool:
    return len(view.block.text) >= _LABEL_CHARACTERS and view.block.text.endswith(_STOPS)


def _without_headline(views: list[View], headline: str | None) -> list[View]:
    """Leave out the headline above the text, and what stands above it."""
    for n, view in enumerate(views):
        if is_headline(view.block, headline):
            return views[n + 1 :]
        if view.prose:
            break
    return views


def _page_of(part: HtmlElement) -> HtmlElement:
    """Give a page that holds the part alone, in copies of the boxes around it."""
    page = copy(part)
    page.tail = None
    for around in part.iterancestors():
        try:
            box = around.makeelement(around.tag, dict(around.attrib))
        except ValueError:  # HTML knows names that XML forbids
            box = around.makeelement("div")
        box.append(page)
        page = box
    return page


def _ask(tree: HtmlElement, *, fast: bool) -> str:
    """Let trafilatura read the tree; it works on a copy.

    `fast`: its own rules alone. It would read a short text again in other moods; here the frame
    answers for that, and any mood it has no name for leaves that out.
    """
    document = trafilatura.bare_extraction(tree, options=_FAST if fast else _FULL)
    return (document.text or "") if isinstance(document, Document) else ""
