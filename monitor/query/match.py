"""Whether a story is what a topic waits for, and where it says so. Pure; says what FTS5 says.

The reference is SQLite's FTS5 wherever both can express a query; a property test holds them equal.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from monitor.query.story import Field, Range, Span, Story
from monitor.query.tree import (
    And,
    AtLeast,
    Concept,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Published,
    Tree,
    Value,
    Within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Hit(NamedTuple):
    """The words first to after (excluded) of a field; parts, when they are not one phrase."""

    field: Field
    start: int
    end: int
    parts: tuple[Hit, ...] = ()


Scope: TypeAlias = "Sequence[Range]"


def find(tree: Tree, story: Story, scope: Scope) -> list[Hit] | None:
    """Give the hits in a scope that make the tree true: none for an absence, null for false."""
    match tree:
        case Phrase():
            return [hit for place in scope for hit in _phrase(tree, place)] or None
        case And():
            return _all(tree.parts, story, scope)
        case Or() | Concept():
            return _any(tree.parts, story, scope)
        case Not():
            return [] if find(tree.part, story, scope) is None else None
        case Near():
            return [hit for place in scope for hit in _near(tree, story, place)] or None
        case InField():
            return find(tree.part, story, story.ranges(tree.name))
        case Within():
            return _within(tree, story, scope)
        case AtLeast():
            hits = find(tree.part, story, scope)
            return hits if hits is not None and _apart(hits) >= tree.count else None
        case Value() | Published():
            return _declared(tree, story)


def spans_of(hits: Iterable[Hit]) -> tuple[Span, ...]:
    """Give where the hits stand in the original texts: sorted, none touching another's words."""
    found = sorted(set(_leaves(hits)))
    spans: list[Span] = []
    for span in found:
        last = spans[-1] if spans else None
        if last and last.field == span.field and span.start < last.end:
            spans[-1] = Span(last.field, last.start, max(last.end, span.end))
        else:
            spans.append(span)
    return tuple(spans)


def _leaves(hits: Iterable[Hit]) -> Iterable[Span]:
    for hit in hits:
        if hit.parts:
            yield from _leaves(hit.parts)
        elif hit.start < hit.end:
            offsets = hit.field.offsets
            yield Span(hit.field.name, offsets[hit.start][0], offsets[hit.end - 1][1])


def _phrase(phrase: Phrase, place: Range) -> list[Hit]:
    field, first, after = place
    length = len(phrase.terms)
    places = [field.places(term) for term in phrase.terms]
    if length == 1:
        starts = places[0]
    elif all(places):
        shifted = ({at - nth for at in each} for nth, each in enumerate(places))
        starts = sorted(set.intersection(*shifted))
    else:
        return []
    return [
        Hit(field, start, start + length)
        for start in starts[bisect_left(starts, first) :]
        if start + length <= after
    ]


def _all(parts: Iterable[Tree], story: Story, scope: Scope) -> list[Hit] | None:
    hits: list[Hit] = []
    for part in parts:
        found = find(part, story, scope)
        if found is None:
            return None
        hits += found
    return hits


def _any(parts: Iterable[Tree], story: Story, scope: Scope) -> list[Hit] | None:
    found = [hits for part in parts if (hits := find(part, story, scope)) is not None]
    return [hit for hits in found for hit in hits] if found else None


def _within(tree: Within, story: Story, scope: Scope) -> list[Hit] | None:
    found = []
    for field, first, after in scope:
        for start, end in field.sentences if tree.unit == "sentence" else field.paragraphs:
            inner = (field, max(start, first), min(end, after))
            if inner[1] < inner[2]:
                found.append(find(tree.part, story, (inner,)))
    is_true = any(hits is not None for hits in found)
    return [hit for hits in found if hits for hit in hits] if is_true else None


def _near(tree: Near, story: Story, place: Range) -> Iterable[Hit]:
    operands = []
    for part in tree.parts:
        hits = find(part, story, (place,))
        if not hits:
            return []
        operands.append(sorted(hits, key=lambda hit: (hit.start, hit.end)))
    groups = _rows(operands) if tree.ordered else _clumps(operands)
    return [
        Hit(place[0], min(hit.start for hit in group), max(hit.end for hit in group), group)
        for group in groups
        if max(hit.start for hit in group) - min(hit.end for hit in group) <= tree.distance
    ]


def _clumps(operands: list[list[Hit]]) -> Iterable[tuple[Hit, ...]]:
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


def _rows(operands: list[list[Hit]]) -> Iterable[tuple[Hit, ...]]:
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


def _apart(hits: list[Hit]) -> int:
    """Count the hits that do not overlap."""
    count = 0
    name, end = "", 0
    for hit in sorted(hits, key=lambda hit: (hit.field.name, hit.end)):
        if hit.field.name != name or hit.start >= end:
            count += 1
            name, end = hit.field.name, hit.end
    return count


def _declared(tree: Value | Published, story: Story) -> list[Hit] | None:
    if isinstance(tree, Published):
        return _published(tree, story)
    if tree.name == "event":
        return [] if tree.value in story.text.events else None
    value = story.folded_value(tree.name)
    if not (value.startswith(tree.value) if tree.is_prefix else value == tree.value):
        return None
    field = story.field(tree.name)
    return [Hit(field, 0, len(field.words))]


def _published(tree: Published, story: Story) -> list[Hit] | None:
    published = story.text.published
    if published is None:
        return None
    is_after = published.astimezone(UTC).date() >= tree.day
    return [] if is_after == (tree.name == "after") else None
