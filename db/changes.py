"""Pure: what differs between two states of a story, and how much it matters.

A word diff inside a paragraph diff; nothing here reads or writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from db.fingerprint import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.records import Content

Verdict = Literal["same", "edited", "retitled", "shrunk"]
Operation = Literal["same", "added", "removed"]

# A text that lost this much at once is more often a page that failed than a newsroom that cut.
SHRUNK_RATIO = 0.3
LONG_WORDS = 20_000  # above it words are not compared inside paragraphs: seconds, not milliseconds
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that two states share, or that only one of them has."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two revisions, as pieces in reading order.

    `blocks` has one tuple of pieces per paragraph; unchanged paragraphs are one "same" piece.
    `significance` is the share of words that changed, 0 to 1.
    """

    headline: tuple[Piece, ...]
    blocks: tuple[tuple[Piece, ...], ...]
    significance: float

    @property
    def is_retitled(self) -> bool:
        """Whether the headline differs."""
        return any(piece.operation != "same" for piece in self.headline)


def judge(before: Content, after: Content) -> Verdict:
    """Say what a page read again means for its story. A new headline outranks a new text."""
    if normalised(before.headline) != normalised(after.headline):
        if len(after.text) < SHRUNK_RATIO * len(before.text):
            return "shrunk"
        return "retitled"
    if normalised(before.text) == normalised(after.text):
        return "same"
    return "shrunk" if len(after.text) < SHRUNK_RATIO * len(before.text) else "edited"


def compare(before: Content, after: Content) -> Change:
    """Lay two states of a story side by side."""
    old, new = before.text.split("\n"), after.text.split("\n")
    is_long = len(before.text.split()) + len(after.text.split()) > LONG_WORDS
    blocks = tuple(_blocks(old, new, by_word=not is_long))
    return Change(_words(before.headline, after.headline), blocks, _significance(blocks))


def _blocks(old: list[str], new: list[str], *, by_word: bool) -> Iterator[tuple[Piece, ...]]:
    old_keys, new_keys = [normalised(x) for x in old], [normalised(x) for x in new]
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            yield from ((Piece("same", text),) for text in new[c:d])
        elif by_word:
            yield from _replaced(old[a:b], new[c:d])
        else:
            yield from ((Piece("removed", text),) for text in old[a:b])
            yield from ((Piece("added", text),) for text in new[c:d])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Pair paragraphs that are alike, in order, and show the others as removed or added."""
    rest = list(old)
    for text in new:
        partner = next((i for i, other in enumerate(rest) if _is_alike(other, text)), None)
        if partner is None:
            yield (Piece("added", text),)
            continue
        yield from ((Piece("removed", other),) for other in rest[:partner])
        yield _words(rest[partner], text)
        del rest[: partner + 1]
    yield from ((Piece("removed", other),) for other in rest)


def _is_alike(one: str, other: str) -> bool:
    """Whether two paragraphs share enough words for a word diff to be readable (a third)."""
    first, second = set(one.casefold().split()), set(other.casefold().split())
    return 3 * len(first & second) >= min(len(first), len(second)) > 0


def _words(old: str, new: str) -> tuple[Piece, ...]:
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    keys = [normalised(x) for x in before], [normalised(x) for x in after]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    pieces: list[Piece] = []
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(after[c:d])))
            continue
        if removed := "".join(before[a:b]):
            pieces.append(Piece("removed", removed))
        if added := "".join(after[c:d]):
            pieces.append(Piece("added", added))
    return tuple(pieces)


def _significance(blocks: Sequence[Sequence[Piece]]) -> float:
    counts = {"same": 0, "added": 0, "removed": 0}
    for block in blocks:
        for piece in block:
            counts[piece.operation] += len(piece.text.split())
    changed = max(counts["added"], counts["removed"])
    return round(changed / (counts["same"] + changed), 4) if changed else 0.0
