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
from crawler.extract.byline_words import LABELS
from crawler.extract.headline import fold
from crawler.extract.marks import BYLINE, Marks, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from crawler.extract.jsonld import LinkedData

_MAX_BYLINE_CHARACTERS: Final = 160
_MAX_LABEL_CHARACTERS: Final = 30
_MAX_BOXES: Final = 6  # in which the second name of a byline stands
_AUTHOR_META = re.compile(r"author|creator|^byl$|byline|penulis|reporter")
_NO_AUTHOR_META: Final = frozenset({"creator", "twitter:creator", "article:author_url"})
_LAST_NAME_FIRST = re.compile(r"[^\s,]+, [^,]+")
_BEFORE_COLON = re.compile(
    r"((?:[^\W\d_]+ )?[^\W\d_]+)\s*[:：]\s*([^:：|\n()]*?)(?=$|[|\n()]|\s[^\W\d_]+\s*[:：])"
)
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
    lines = dict(_credit_lines(tree))
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
    part = previous = ""
    for text in cast("list[str]", _TEXTS(tree)):
        if part and (name := text.strip()):
            yield part, name[:_MAX_BYLINE_CHARACTERS]
            part = ""
        if "{" in text:  # a script or a style
            continue
        if ":" in text or "：" in text:
            line = text[-_MAX_BYLINE_CHARACTERS:].strip()
            for match in _BEFORE_COLON.finditer(previous + line if line[:1] in ":：" else line):
                label = match[1].lower()
                part = LABELS.get(label) or LABELS.get(label.rpartition(" ")[2], "")
                if part and match[2].strip():
                    yield part, match[2]
                    part = ""
        elif "by " in text and len(text) < _MAX_BYLINE_CHARACTERS and (name := written_by(text)):
            yield "author", name
        if stripped := text.strip():
            previous = stripped if len(stripped) < _MAX_LABEL_CHARACTERS else ""
