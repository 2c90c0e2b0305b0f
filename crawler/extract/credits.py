"""Says who wrote, edited and supplied a story, from the places where a page names them.

Persons before all; a house, a desk or a user only where it signs and no person does. Never looks a
name up, never joins two places into one byline: the place that others confirm is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.extract.byline import agency_in, persons, signature
from crawler.extract.credit_lines import credit_lines
from crawler.extract.headline import fold
from crawler.extract.labels import is_label
from crawler.extract.printed import elsewhere, labelled_lines, marked_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from crawler.extract.jsonld import LinkedData
    from crawler.extract.marks import Marks

_AUTHOR_META = re.compile(r"author|creator|^byl$|byline|penulis|reporter")
_NO_AUTHOR_META: Final = frozenset({"creator", "twitter:creator", "article:author_url"})
_LAST_NAME_FIRST = re.compile(r"[^\s,]+, [^,]+")


@dataclass(frozen=True, slots=True)
class Credits:
    """Who made the story: who signed it, who edited it, and the agency it came from."""

    authors: tuple[str, ...] = ()
    editor: str | None = None
    agency: str | None = None


def read_credits(
    tree: HtmlElement, marks: Marks, linked: LinkedData, own: frozenset[str]
) -> Credits:
    """Give the credits of the page's story; `own` are the folded names of the site."""
    lines: dict[str, str] = {}
    for part, name in credit_lines(tree):
        lines.setdefault(part, name)  # further down stand the credits of other stories
    editors = persons((*linked.editors, lines.get("editor", "")), own) or _first(
        labelled_lines((*marks.after, *marks.before), "editor"), own
    )
    credit = lines.get("author", "")
    authors = (
        _authors(marks, linked, own, credit, editors)
        or _signature(_signed(marks, linked))
        or _first(others := list(elsewhere(tree)), own)
        or _signature([*others, [credit]])
    )
    supplied = (lines.get("agency", ""), *linked.organisations, *authors)
    return Credits(
        authors=tuple(name for name in authors if name not in editors) or authors,
        editor=next(iter(editors), None),
        agency=next(filter(None, map(agency_in, supplied)), None),
    )


def _authors(
    marks: Marks, linked: LinkedData, own: frozenset[str], credit: str, editors: tuple[str, ...]
) -> tuple[str, ...]:
    """Give the persons of the place that most others confirm, of two equal ones the first.

    A meta that the reader's own byline contradicts names the house, and has no vote; a place that
    names the editors alone has one only where no other names anybody.
    """
    metas = [persons(texts, own, is_declared=True) for texts in _metas(marks)]
    shown = _shown(marks, own)
    if any(metas):  # one word beside a full name is a section or a button
        shown = [names for names in shown if any(" " in name for name in names)]
    places = [
        persons(linked.authors, own, is_declared=True),
        persons(linked.creators, own, is_declared=True),
        *(names for names in metas if not any(shown) or any(_agree(names, o) for o in shown)),
        *shown,
        persons([credit], own),
    ]
    found = [names for names in places if names]
    found = [names for names in found if not set(names) <= set(editors)] or found
    if scholarly := marks.metas.get("citation_author", [])[1:]:
        # One meta for each author: the list is whole, whatever the boxes of their names hold.
        found = [names for names in found if len(names) > len(scholarly)] or found
    return max(found, key=lambda names: _confirmed(names, found), default=())


def _shown(marks: Marks, own: frozenset[str]) -> list[tuple[str, ...]]:
    """Give the persons of the bylines below and above the headline."""
    signed = list(labelled_lines(marks.after))
    below = _first(marked_lines(marks.after), own) or _first(signed, own)
    if not below and _signature(signed):
        return []  # a house signs: a name above the headline does not
    above = _first(marked_lines(marks.before), own) or _first(labelled_lines(marks.before), own)
    return [below, above]


def _confirmed(names: tuple[str, ...], found: list[tuple[str, ...]]) -> int:
    """Count how often the names stand in other places too, one less when most stand in none."""
    confirmations = [sum(_agree((name,), other) for other in found) - 1 for name in names]
    return sum(confirmations) - (confirmations.count(0) * 2 > len(names))


def _signed(marks: Marks, linked: LinkedData) -> Iterator[Iterable[str]]:
    """Give the bylines that a house, a desk or a user may sign, the surest place first."""
    scraps = (*marks.after, *marks.before)
    yield from labelled_lines(scraps)
    yield linked.authors
    yield from marked_lines(scraps)
    yield from _metas(marks)
    yield linked.organisations


def _signature(bylines: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(islice(filter(None, map(signature, bylines)), 1))


def _agree(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether both name one person, the one perhaps shorter than the other."""
    pairs = [(fold(name), fold(other)) for name in names for other in others]
    return any(name.startswith(other) or other.startswith(name) for name, other in pairs)


def _first(bylines: Iterable[list[str]], own: frozenset[str]) -> tuple[str, ...]:
    return next(filter(None, (persons(texts, own) for texts in bylines)), ())


def _metas(marks: Marks) -> Iterator[list[str]]:
    for name, values in marks.metas.items():
        if _AUTHOR_META.search(name) and name not in _NO_AUTHOR_META:
            if name.startswith(("citation_", "dc.")):
                values = [_turned(value) for value in values]  # noqa: PLW2901 - the same, readable
            yield values
    yield from ([text] for text in _card_author(marks))


def _card_author(marks: Marks) -> Iterator[str]:
    """Give the author of the card for Twitter: its label says "Written by" in some language."""
    for number in "12":
        if is_label(marks.first(f"twitter:label{number}")):
            yield marks.first(f"twitter:data{number}")


def _turned(name: str) -> str:
    """Write "Family, Given" as "Given Family"."""
    return " ".join(reversed(name.split(", "))) if _LAST_NAME_FIRST.fullmatch(name) else name
