"""Why a story is a hit of a topic or is none, clause by clause. Decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.query.match import find, spans_of
from monitor.query.story import Range, Span, Story, Text
from monitor.query.tree import InField, Tree, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Explanation:
    """One clause of a topic and what became of it.

    The children of SENT, PARA and NEAR are looked for anywhere: they tell whether the words are
    missing or only stand too far apart.
    """

    clause: str
    matched: bool
    spans: tuple[Span, ...]
    children: tuple[Explanation, ...]


def explain(tree: Tree, text: Text) -> Explanation:
    """Say of each clause whether and where it matched."""
    story = Story(text)
    return _explained(tree, story, story.everywhere)


def _explained(tree: Tree, story: Story, scope: Sequence[Range]) -> Explanation:
    hits = find(tree, story, scope)
    inner = story.ranges(tree.name) if isinstance(tree, InField) else scope
    children = tuple(_explained(part, story, inner) for part in parts_of(tree))
    return Explanation(str(tree), hits is not None, spans_of(hits or ()), children)
