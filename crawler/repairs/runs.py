"""Find where a sequence of words says again, in the same order, what it said before. Never judges.

Words that follow one another in both places make a stretch; stretches in step make a run, however
many small things (edits, link lines, advertisements) stand between them. Work is linear in the
words: a formula that stands in many places is no evidence of a copy and is not followed.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHINGLE_WORDS = 4
_STRETCH_WORDS = 6  # fewer words in common are chance, and would lead a run astray
_PLACES = 4  # words that stand together in more places than this are a formula
_GAP_WORDS = 40  # an edit, a link line, an advertisement within a copy
_LONG_GAP_WORDS = 400  # a passage that both places have, unlike; only in a long run
_LONG_RUN_WORDS = 60
_OPEN_RUNS = 24  # how many unfinished runs a stretch is tried on: bounds the work

Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The same words, one after the other, at two places (word positions)."""

    earlier: int
    later: int
    words: int


@dataclass(slots=True)
class Run:
    """Stretches in the same order at an earlier and a later place."""

    stretches: list[Stretch] = field(default_factory=list)

    @property
    def words(self) -> int:
        """How many words stand in both places."""
        return sum(stretch.words for stretch in self.stretches)

    def admits(self, stretch: Stretch, words: int) -> bool:
        """Tell whether the stretch goes on where this run of so many words ends."""
        first, last = self.stretches[0], self.stretches[-1]
        ahead = stretch.earlier - last.earlier - last.words
        behind = stretch.later - last.later - last.words
        if min(ahead, behind) <= -_SHINGLE_WORDS or stretch.earlier + stretch.words > first.later:
            return False
        if ahead <= _GAP_WORDS and behind <= _GAP_WORDS:
            return True
        return (
            words >= _LONG_RUN_WORDS
            and max(ahead, behind) <= _LONG_GAP_WORDS
            and (min(ahead, behind) <= _GAP_WORDS or abs(ahead - behind) <= _GAP_WORDS // 4)
        )


def shingles(words: Sequence[str]) -> Iterator[Shingle]:
    """Give every four words that follow one another."""
    return zip(*(words[n:] for n in range(_SHINGLE_WORDS)), strict=False)


def find_runs(words: Sequence[str]) -> list[Run]:
    """Give every run, longest first."""
    found = list(shingles(words))
    counts = Counter(found)
    if len(counts) == len(found):
        return []
    repeated = {shingle for shingle, count in counts.items() if 1 < count <= _PLACES}
    return sorted(_join(_stretches(found, repeated)), key=lambda run: -run.words)


def _stretches(found: Sequence[Shingle], repeated: set[Shingle]) -> list[Stretch]:
    """Give the longest stretches, in the order in which their later places begin."""
    found: list[Stretch] = []
    places: dict[Shingle, list[int]] = {}
    growing: dict[int, tuple[int, int]] = {}  # next earlier position: where the stretch began
    for later, shingle in enumerate(shingles):
        if shingle not in repeated:
            if growing:
                found += _finished(growing, later)
                growing = {}
            continue
        before = places.setdefault(shingle, [])
        grown: dict[int, tuple[int, int]] = {}
        for earlier in before:
            start = growing.pop(earlier, (earlier, later))
            if earlier == start[1]:
                # A passage that repeats itself at once: one period is the original of the next.
                found += _finished({earlier: start}, later)
                start = (earlier, later)
            grown[earlier + 1] = start
        found += _finished(growing, later)
        growing = grown
        before.append(later)
    found += _finished(growing, len(shingles))
    found = [stretch for stretch in found if stretch.words >= _STRETCH_WORDS]
    return sorted(found, key=lambda stretch: (stretch.later, stretch.earlier))


def _finished(growing: dict[int, tuple[int, int]], end: int) -> list[Stretch]:
    tail = _SHINGLE_WORDS - 1
    return [Stretch(a, b, min(end - b + tail, b - a)) for a, b in growing.values()]


def _join(stretches: Sequence[Stretch]) -> list[Run]:
    runs: list[Run] = []
    open_runs: deque[tuple[Run, int]] = deque(maxlen=_OPEN_RUNS)
    for stretch in stretches:
        fitting = [pair for pair in open_runs if pair[0].admits(stretch, pair[1])]
        if fitting:
            run, words = max(fitting, key=lambda pair: pair[1])
            open_runs.remove((run, words))
        else:
            run, words = Run(), 0
            runs.append(run)
        run.stretches.append(stretch)
        open_runs.append((run, words + stretch.words))
    return runs
