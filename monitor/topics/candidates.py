"""Which stories full-text search must show to a topic: never misses one, shows some in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import search
from monitor.query.tree import And, AtLeast, Concept, InField, Near, Or, Phrase, Tree, Within

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = {"title": "headline", "lead": "text", "body": "text"}  # of full-text search, by field
DEEPEST = 12  # clauses within clauses; the parser of FTS5 holds a hundred symbols at a time


def question(tree: Tree, column: str = "", depth: int = 0) -> str | None:
    """Ask for all that can make a tree true; null when that may be any story, or asks too much."""
    if depth > DEEPEST:
        return None
    depth += 1
    match tree:
        case Phrase():
            return search.all_of(_runs(tree, column))
        case And() | Near():
            asked = (question(part, column, depth) for part in tree.parts)
            return search.all_of(part for part in asked if part is not None)
        case Or() | Concept():
            parts = [question(part, column, depth) for part in tree.parts]
            known = [part for part in parts if part is not None]
            return search.any_of(known) if len(known) == len(parts) else None
        case Within() | AtLeast():
            return question(tree.part, column, depth)
        case InField() if tree.name in COLUMNS:
            return question(tree.part, COLUMNS[tree.name], depth)
        case _:  # an absence, a day, a field that full-text search does not hold
            return None


def _runs(phrase: Phrase, column: str) -> Iterator[str]:
    """Cut a phrase where full-text search cannot follow: only its last word may be a prefix."""
    run: list[str] = []
    for term in phrase.terms:
        if term.kind in {"word", "exact"}:
            run.append(term.text)
            continue
        head = term.text.partition("?")[0] if term.kind in {"prefix", "pattern"} else ""
        if head:
            yield search.phrase([*run, head], column, is_prefix=True)
        elif run:
            yield search.phrase(run, column)
        run = []
    if run:
        yield search.phrase(run, column)
