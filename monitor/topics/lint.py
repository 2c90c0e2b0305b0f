"""What the author of a watchlist may have meant otherwise: warnings with file and line.

Nothing of it is refused: what is warned of does what the language says.
"""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType
from typing import TYPE_CHECKING

from config.documents import Problem
from monitor.counting import counted
from monitor.query.tree import (
    And,
    AtLeast,
    Concept,
    Not,
    Or,
    Phrase,
    Published,
    Term,
    Tree,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.settings import Place, Settings

SHORT_PREFIX = 4  # letters: treat* finds treaties and treatment, tre* trees and trends too


def lint(
    settings: Settings, trees: Mapping[str, Tree], mutes: Mapping[str, Tree] = MappingProxyType({})
) -> Iterator[Problem]:
    """Warn of what the files alone show; `mutes` are the words that mute hits of topics."""
    for name, tree in trees.items():
        for message in _of_clause(tree):
            yield Problem(*settings.places["query", name], f"topic {name}", message)
    used = concepts_of([*trees.values(), *mutes.values()])
    spoken = languages(settings)
    for name, concept in settings.concepts.items():
        where = (*settings.places["concept", name], f"concept {name}")
        if name not in used:
            yield Problem(*where, "no topic uses it")
            continue
        if missing := spoken - {each.partition("-")[0] for each in concept.aliases}:
            yield Problem(
                *where, f"has no alias in {', '.join(sorted(missing))}, in which sources are"
            )
        yield from _of_concept(settings, used[name])


def languages(settings: Settings) -> set[str]:
    """Give the languages that sources are declared to be in, varieties aside."""
    return {source.lang.partition("-")[0] for source in settings.sources if source.lang}


def concepts_of(trees: Iterable[Tree]) -> dict[str, Concept]:
    """Give the concepts that are used in trees, by name."""
    found: dict[str, Concept] = {}
    for tree in trees:
        found |= {tree.name: tree} if isinstance(tree, Concept) else concepts_of(parts_of(tree))
    return found


def aliases_of(settings: Settings, concept: Concept) -> dict[str, list[tuple[Tree, Place]]]:
    """Give the aliases of a concept by language, each with its place."""
    parts = iter(concept.parts)
    return {
        language: [
            (next(parts), settings.places["alias", f"{concept.name}.{language}[{nth}]"])
            for nth in range(len(words))
        ]
        for language, words in settings.concepts[concept.name].aliases.items()
    }


def _of_concept(settings: Settings, concept: Concept) -> Iterator[Problem]:
    for language, placed in aliases_of(settings, concept).items():
        key = f"concept {concept.name}.{language}"
        for alias, place in placed:
            for message in _of_clause(alias):
                yield Problem(*place, key, message)
        for nth, message in _repeated([alias for alias, _ in placed]):
            yield Problem(*placed[nth][1], key, message)


def _of_clause(tree: Tree) -> Iterator[str]:
    match tree:
        case Phrase():
            yield from _short(tree)
        case And():
            yield from _contradictions(tree)
            yield from (message for _, message in _repeated(tree.parts))
        case Or():
            yield from (message for _, message in _repeated(tree.parts))
        case AtLeast(count=1):
            yield f"{tree} says no more than {tree.part}"
    if not isinstance(tree, Concept):
        for part in parts_of(tree):
            yield from _of_clause(part)


def _short(phrase: Phrase) -> Iterator[str]:
    """Find a short prefix that stands alone; in a phrase its neighbours hold it."""
    first = phrase.terms[0]
    if len(phrase.terms) == 1 and first.kind == "prefix" and len(first.text) < SHORT_PREFIX:
        letters = counted(len(first.text), "letter", "letters")
        yield f"{phrase} finds all that begins with {letters}: add some"


def _contradictions(tree: And) -> Iterator[str]:
    for part in tree.parts:
        if isinstance(part, Not) and part.part in tree.parts:
            yield f"{part.part} must be there and must not: this never matches"
    days = [part for part in tree.parts if isinstance(part, Published)]
    for after, before in combinations(sorted(days, key=lambda part: part.name), 2):
        if after.name != before.name and after.day >= before.day:
            yield f"no day is {after} and {before}: this never matches"


def _repeated(parts: Sequence[Tree]) -> Iterator[tuple[int, str]]:
    """Find what is said twice, and what a prefix beside it finds as well: which part, and why."""
    first: dict[Tree, Tree] = {}
    for nth, part in enumerate(parts):
        if part in first:
            yield nth, f"{part} says the same as {first[part]} before it"
        first.setdefault(part, part)
    wide = [part for part in first if isinstance(part, Phrase) and _has_prefix(part)]
    for nth, part in enumerate(parts):
        for other in wide:
            if isinstance(part, Phrase) and part != other and _covers(other, part):
                yield nth, f"{part} is found by {other} already"


def _has_prefix(phrase: Phrase) -> bool:
    return any(term.kind == "prefix" for term in phrase.terms)


def _covers(wide: Phrase, narrow: Phrase) -> bool:
    return len(wide.terms) == len(narrow.terms) and all(
        _begins(one, other) if one.kind == "prefix" else one == other
        for one, other in zip(wide.terms, narrow.terms, strict=True)
    )


def _begins(prefix: Term, other: Term) -> bool:
    is_plain = other.kind in {"word", "exact", "prefix"}
    return is_plain and other.text.startswith(prefix.text)
