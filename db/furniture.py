"""Pure: which lines stand around the stories of a source, not in them. Knows words, no language.

A short line at the head or tail of many stories of one source is its furniture. A line is known by
its key: its words without case, each number a wildcard, so that a counter is one line.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from db.words import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from db.records import Content

# The reason that a Removal gives. Lines taken out by it are counted on, or they would be unlearned.
LEARNED: Final = "stands on many stories of this source"

LINE_CHARACTERS = 200  # a longer line is prose
HEAD_LINES, TAIL_LINES = 3, 6
# Of a text that is short, nearly all is head or tail: there a subheading would be counted.
HEAD_PART, TAIL_PART = 4, 3
LABEL_WORDS = 2  # beside a name in a byline: "Ditulis oleh"
LINES_INSIDE = 200  # more lines are not looked at: a live blog of a whole day

# A line is furniture when so many stories had it, over so long, and this share of all since.
STORIES, SPAN, SHARE = 10, timedelta(days=1), 0.1
SILENCE = 50  # stories in a row without it: the site has dropped it
INSIDE_SHARE = 0.1  # seen so often between prose, too, it is a subheading or a refrain

_NUMBER = re.compile(r"[0-9]+(?: [0-9]+)*")
_DATELINE_CHARACTERS = 60
# What leads on to the text that follows, and the way Chinese agencies say it.
_LEADING_ON = re.compile(r"[-–—―:)\]）：】电電讯訊]\s*$")
_CAPITALS = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a line was seen. `first` and `last` number the source's counted stories."""

    stories: int
    inside: int
    first: int
    last: int
    first_seen_at: datetime
    last_seen_at: datetime
    is_learned: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """The lines of one story by their keys: at its edges, as they are written, and inside."""

    edges: dict[str, str]
    inside: frozenset[str]


def is_furniture(tally: Tally, counted: int) -> bool:
    """Whether a line is furniture, of a source with so many counted stories."""
    if counted - tally.last >= SILENCE or tally.inside > INSIDE_SHARE * tally.stories:
        return False
    if tally.is_learned:
        return True
    return (
        tally.stories >= STORIES
        and tally.last_seen_at - tally.first_seen_at > SPAN
        and tally.stories >= SHARE * (counted - tally.first + 1)
    )


def key_of(line: str) -> str:
    """Name a line; empty when it is too long or has no letters."""
    if len(line) > LINE_CHARACTERS:
        return ""
    words = _plain(line)
    if not any(map(str.isalpha, words)):
        return ""
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


def is_own(line: str, headline: str | None, authors: Iterable[str]) -> bool:
    """Whether a line is a story's own: its headline again, or who wrote it and hardly more.

    A house may sign its stories, and then every "Follow us" that names it also names the author.
    """
    words = _plain(line)
    rest = f" {words} "
    for author in authors:
        if plain := _plain(author):
            rest = rest.replace(f" {plain} ", " ")
    is_byline = rest.strip() != words and len(rest.split()) <= LABEL_WORDS
    return words == _plain(headline or "") or is_byline


def sighted(content: Content) -> Sighting:
    """Look at the lines of a story; those taken out of it as learned stood at its edges."""
    lines = content.text.split("\n")
    head, tail = _depths(lines)
    at_head = [line for line in lines[:head] if not _is_dateline(line)]
    gone = [text for _, reason, text in content.removals if reason == LEARNED]
    edges = {
        key: line
        for line in (*at_head, *lines[len(lines) - tail :], *gone)
        if (key := key_of(line)) and not is_own(line, content.headline, content.authors)
    }
    inside = lines[head : len(lines) - tail][:LINES_INSIDE]
    return Sighting(edges, frozenset(filter(None, map(key_of, inside))) - set(edges))


def taken_out(content: Content) -> frozenset[str]:
    """Name the lines that were taken out of a story as learned.

    They stay out of it though the site drops them and they are unlearned: that would be an edit.
    """
    return frozenset(key_of(text) for _, reason, text in content.removals if reason == LEARNED)


def _depths(lines: Sequence[str]) -> tuple[int, int]:
    """Say how many lines are head, and how many tail: up to the first that is prose."""
    head = min(HEAD_LINES, len(lines) // HEAD_PART)
    tail = min(TAIL_LINES, len(lines) // TAIL_PART)
    return _run(lines[:head]), _run(lines[len(lines) - tail :][::-1])


def _run(lines: Sequence[str]) -> int:
    long = (number for number, line in enumerate(lines) if len(line) > LINE_CHARACTERS)
    return next(long, len(lines))


def _is_dateline(line: str) -> bool:
    """Whether a line says where the text that follows comes from: JAKARTA (ANTARA) -."""
    if len(line) > _DATELINE_CHARACTERS:
        return False
    first = re.match(r"\W*(\w+)", line)
    is_capitals = first is not None and len(first[1]) >= _CAPITALS and first[1].isupper()
    return is_capitals or _LEADING_ON.search(line) is not None


def _plain(line: str) -> str:
    return _NUMBER.sub("#", folded(line))
