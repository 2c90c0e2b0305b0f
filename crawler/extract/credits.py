"""Says who wrote, edited and supplied a story, from the places where a page names them.

Persons only: what an organisation, a role or the site itself signs has no author. Never looks a
name up, never joins two places into one byline: the place that others confirm is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from crawler.extract.byline import agency_in, is_label, labelled, persons, written_by
from crawler.extract.byline_words import LABELS, PREPOSITIONS
from crawler.extract.headline import fold
from crawler.extract.marks import BYLINE, Marks, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from crawler.extract.jsonld import LinkedData

_MAX_BYLINE_CHARACTERS: Final = 160
_MAX_LABEL_CHARACTERS: Final = 30
_MAX_BLANKS: Final = 4  # texts of white space between two boxes
_MAX_BOXES: Final = 6  # in which the second name of a byline stands
_AUTHOR_META = re.compile(r"author|creator|^byl$|byline|penulis|reporter")
_NO_AUTHOR_META: Final = frozenset({"creator", "twitter:creator", "article:author_url"})
_LAST_NAME_FIRST = re.compile(r"[^\s,]+, [^,]+")
_COLON = re.compile("[:：]")
_NAME_BEHIND = re.compile(r"\s*([^:：|\n()]*?)\s*(?=$|[|\n()]|[^\W\d_]+\s*[:：])")
_TEXTS = etree.XPath("//body//text()", smart_strings=False)


@dataclass(frozen=True, slots=True)
class Credits:
    """Who made the story: persons who wrote it, who edited it, and the agency it came from."""

    authors: tuple[str, ...] = ()
    editor: str | None = None
    agency: str | None = None


def read_credits(
    tree: HtmlElement, marks: Marks, linked: LinkedData, own: frozenset[str]
) -> Credits:
    """Give the credits of the page's story; `own` are the folded names of the site."""
    lines: dict[str, str] = {}
    for part, name in _credit_lines(tree):
        lines.setdefault(part, name)  # further down stand the credits of other stories
    editors = persons((*linked.editors, lines.get("editor", "")), own)
    authors = _authors(tree, marks, linked, own, lines.get("author", ""))
    supplied = (lines.get("agency", ""), *linked.organisations)
    return Credits(
        authors=tuple(name for name in authors if name not in editors) or authors,
        editor=next(iter(editors), None),
        agency=next(filter(None, map(agency_in, supplied)), None),
    )


def _authors(
    tree: HtmlElement, marks: Marks, linked: LinkedData, own: frozenset[str], credit: str
) -> tuple[str, ...]:
    """Give the byline of the place that most others confirm, of two equal ones the first.

    A meta that the reader's own byline contradicts names the house, and has no vote.
    """
    declared = _first(_metas(marks), own, is_declared=True)
    shown = _first(_marked(marks), own) or _first(_labelled(marks), own)
    if declared and not any(" " in name for name in shown):
        shown = ()  # one word beside a full name is a section or a button
    places = [
        persons(linked.authors, own, is_declared=True),
        persons(linked.creators, own, is_declared=True),
        declared if not shown or _agree(declared, shown) else (),
        shown,
        persons([credit], own),
    ]
    found = [names for names in places if names]
    if not found:
        return _first(_elsewhere(tree), own)
    return max(found, key=lambda names: sum(_agree(names, other) for other in found))


def _agree(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether both name one person, the one perhaps shorter than the other."""
    pairs = [(fold(name), fold(other)) for name in names for other in others]
    return any(name.startswith(other) or other.startswith(name) for name, other in pairs)


def _first(
    bylines: Iterable[list[str]], own: frozenset[str], *, is_declared: bool = False
) -> tuple[str, ...]:
    found = (persons(texts, own, is_declared=is_declared) for texts in bylines)
    return next(filter(None, found), ())


def _metas(marks: Marks) -> Iterator[list[str]]:
    for name, values in marks.metas.items():
        if _AUTHOR_META.search(name) and name not in _NO_AUTHOR_META:
            if name.startswith(("citation_", "dc.")):
                values = [_turned(value) for value in values]  # noqa: PLW2901 - the same, readable
            yield values


def _turned(name: str) -> str:
    """Write "Family, Given" as "Given Family"."""
    return " ".join(reversed(name.split(", "))) if _LAST_NAME_FIRST.fullmatch(name) else name


def _marked(marks: Marks) -> Iterator[list[str]]:
    """Give the bylines beside the headline whose boxes call themselves so."""
    for scraps in (marks.after, marks.before):
        for index, scrap in enumerate(scraps):
            if BYLINE.search(scrap.mark) and len(scrap.text) <= _MAX_BYLINE_CHARACTERS:
                alike = [
                    other.text for other in scraps[index:][:_MAX_BOXES] if other.mark == scrap.mark
                ]
                if "author" in scrap.mark.split():
                    yield alike
                else:
                    yield [text for text in alike if " " in text.strip() or not text.isascii()]


def _labelled(marks: Marks) -> Iterator[list[str]]:
    """Give the lines beside the headline that begin with "By", or follow one that says no more."""
    for scraps in (marks.after, marks.before):
        for scrap, following in zip_longest(scraps, scraps[1:]):
            if text := labelled(scrap.text):
                yield [text]
            elif following and is_label(scrap.text):
                yield [following.text]


def _elsewhere(tree: HtmlElement) -> Iterator[list[str]]:
    """Give the bylines that stand elsewhere on the page and say without doubt that they are."""
    for element in tree.iter("a", "span", "address"):
        get = element.get
        if "author" in ((get("rel") or "").lower(), (get("itemprop") or "").lower()):
            yield [pieces_of(element)[:_MAX_BYLINE_CHARACTERS]]


def _credit_lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Give what stands behind "Penulis:", "Editor:", "Sumber:" anywhere, with the part it names."""
    texts = cast("list[str]", _TEXTS(tree))
    for index in [
        at for at, text in enumerate(texts) if ":" in text or "：" in text or " by" in text
    ]:
        text = texts[index]
        if "{" in text:  # a script or a style
            continue
        line = text[-_MAX_BYLINE_CHARACTERS:].strip()
        if line[:1] in ":：":
            line = f"{_neighbour(texts, index, -1)}{line}"
        for colon in _COLON.finditer(line):
            part = _part(line[: colon.start()])
            if part and (name := _NAME_BEHIND.match(line, colon.end())):
                yield part, name[1] or _neighbour(texts, index, 1)
        if len(text) < _MAX_BYLINE_CHARACTERS and (written := written_by(text)) is not None:
            yield "author", written or _neighbour(texts, index, 1)


def _part(before: str) -> str | None:
    """Give the part in the story that the one or two words before a colon name, null when none."""
    words = before[-_MAX_LABEL_CHARACTERS:].lower().split()
    if not words:
        return None
    last = words[-1].lstrip("([*•|-")
    if len(words) > 1 and (part := LABELS.get(f"{words[-2]} {last}")):
        return part
    is_tail = len(words) > 1 and last in PREPOSITIONS  # "Photo by:"
    return None if is_tail else LABELS.get(last)


def _neighbour(texts: list[str], index: int, step: int) -> str:
    """Give the next text that is not blank, before or behind: a label, or the name behind one."""
    for offset in range(1, _MAX_BLANKS):
        at = index + step * offset
        if 0 <= at < len(texts) and (stripped := texts[at].strip()):
            return stripped[:_MAX_BYLINE_CHARACTERS]
    return ""
