"""Why a story is a hit of a topic or is none, told in words. Never decides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.counting import counted
from monitor.query.explain import explain
from monitor.query.story import Story
from monitor.query.tree import (
    And,
    AtLeast,
    Concept,
    InField,
    Near,
    Not,
    Or,
    Published,
    Tree,
    Value,
    Within,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.query.explain import Explanation
    from monitor.query.story import Span, Text


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a story that caused a match, and where in a field they stand."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and what became of it; `why` it failed is null when it did not.

    The children of a concept are the aliases that are found: the others may be hundreds.
    """

    clause: str
    matched: bool
    why: str | None
    spans: tuple[Quote, ...]
    children: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a story is a hit, the words that make it one, and the tree of all clauses.

    `muted` says why nobody is told of the hit; null when somebody is, or when nobody knows.
    """

    matched: bool
    spans: tuple[Quote, ...]
    tree: Clause
    muted: str | None = None


def verdict(tree: Tree, text: Text, muted: str | None = None) -> Verdict:
    """Judge a story by a topic and say why; `muted` is why nobody would be told of a hit."""
    told = _clause(tree, explain(tree, text), Story(text))
    if not told.matched:
        return Verdict(matched=False, spans=(), tree=told)
    return Verdict(matched=True, spans=told.spans, tree=told, muted=muted)


def _clause(tree: Tree, found: Explanation, story: Story) -> Clause:
    parts: Iterable[tuple[Tree, Explanation]] = zip(parts_of(tree), found.children, strict=True)
    if isinstance(tree, Concept):  # an alias may stand in several languages
        parts = {str(part): (part, each) for part, each in parts if each.matched}.values()
    children = tuple(_clause(part, each, story) for part, each in parts)
    return Clause(
        clause=found.clause,
        matched=found.matched,
        why=None if found.matched else _why(tree, children, story),
        spans=tuple(_quote(span, story) for span in found.spans),
        children=children,
    )


def _quote(span: Span, story: Story) -> Quote:
    words = story.value(span.field)[span.start : span.end]
    return Quote(span.field, span.start, span.end, words)


def _why(tree: Tree, children: Sequence[Clause], story: Story) -> str:
    """Say why a clause failed; the children of NEAR, SENT and PARA were looked for anywhere."""
    is_all_there = all(child.matched for child in children)
    match tree:
        case And():
            failed = sum(not child.matched for child in children)
            return f"{failed} of {len(children)} clauses failed"
        case Or() | Concept():
            return f"none of {len(tree.parts)} is found"
        case Not():
            return "is found, and must not be"
        case Near() if is_all_there:
            order = "in this order " if tree.ordered else ""
            words = counted(tree.distance, "word", "words")
            return f"found, but nowhere {order}with at most {words} between"
        case Within() if is_all_there:
            return f"found, but not in one {tree.unit}"
        case AtLeast() if is_all_there:
            return f"found in fewer than {tree.count} places"
        case InField():
            return f"not found in {tree.name}"
        case Value() | Published():
            return _fact(tree, story)
        case _:
            return "not all of it is found" if children else "not found"


def _fact(tree: Value | Published, story: Story) -> str:
    """Say what the story is, where it was compared as a whole."""
    text = story.text
    if isinstance(tree, Published):
        return f"published {text.published:%Y-%m-%d}" if text.published else "its day is not known"
    value = ", ".join(sorted(text.events)) if tree.name == "event" else story.value(tree.name)
    return f"its {tree.name} is {value}" if value else f"its {tree.name} is not known"
