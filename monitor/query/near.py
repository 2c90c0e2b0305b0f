"""Which hits of several operands stand near one another. Never looks at the words."""

from __future__ import annotations

from bisect import bisect_left
from heapq import merge
from itertools import compress, groupby, repeat
from operator import attrgetter, itemgetter, sub
from typing import TYPE_CHECKING

from monitor.query.bits import packed, spread, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.query.story import Hit


FEW = 50  # hits, which are sooner compared than sorted out
_START, _END = attrgetter("start"), attrgetter("end")


def near(
    operands: Sequence[list[Hit]], distance: int, *, ordered: bool
) -> Iterator[tuple[Hit, ...]]:
    """Give one hit of each operand, wherever such stand near; each operand is sorted by place.

    Near is: at most `distance` words between the end of the first and the start of the last.
    """
    is_long = sum(map(len, operands)) > FEW
    possible = _within_reach(operands, distance) if is_long else operands
    for row in _rows(possible) if ordered else _clumps(possible):
        if max(map(_START, row)) - min(map(_END, row)) <= distance:
            yield row


def _within_reach(operands: Sequence[list[Hit]], distance: int) -> list[list[Hit]]:
    """Leave out the hits that have none of some other operand within reach."""
    longest = max(max(map(sub, map(_END, hits), map(_START, hits))) for hits in operands)
    first = min(hits[0].start for hits in operands)
    count = max(hits[-1].start for hits in operands) + 1 - first
    starts = [[start - first for start in map(_START, hits)] for hits in operands]
    common = (1 << count) - 1
    for each in starts:
        common &= spread(packed(each, count), distance + longest)
    places = set(unpacked(common))
    return [
        list(compress(hits, map(places.__contains__, each)))
        for hits, each in zip(operands, starts, strict=True)
    ]


def _clumps(operands: Sequence[list[Hit]]) -> Iterator[tuple[Hit, ...]]:
    """For each place, of every operand the hit that began until there and ends last."""
    lines = (zip(map(_START, hits), repeat(nth), hits) for nth, hits in enumerate(operands))
    latest: dict[int, Hit] = {}
    for _, arriving in groupby(merge(*lines, key=itemgetter(0)), key=itemgetter(0)):
        for _, nth, hit in arriving:
            if nth not in latest or hit.end > latest[nth].end:
                latest[nth] = hit
        if len(latest) == len(operands):
            yield tuple(latest.values())


def _rows(operands: Sequence[list[Hit]]) -> Iterator[tuple[Hit, ...]]:
    """For each hit of the first operand, the next of the second, and so on, the earliest to end."""
    starts = [[hit.start for hit in hits] for hits in operands]
    soonest = [_soonest(hits) for hits in operands]
    last = len(operands) - 1
    for first in operands[0]:
        row = [first]
        for nth in range(1, len(operands)):
            upcoming = bisect_left(starts[nth], row[-1].end)
            if upcoming == len(starts[nth]):
                break
            row.append(operands[nth][upcoming] if nth == last else soonest[nth][upcoming])
        else:
            yield tuple(row)


def _soonest(hits: list[Hit]) -> list[Hit]:
    """For each hit: which of it and those after it ends first."""
    soonest = hits[:]
    for nth in range(len(hits) - 2, -1, -1):
        if soonest[nth + 1].end < soonest[nth].end:
            soonest[nth] = soonest[nth + 1]
    return soonest
