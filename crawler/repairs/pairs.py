"""Turns runs of words into pairs of places that say, in order, the same. Never judges them.

A block belongs to a place when most of its words are in the run; blocks that both places have
between and beyond join, however short they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from crawler.repairs.runs import find_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.blocks import Block

RUN_WORDS = 8  # a run of fewer words is no evidence of anything
_RUNS = 400  # how many runs of one page are looked at, longest first
_COPIED_SHARE = 0.6  # of a block's words that must be in the run: a rewritten half is another text

Side = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places, as block numbers in reading order, that have so many words in common.

    It is whole when most of every block is in common, not only the beginning of one.
    """

    earlier: Side
    later: Side
    words: int
    is_whole: bool = True


def find_pairs(blocks: Sequence[Block]) -> Iterator[Pair]:
    """Give the places that share words; links are left out, for they stand in only one of two."""
    counted = [() if block.is_link else block.words for block in blocks]
    starts = list(accumulate(map(len, counted), initial=0))
    for run in find_runs([word for words in counted for word in words])[:_RUNS]:
        if run.words < RUN_WORDS:
            return
        earlier, is_whole = _covered(blocks, starts, ((s.earlier, s.words) for s in run.stretches))
        later, is_later_whole = _covered(
            blocks, starts, ((s.later, s.words) for s in run.stretches)
        )
        if earlier[-1] >= later[0]:
            continue
        if not (is_whole and is_later_whole):
            yield Pair(earlier, later, run.words, is_whole=False)
            continue
        earlier, later = _grown(blocks, earlier, later)
        sides = _filled(blocks, earlier, later), _filled(blocks, later, earlier)
        yield Pair(*sides, run.words)


def _covered(
    blocks: Sequence[Block], starts: Sequence[int], spans: Iterable[tuple[int, int]]
) -> tuple[Side, bool]:
    """Give the blocks most of whose words lie in the spans; failing that, the one with most."""
    counts: Counter[int] = Counter()
    for start, length in spans:
        end = start + length
        n = bisect_right(starts, start) - 1
        while n < len(blocks) and starts[n] < end:
            counts[n] += min(end, starts[n + 1]) - max(start, starts[n])
            n += 1
    copied = [n for n, c in counts.items() if c >= _COPIED_SHARE * len(blocks[n].words) > 0]
    return (
        (tuple(sorted(copied)), True) if copied else ((max(counts, key=counts.__getitem__),), False)
    )


def _grown(blocks: Sequence[Block], earlier: Side, later: Side) -> tuple[Side, Side]:
    """Let both ends grow while the blocks beyond them are equal."""
    a, b = earlier[-1] + 1, later[-1] + 1
    while a < later[0] and b < len(blocks) and _is_equal(blocks[a], blocks[b]):
        a, b = a + 1, b + 1
    earlier, later = (*earlier, *range(earlier[-1] + 1, a)), (*later, *range(later[-1] + 1, b))
    a, b = earlier[0], later[0]
    while a > 0 and b - 1 > earlier[-1] and _is_equal(blocks[a - 1], blocks[b - 1]):
        a, b = a - 1, b - 1
    return (*range(a, earlier[0]), *earlier), (*range(b, later[0]), *later)


def _is_equal(one: Block, other: Block) -> bool:
    return one.words == other.words if one.words else one.text == other.text


def _filled(blocks: Sequence[Block], side: Side, other: Side) -> Side:
    """Add the blocks between that the other side has too."""
    there = {blocks[n].words for n in range(other[0], other[-1] + 1)}
    here = set(side)
    between = range(side[0], side[-1] + 1)
    return tuple(n for n in between if n in here or blocks[n].words in there)
