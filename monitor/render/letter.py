"""What a mail says, in words and in order: the one source of both its text and its HTML.

Values only: `wording.py` finds the words, `plain.py` and the template lay them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.records import Event
    from monitor.render.clean import Link
    from monitor.render.differences import Differences
    from monitor.render.excerpts import Runs
    from monitor.render.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same news in another outlet, in brackets how it differs, and its headline if it does."""

    outlet: str
    remark: str
    headline: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry in words. Empty strings are not shown; `link` is null when none is safe."""

    number: int
    kind: Event
    label: str
    headline: Runs
    lang: str
    facts: tuple[str, ...]
    life: str
    notice: str
    was_called: str
    excerpts: tuple[Runs, ...]
    changed: str
    differences: Differences
    more_changes: str
    link: Link | None
    elsewhere: tuple[Elsewhere, ...]
    more_outlets: str
    also_in: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One topic in words."""

    title: str
    count: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole digest in words."""

    say: Phrases
    date: str
    window: str
    summary: str
    part: str
    chapters: tuple[Chapter, ...]
    nothing_new: str
    legend: str
    troubled: str
    troubles: tuple[str, ...]
    why: str
