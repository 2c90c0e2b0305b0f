"""Pure: what differs between two states of a story, and how much it matters.

A word diff inside a paragraph diff; nothing here reads or writes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Literal

from db.fingerprint import INVISIBLE, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from db.records import Content

Verdict = Literal["same", "edited", "retitled", "shrunk"]
Operation = Literal["same", "added", "removed"]

# A text that lost this much at once is more often a page that failed than a newsroom that cut.
SHRUNK_RATIO = 0.3
ALIKE = 0.3  # the share of words in which two dresses of one story may differ
SAME_DAY = timedelta(days=1)
LONG_WORDS = 20_000  # above it words are not compared inside paragraphs: seconds, not milliseconds
# Pairs of equal words (or paragraphs) that a comparison may have to look at. A newspaper's longest
# paragraph has some thousands; "a a a a ..." has millions, and would take minutes.
MOST_PAIRS = 200_000
LOOKAHEAD = 50  # paragraphs in which the old version of a new one is looked for
# Thai and Lao, Myanmar, Khmer, Kana, Han: written without spaces, so each character is a word.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
# A word or a mark with the space before it: were spaces words of their own, all would be alike.
TOKEN = re.compile(rf"\s*(?:{WORD.pattern}|[^\w\s])")


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


def agree(one: Content, other: Content) -> bool:
    """Whether two pages tell the same story: one headline, one day, and nearly the same words.

    A twin leaves boxes and captions out. Words alone do not tell: prices and weather are told every
    day in the words of the day before.
    """
    if normalised(one.headline) != normalised(other.headline):
        return False
    if one.published_at and other.published_at:
        apart = abs(one.published_at - other.published_at)
        if apart > SAME_DAY:
            return False
    return compare(one, other).significance <= ALIKE


def compare(before: Content, after: Content) -> Change:
    """Lay two states of a story side by side."""
    old, new = _paragraphs(before.text), _paragraphs(after.text)
    is_long = len(before.text.split()) + len(after.text.split()) > LONG_WORDS
    blocks = tuple(_blocks(old, new, by_word=not is_long))
    return Change(_words(before.headline, after.headline), blocks, _significance(blocks))


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if normalised(line)]


def _blocks(old: list[str], new: list[str], *, by_word: bool) -> Iterator[tuple[Piece, ...]]:
    for is_same, a, b, c, d in _runs([normalised(x) for x in old], [normalised(x) for x in new]):
        if is_same:
            yield from ((Piece("same", text),) for text in new[c:d])
        elif by_word:
            yield from _replaced(old[a:b], new[c:d])
        else:
            yield from ((Piece("removed", text),) for text in old[a:b])
            yield from ((Piece("added", text),) for text in new[c:d])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Pair paragraphs that are alike, in order, and show the others as removed or added."""
    rest = [(text, _vocabulary(text)) for text in old]
    for text in new:
        words = _vocabulary(text)
        near = enumerate(rest[:LOOKAHEAD])
        partner = next((i for i, (_, other) in near if _is_alike(other, words)), None)
        if partner is None:
            yield (Piece("added", text),)
            continue
        yield from ((Piece("removed", other),) for other, _ in rest[:partner])
        yield _words(rest[partner][0], text)
        del rest[: partner + 1]
    yield from ((Piece("removed", other),) for other, _ in rest)


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(normalised(text).casefold()))


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two paragraphs share enough words for a word diff to be readable (a third)."""
    return 3 * len(one & other) >= min(len(one), len(other)) > 0


def _words(old: str, new: str) -> tuple[Piece, ...]:
    before, after = _tokens(old), _tokens(new)
    pieces = [Piece("same", "")]
    taken = 0  # of the next piece: the space that a change before it needed
    for is_same, a, b, c, d in _runs([_key(x) for x in before], [_key(x) for x in after]):
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if is_same:
            pieces.append(Piece("same", added[taken:]))
            taken = 0
            continue
        following = _space_before(after[d]) if d < len(after) else ""
        space, removed, added, taken = _space_outside(removed, added, following)
        pieces += [Piece("same", space), Piece("removed", removed), Piece("added", added)]
    first, *rest = _joined(pieces) or (Piece("same", ""),)
    return _joined([Piece(first.operation, first.text.lstrip()), *rest])


def _tokens(text: str) -> list[str]:
    """Cut a paragraph into words and marks; the first gets space before it like any other."""
    return TOKEN.findall(f" {INVISIBLE.sub('', text).strip()}")


def _space_outside(removed: str, added: str, following: str) -> tuple[str, str, str, int]:
    """Take the space before a change out of it; what was only removed or added gives it behind.

    Returns the space, both texts, and how much of the space that follows was used up.
    """
    space = _space_before(added or removed)
    if removed and added and space and _space_before(removed):
        return space, removed.lstrip(), added.lstrip(), 0
    if space and following and not (removed and added):
        if removed:
            return space, removed.lstrip() + following, added, len(following)
        return space, removed, added.lstrip() + following, len(following)
    return "", removed, added, 0


def _space_before(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Make neighbours of one kind one piece, and leave out what is empty."""
    return tuple(
        Piece(operation, text)
        for operation, run in groupby(pieces, lambda piece: piece.operation)
        if (text := "".join(piece.text for piece in run))
    )


def _key(token: str) -> str:
    """Name a token by what a reader sees: whether there is space before it, not how much."""
    return f" {normalised(token)}" if token[0].isspace() else normalised(token)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Cut two sequences into runs that are the same and runs that are not, in order.

    What stands alike at the beginning and at the end is not searched: mostly that is nearly all.
    """
    head = _alike(zip(old, new, strict=False))
    tail = _alike(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    if head:
        yield True, 0, head, 0, head
    yield from _inner_runs(old[: len(old) - tail], new[: len(new) - tail], head)
    if tail:
        yield True, len(old) - tail, len(old), len(new) - tail, len(new)


def _inner_runs(
    old: list[str], new: list[str], start: int
) -> Iterator[tuple[bool, int, int, int, int]]:
    counts = Counter(new[start:])
    if sum(counts[key] for key in old[start:]) > MOST_PAIRS:
        yield False, start, len(old), start, len(new)
        return
    matcher = SequenceMatcher(None, old[start:], new[start:], autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        yield operation == "equal", a + start, b + start, c + start, d + start


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _significance(blocks: Sequence[Sequence[Piece]]) -> float:
    counts = {"same": 0, "added": 0, "removed": 0}
    for block in blocks:
        for piece in block:
            # A changed mark counts as a word: it may turn the sense.
            counts[piece.operation] += len(WORD.findall(piece.text)) or 1
    changed = max(counts["added"], counts["removed"])
    return round(changed / (counts["same"] + changed), 4) if changed else 0.0
