"""Whether a story is what a topic waits for, and where it says so. Pure; says what FTS5 says.

The reference is SQLite's FTS5 wherever both can express a query; a property test holds them equal.
"""

from __future__ import annotations

from datetime import UTC
from itertools import chain, starmap
from operator import attrgetter
from typing import TYPE_CHECKING

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
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.query.scope import Scope
    from monitor.query.story import Found, Range, Story


def find(tree: Tree, story: Story, scope: Sequence[Range]) -> list[Hit] | None:
    """Give the hits in a scope that make the tree true: none for an absence, null for false."""
    return _find(tree, story, story.scope_of(scope)).get(0)


def spans_of(hits: Iterable[Hit]) -> tuple[Span, ...]:
    """Give where the hits stand in the original texts: sorted, none touching another's words."""
    spans: list[tuple[str, int, int]] = []
    for name, start, end in sorted(set(_places(hits))):
        last = spans[-1] if spans else ("", 0, 0)
        if last[0] == name and start < last[2]:
            spans[-1] = (name, last[1], max(last[2], end))
        else:
            spans.append((name, start, end))
    return tuple(starmap(Span, spans))


def _places(hits: Iterable[Hit]) -> Iterator[tuple[str, int, int]]:
    """Give the field, start and end of every phrase in the hits."""
    pending = list(hits)
    known = set()  # NEAR in NEAR in NEAR hands the same few hits up many times
    while pending:
        field, start, end, parts = hit = pending.pop()
        if not parts:
            if start < end:
                yield field.name, field.offsets[start][0], field.offsets[end - 1][1]
        elif id(hit) not in known:
            known.add(id(hit))
            pending += parts


def _find(tree: Tree, story: Story, scope: Scope) -> Found:
    """Ask every group of a scope at once; what was asked before is remembered with the story."""
    known = story.remembered(tree, scope)
    if known is None:
        known = _asked(tree, story, scope)
        story.remember(tree, scope, known)
    return known


def _asked(tree: Tree, story: Story, scope: Scope) -> Found:
    match tree:
        case Phrase():
            return _phrase(tree, scope)
        case And():
            return _all(tree.parts, story, scope)
        case Or() | Concept():
            return _any(tree.parts, story, scope)
        case Not():
            refused = _find(tree.part, story, scope)
            return {group: [] for group in scope.numbers - refused.keys()}
        case Near():
            return _near(tree, story, scope)
        case InField():
            return _find(tree.part, story, story.scope_of(story.ranges(tree.name)))
        case Within():
            pieces = scope.divided(tree.unit)
            return _gathered(_find(tree.part, story, pieces.scope), pieces.parents)
        case AtLeast():
            found = _find(tree.part, story, scope)
            return {group: hits for group, hits in found.items() if _apart(hits) >= tree.count}
        case Value() | Published():
            hits = _declared(tree, story)
            return {} if hits is None else dict.fromkeys(scope.numbers, hits)


def _phrase(phrase: Phrase, scope: Scope) -> Found:
    found: Found = {}
    length = len(phrase.terms)
    for field in scope.fields:
        if starts := field.starts(phrase.terms):
            for group, start in scope.runs(field, starts, length):
                found.setdefault(group, []).append(Hit(field, start, start + length))
    return found


def _all(parts: Iterable[Tree], story: Story, scope: Scope) -> Found:
    found: list[Found] = []
    groups = scope.numbers
    for part in parts:
        found.append(_find(part, story, scope))
        groups &= found[-1].keys()
        if not groups:
            return {}
    return {group: list(chain.from_iterable(each[group] for each in found)) for group in groups}


def _any(parts: Iterable[Tree], story: Story, scope: Scope) -> Found:
    each = [found for part in parts if (found := _find(part, story, scope))]
    if len(each) == 1:
        return each[0]
    joined: Found = {}
    for found in {id(found): found for found in each}.values():
        for group, hits in found.items():
            joined.setdefault(group, []).extend(hits)
    return joined


def _gathered(found: Found, parents: Sequence[int]) -> Found:
    gathered: Found = {}
    for group, hits in found.items():
        gathered.setdefault(parents[group], []).extend(hits)
    return gathered


def _near(tree: Near, story: Story, scope: Scope) -> Found:
    pieces = scope.divided("stretch")  # what is near stands in one stretch
    operands = []
    groups = pieces.scope.numbers
    for part in tree.parts:
        operands.append(_find(part, story, pieces.scope))
        groups &= operands[-1].keys()
        if not groups:
            return {}
    close = rows if tree.ordered else clumps
    found: Found = {}
    for group in groups:
        hits = [sorted(each[group], key=attrgetter("start", "end")) for each in operands]
        joined = [
            Hit(row[0].field, min(hit.start for hit in row), max(hit.end for hit in row), row)
            for row in close(hits)
            if max(hit.start for hit in row) - min(hit.end for hit in row) <= tree.distance
        ]
        if joined:
            found[group] = joined
    return _gathered(found, pieces.parents)


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
