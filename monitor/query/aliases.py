"""What can be said of the aliases of concepts: which are used, which do any work. Pure."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from monitor.query.index import TopicIndex
from monitor.query.tree import Concept, Phrase, Tree, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.query.story import Text


def concepts_of(trees: Iterable[Tree]) -> dict[str, Concept]:
    """Give the concepts that topics use, by name."""
    found = {}
    pending = list(trees)
    while pending:
        tree = pending.pop()
        if isinstance(tree, Concept):
            found[tree.name] = tree
        else:
            pending += parts_of(tree)
    return found


def unused(names: Iterable[str], trees: Iterable[Tree]) -> list[str]:
    """Give, of the names of all concepts, those that no topic uses."""
    used = concepts_of(trees)
    return [name for name in names if name not in used]


def stories_by_alias(
    concepts: Iterable[Concept], texts: Iterable[Text]
) -> dict[tuple[str, str], int]:
    """Count for each alias, as (concept, alias), the texts that have it: 0 if it never matched."""
    aliases = [(concept.name, alias) for concept in concepts for alias in concept.parts]
    index = TopicIndex({str(nth): alias for nth, (_, alias) in enumerate(aliases)})
    counted = Counter(nth for text in texts for nth in index.match(text))
    return {(name, str(alias)): counted[str(nth)] for nth, (name, alias) in enumerate(aliases)}


def needless(concept: Concept) -> dict[str, str]:
    """Give the aliases that find only what another one finds anyway, each with that one.

    Korea Utara Raya is needless beside Korea Utara, and so is Korea-Utara after it.
    """
    phrases = [part for part in concept.parts if isinstance(part, Phrase)]
    first: dict[tuple[str, ...], Phrase] = {}
    for alias in phrases:
        if all(term.kind in {"word", "inflected"} for term in alias.terms):
            first.setdefault(tuple(term.text for term in alias.terms), alias)
        elif len(alias.terms) == 1 and alias.terms[0].kind == "prefix":
            first.setdefault((alias.terms[0].text, "*"), alias)
    found = {}
    for alias in phrases:
        others = (first[part] for part in _parts(alias) if part in first)
        other = next((each for each in others if each is not alias), None)
        if other is not None:
            found[str(alias)] = str(other)
    return found


def _parts(alias: Phrase) -> Iterator[tuple[str, ...]]:
    """Give every run of words in an alias, and every beginning of one of its words."""
    literal = [term.text if term.kind in {"word", "exact"} else "" for term in alias.terms]
    for start, end in combinations(range(len(literal) + 1), 2):
        if all(literal[start:end]):
            yield tuple(literal[start:end])
    for term in alias.terms:
        if term.kind in {"word", "exact", "prefix"}:
            yield from ((term.text[:end], "*") for end in range(1, len(term.text) + 1))
