"""Whether a story is what a topic waits for, and where it says so. Pure; says what FTS5 says.

The reference is SQLite's FTS5 wherever both can express a query; a property test holds them equal.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias

from monitor.query.near import clumps, rows
from monitor.query.story import Hit, Span
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

    from monitor.query.story import Field, Range, Story


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
    pending = list(hits)
    known = set()  # NEAR in NEAR in NEAR hands the same few hits up many times
    while pending:
        hit = pending.pop()
        if id(hit) in known:
            continue
        known.add(id(hit))
        pending += hit.parts
        if not hit.parts and hit.start < hit.end:
            offsets = hit.field.offsets
            yield Span(hit.field.name, offsets[hit.start][0], offsets[hit.end - 1][1])


def _phrase(phrase: Phrase, place: Range) -> list[Hit]:
    field, first, after = place
    length = len(phrase.terms)
    starts = _starts(phrase, field)
    if starts and after - first < len(field.words):
        starts = starts[bisect_left(starts, first) : bisect_right(starts, after - length)]
    return [Hit(field, start, start + length) for start in starts]


def _starts(phrase: Phrase, field: Field) -> Sequence[int]:
    """Give the numbers of the words with which the phrase begins, in order."""
    if len(phrase.terms) == 1:
        return field.places(phrase.terms[0])
    places = []
    for term in phrase.terms:
        places.append(field.places(term))
        if not places[-1]:
            return ()
    shifted = [{at - nth for at in each} for nth, each in enumerate(places)]
    return sorted(set.intersection(*shifted))


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
    part = _possible(tree.part, scope)
    if part is None:
        return None
    found = []
    for field, first, after in scope:
        for start, end in field.sentences if tree.unit == "sentence" else field.paragraphs:
            inner = (field, max(start, first), min(end, after))
            if inner[1] < inner[2]:
                found.append(find(part, story, (inner,)))
    is_true = any(hits is not None for hits in found)
    return [hit for hits in found if hits for hit in hits] if is_true else None


def _possible(tree: Tree, scope: Scope) -> Tree | None:
    """Leave out the phrases that are nowhere in the scope, so that no sentence is asked for them.

    Null when no part of the scope can make the tree true.
    """
    match tree:
        case Phrase():
            return tree if any(_phrase(tree, place) for place in scope) else None
        case Or() | Concept():
            parts = [part for each in tree.parts if (part := _possible(each, scope)) is not None]
            return Or(tuple(parts)) if parts else None
        case And():
            kept: list[Tree] = []
            for each in tree.parts:
                part = _possible(each.part if isinstance(each, Not) else each, scope)
                if part is not None:
                    kept.append(Not(part) if isinstance(each, Not) else part)
                elif not isinstance(each, Not):
                    return None
            return And(tuple(kept))
        case _:
            return tree


def _near(tree: Near, story: Story, place: Range) -> Iterable[Hit]:
    operands = []
    for part in tree.parts:
        hits = find(part, story, (place,))
        if not hits:
            return []
        operands.append(sorted(hits, key=lambda hit: (hit.start, hit.end)))
    groups = rows(operands) if tree.ordered else clumps(operands)
    return [
        Hit(place[0], min(hit.start for hit in group), max(hit.end for hit in group), group)
        for group in groups
        if max(hit.start for hit in group) - min(hit.end for hit in group) <= tree.distance
    ]


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
