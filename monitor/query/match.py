"""Whether a story is what a topic waits for, and where it says so. Pure; says what FTS5 says.

The reference is SQLite's FTS5 wherever both can express a query; a property test holds them equal.
"""

from __future__ import annotations

from datetime import UTC
from itertools import chain, islice, starmap
from operator import attrgetter
from typing import TYPE_CHECKING

from monitor.query.near import near
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


MOST_HITS = 500  # of one clause in one place, that are shown: no newspaper story has more


def find(tree: Tree, story: Story, scope: Sequence[Range]) -> list[Hit] | None:
    """Give the hits in a scope that make the tree true: none for an absence, null for false.

    Of a word that stands everywhere about MOST_HITS hits are given; NEAR and ATLEAST see them all.
    """
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


def _find(tree: Tree, story: Story, scope: Scope, *, whole: bool = False) -> Found:
    """Ask every group of a scope at once; with `whole` leave no hit out, and sort them by place."""
    kind = "whole" if whole else "shown"
    return story.once(kind, tree, scope, lambda: _asked(tree, story, scope, whole=whole))


def _asked(tree: Tree, story: Story, scope: Scope, *, whole: bool) -> Found:
    match tree:
        case Phrase():
            return _phrase(tree, scope, whole=whole)
        case And():
            return _all(tree.parts, story, scope, whole=whole)
        case Or() | Concept():
            return _any(tree.parts, story, scope, whole=whole)
        case Not():
            refused = _find(tree.part, story, scope)
            return {group: [] for group in scope.numbers - refused.keys()}
        case Near():
            return _near(tree, story, scope, whole=whole)
        case InField():
            return _find(tree.part, story, story.scope_of(story.ranges(tree.name)), whole=whole)
        case Within():
            return _within(tree, story, scope, whole=whole)
        case AtLeast():
            return _at_least(tree, story, scope, whole=whole)
        case Value() | Published():
            hits = _declared(tree, story)
            return {} if hits is None else dict.fromkeys(scope.numbers, hits)


def _phrase(phrase: Phrase, scope: Scope, *, whole: bool) -> Found:
    found: Found = {}
    length = len(phrase.terms)
    for field in scope.fields:
        if starts := field.starts(phrase.terms):
            for group, start in scope.runs(field, starts, length, None if whole else MOST_HITS):
                found.setdefault(group, []).append(Hit(field, start, start + length))
    return found


def _all(parts: Iterable[Tree], story: Story, scope: Scope, *, whole: bool) -> Found:
    found: list[Found] = []
    groups = scope.numbers
    for part in parts:
        found.append(_find(part, story, scope, whole=whole))
        groups &= found[-1].keys()
        if not groups:
            return {}
    each = _unlike(found)
    return {group: list(chain.from_iterable(one[group] for one in each)) for group in groups}


def _any(parts: Iterable[Tree], story: Story, scope: Scope, *, whole: bool) -> Found:
    each = _unlike(_find(part, story, scope, whole=whole) for part in parts)
    if len(each) == 1:
        return each[0]
    joined: Found = {}
    for found in each:
        _add(joined, found.items(), whole=whole)
    if whole:
        for hits in joined.values():
            hits.sort(key=_PLACE)
    return joined


_START, _END, _PLACE = attrgetter("start"), attrgetter("end"), attrgetter("start", "end")


def _unlike(found: Iterable[Found]) -> list[Found]:
    """Leave out what is there already: equal clauses of a topic are the same one."""
    return list({id(each): each for each in found}.values())


def _add(joined: Found, found: Iterable[tuple[int, list[Hit]]], *, whole: bool) -> None:
    for group, hits in found:
        known = joined.setdefault(group, [])
        if whole or len(known) < MOST_HITS:
            known += hits


def _within(tree: Within, story: Story, scope: Scope, *, whole: bool) -> Found:
    pieces = scope.divided(tree.unit)
    found: Found = {}
    inner = _find(tree.part, story, pieces.scope, whole=whole)
    _add(found, ((pieces.parents[nth], hits) for nth, hits in inner.items()), whole=whole)
    return found


def _at_least(tree: AtLeast, story: Story, scope: Scope, *, whole: bool) -> Found:
    def counted() -> dict[int, int]:
        found = _find(tree.part, story, scope, whole=True)
        return {group: _apart(hits) for group, hits in found.items()}

    counts = story.once("count", tree.part, scope, counted)
    found = _find(tree.part, story, scope, whole=whole)
    return {group: found[group] for group, count in counts.items() if count >= tree.count}


def _apart(hits: list[Hit]) -> int:
    """Count the hits that do not overlap."""
    count = 0
    name, end = "", 0
    for hit in sorted(hits, key=lambda hit: (hit.field.name, hit.end)):
        if hit.field.name != name or hit.start >= end:
            count += 1
            name, end = hit.field.name, hit.end
    return count


def _near(tree: Near, story: Story, scope: Scope, *, whole: bool) -> Found:
    pieces = scope.divided("stretch")  # what is near stands in one stretch
    operands = []
    groups = pieces.scope.numbers
    for part in tree.parts:
        operands.append(_find(part, story, pieces.scope, whole=True))
        groups &= operands[-1].keys()
        if not groups:
            return {}
    found: Found = {}
    most = None if whole else max(MOST_HITS // len(groups), 1)
    for group in sorted(groups):
        rows = near([each[group] for each in operands], tree.distance, ordered=tree.ordered)
        hits = [
            Hit(row[0].field, min(map(_START, row)), max(map(_END, row)), row)
            for row in islice(rows, most)
        ]
        if hits:
            _add(found, [(pieces.parents[group], hits)], whole=True)
    if whole:
        for hits in found.values():
            hits.sort(key=_PLACE)
    return found


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
