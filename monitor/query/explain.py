"""Why a story is a hit of a topic or is none, clause by clause. Decides nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.query.match import find, spans_of
from monitor.query.story import Range, Span, Story, Text
from monitor.query.tree import InField, Phrase, Tree, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Explanation:
    """One clause of a topic and what became of it.

    The children of SENT, PARA and NEAR are looked for anywhere: they tell whether the words are
    missing or only stand too far apart. `forms` are the words that a ~word found, as they are
    printed; empty for every other clause.
    """

    clause: str
    matched: bool
    spans: tuple[Span, ...]
    children: tuple[Explanation, ...]
    forms: tuple[str, ...] = ()


def explain(tree: Tree, text: Text) -> Explanation:
    """Say of each clause whether and where it matched."""
    story = Story(text)
    return _explained(tree, story, story.everywhere)


def _explained(tree: Tree, story: Story, scope: Sequence[Range]) -> Explanation:
    hits = find(tree, story, scope)
    inner = story.ranges(tree.name) if isinstance(tree, InField) else scope
    children = tuple(_explained(part, story, inner) for part in parts_of(tree))
    spans = spans_of(hits or ())
    return Explanation(str(tree), hits is not None, spans, children, _forms(tree, story, spans))


def _forms(tree: Tree, story: Story, spans: Sequence[Span]) -> tuple[str, ...]:
    if not isinstance(tree, Phrase) or all(term.kind != "inflected" for term in tree.terms):
        return ()
    printed = (story.value(span.field)[span.start : span.end] for span in spans)
    return tuple(dict.fromkeys(printed))
