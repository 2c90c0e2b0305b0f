"""Where a clause is looked for: stretches of words, in groups. Never knows an operator.

The stretches of one group count as one place, as headline and body do for a whole topic. In SENT
every sentence is a group of its own, and all of them are asked at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.query.story import Field, Range

Unit: TypeAlias = Literal["stretch", "sentence", "paragraph"]


class Divided(NamedTuple):
    """A scope in pieces, each a group of its own, and the group from which each was cut."""

    scope: Scope
    parents: list[int]


class Scope:
    """Stretches that do not overlap, each with the number of its group.

    `numbers` are those of all groups; one that has no stretch is a place without words.
    """

    def __init__(
        self, stretches: Sequence[Range], groups: Sequence[int], numbers: Iterable[int]
    ) -> None:
        self.stretches = stretches
        self.groups = groups
        self.numbers = frozenset(numbers)
        self._divided: dict[Unit, Divided] = {}

    def divided(self, unit: Unit) -> Divided:
        """Cut every stretch into its sentences or paragraphs, or leave it whole."""
        if unit not in self._divided:
            pairs = zip(self.stretches, self.groups, strict=True)
            cut = [(piece, group) for each, group in pairs for piece in _pieces(each, unit)]
            numbers = range(len(cut))
            scope = Scope([piece for piece, _ in cut], numbers, numbers)
            self._divided[unit] = Divided(scope, [group for _, group in cut])
        return self._divided[unit]

    def runs(
        self, field: Field, starts: Sequence[int], length: int, most: int | None
    ) -> Iterable[tuple[int, int]]:
        """Give, of runs of so many words in a field, (group, start) of those within a stretch.

        When there is one stretch, at most so many of them; with null, all.
        """
        firsts, afters, groups = self._edges[field.name]
        if len(firsts) == 1:
            low = bisect_left(starts, firsts[0])
            high = bisect_right(starts, afters[0] - length, low)
            return zip(repeat(groups[0]), islice(starts[low:high], most), strict=False)
        placed = ((bisect_right(firsts, start) - 1, start) for start in starts)
        return [
            (groups[nth], start)
            for nth, start in placed
            if nth >= 0 and start + length <= afters[nth]
        ]

    @cached_property
    def fields(self) -> list[Field]:
        """The fields in which there are stretches."""
        return list({field.name: field for field, _, _ in self.stretches}.values())

    @cached_property
    def _edges(self) -> dict[str, tuple[list[int], list[int], list[int]]]:
        """Of each field: where its stretches begin and end, in order, and their groups."""
        edges: dict[str, tuple[list[int], list[int], list[int]]] = {}
        pairs = zip(self.stretches, self.groups, strict=True)
        for (field, first, after), group in sorted(pairs, key=lambda pair: pair[0][1]):
            firsts, afters, groups = edges.setdefault(field.name, ([], [], []))
            firsts.append(first)
            afters.append(after)
            groups.append(group)
        return edges


def _pieces(stretch: Range, unit: Unit) -> Iterator[Range]:
    field, first, after = stretch
    if unit == "stretch":
        yield stretch
        return
    pieces = field.sentences if unit == "sentence" else field.paragraphs
    begun = bisect_right(pieces, first, key=itemgetter(0))
    for start, end in islice(pieces, max(begun - 1, 0), None):
        if start >= after:
            return
        if max(start, first) < min(end, after):
            yield field, max(start, first), min(end, after)
