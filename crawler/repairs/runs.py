"""Finds where words say again, in the same order, what they said before. Never judges that.

Words that follow one another at both places make a stretch; stretches in step make a run, however
many small things (edits, link lines, advertisements) stand between them. The work is linear in the
words: what stands in many places is a formula, no evidence of a copy, and is not followed.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHINGLE_WORDS = 4
_STRETCH_WORDS = 6  # fewer words in common are chance, and would lead a run astray
_PLACES = 4  # words that stand together in more places than this are a formula
_GAP_WORDS = 40  # an edit, a link line, an advertisement within a copy
_LONG_RUN_WORDS, _LONG_GAP_WORDS = 60, 400  # a longer run may leave out more, at one place
_STEP_WORDS = 10  # or replace it by another text of nearly the same length
_OPEN_RUNS = 24  # how many unfinished runs a stretch is tried on: bounds the work

Shingle = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The same words, one after the other, at two places (word positions)."""

    earlier: int
    later: int
    words: int


@dataclass(slots=True, eq=False)
class Run:
    """Stretches in the same order at an earlier and a later place; `words` is their sum."""

    stretches: list[Stretch] = field(default_factory=list)
    words: int = 0

    def add(self, stretch: Stretch) -> None:
        """Go on with a stretch."""
        self.stretches.append(stretch)
        self.words += stretch.words

    def gap(self, stretch: Stretch) -> int | None:
        """Count the words passed over when the run goes on with this; null when it cannot."""
        first, last = self.stretches[0], self.stretches[-1]
        ahead = stretch.earlier - last.earlier - last.words
        behind = stretch.later - last.later - last.words
        shorter, longer = sorted((ahead, behind))
        if shorter <= -_SHINGLE_WORDS or stretch.earlier + stretch.words > first.later:
            return None
        is_long = self.words >= _LONG_RUN_WORDS and longer <= _LONG_GAP_WORDS
        in_step = shorter <= _GAP_WORDS or longer - shorter <= _STEP_WORDS
        return ahead + behind if longer <= _GAP_WORDS or (is_long and in_step) else None

    def is_left_behind(self, stretch: Stretch) -> bool:
        """Whether no stretch from here on can go on with it."""
        last = self.stretches[-1]
        return stretch.later - last.later - last.words > _LONG_GAP_WORDS


def shingles(words: Sequence[str]) -> Iterator[Shingle]:
    """Give every four words that follow one another."""
    return zip(*(words[n:] for n in range(_SHINGLE_WORDS)), strict=False)


def find_runs(words: Sequence[str]) -> list[Run]:
    """Give every run, longest first."""
    stretches = [s for s in _stretches(_first_places(words)) if s.words >= _STRETCH_WORDS]
    stretches.sort(key=lambda stretch: (stretch.later, stretch.earlier))
    return sorted(_joined(stretches), key=lambda run: -run.words)


def _first_places(words: Sequence[str]) -> list[int]:
    """Say of every shingle where it stands first: a number is quicker to tell apart than words."""
    known: dict[Shingle, int] = {}
    return list(map(known.setdefault, shingles(words), count()))


def _stretches(first_places: Sequence[int]) -> Iterator[Stretch]:
    again = [place for place, first in enumerate(first_places) if first != place]
    times = Counter(first_places[place] for place in again)
    places: dict[int, list[int]] = {}
    # Where each began, by the earlier position at which it would go on.
    growing: dict[int, int] = {}
    end = 0
    for later in again:
        first = first_places[later]
        if times[first] >= _PLACES:
            continue
        if later != end:
            yield from _ended(growing, end)
            growing = {}
        before = places.setdefault(first, [first])
        grown: dict[int, int] = {}
        for earlier in before:
            began = growing.pop(earlier, later)
            if began == earlier:
                # A passage said again at once: one period is the original of the next.
                yield from _ended({earlier: began}, later)
                began = later
            grown[earlier + 1] = began
        before.append(later)
        if growing:
            yield from _ended(growing, later)
        growing, end = grown, later + 1
    yield from _ended(growing, end)


def _ended(growing: dict[int, int], end: int) -> Iterator[Stretch]:
    """Give the stretches that do not go on where the later place has come to."""
    for earlier, began in growing.items():
        period = end - earlier
        yield Stretch(began - period, began, min(end - began + _SHINGLE_WORDS - 1, period))


def _joined(stretches: Sequence[Stretch]) -> list[Run]:
    runs: list[Run] = []
    unfinished: deque[Run] = deque(maxlen=_OPEN_RUNS)
    for stretch in stretches:
        while unfinished and unfinished[0].is_left_behind(stretch):
            unfinished.popleft()
        gaps = [(gap, run) for run in unfinished if (gap := run.gap(stretch)) is not None]
        if gaps:
            run = min(gaps, key=lambda pair: pair[0])[1]
            unfinished.remove(run)
        else:
            run = Run()
            runs.append(run)
        run.add(stretch)
        unfinished.append(run)
    return runs
