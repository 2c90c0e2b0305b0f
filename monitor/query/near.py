"""Which hits of several operands stand closest to one another. Never looks at the words."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.query.story import Hit


def clumps(operands: list[list[Hit]]) -> Iterator[tuple[Hit, ...]]:
    """For each place, of every operand the hit that began until there and ends last."""
    upcoming = [0] * len(operands)
    latest: list[Hit | None] = [None] * len(operands)
    for start in sorted({hit.start for hits in operands for hit in hits}):
        for nth, hits in enumerate(operands):
            while upcoming[nth] < len(hits) and hits[upcoming[nth]].start <= start:
                hit, known = hits[upcoming[nth]], latest[nth]
                latest[nth] = hit if known is None or hit.end > known.end else known
                upcoming[nth] += 1
        group = tuple(hit for hit in latest if hit is not None)
        if len(group) == len(operands):
            yield group


def rows(operands: list[list[Hit]]) -> Iterator[tuple[Hit, ...]]:
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
