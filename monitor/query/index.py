"""All topics against one story, at the cost of the story's words. Never reads or stores anything.

Each topic needs certain words: of some sets of keys at least one each. It is filed under the set
that is rarest; a story looks up its own words and tries only the topics filed there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

from monitor.query.forms import Forms
from monitor.query.match import find, spans_of
from monitor.query.story import Span, Story, Text
from monitor.query.tree import (
    And,
    AtLeast,
    Concept,
    InField,
    Near,
    Or,
    Phrase,
    Term,
    Tree,
    Value,
    Within,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Needs: TypeAlias = tuple[frozenset[str], ...]  # of each set, one key must be in the story


class TopicIndex:
    """Topics by name, ready to be matched."""

    def __init__(self, topics: Mapping[str, Tree]) -> None:
        self._topics = dict(topics)
        self._needs = {name: _needs(tree) for name, tree in topics.items()}
        wanted = Counter(key for needs in self._needs.values() for keys in needs for key in keys)
        self._filed: defaultdict[str, list[str]] = defaultdict(list)
        self._always: list[str] = []  # topics that need no certain word
        for name, needs in self._needs.items():
            if not needs:
                self._always.append(name)
                continue
            for key in min(needs, key=lambda keys: _commonness(keys, wanted)):
                self._filed[key].append(name)
        self._has_pairs = any(map(_has_pair, topics.values()))
        self._prefix_lengths = {len(key) - 1 for key in wanted if key.endswith("*")}
        sought = frozenset().union(*map(_sought, topics.values()))
        self._forms = Forms(sought) if sought else None
        self._fields = {"title", "body"} | _word_fields(topics.values())

    def match(self, text: Text) -> dict[str, tuple[Span, ...]]:
        """Give the topics that the text matches, each with the spans that caused it."""
        story = Story(text, self._forms)
        present = self._present(story)
        filed = (self._filed[key] for key in self._filed.keys() & present)
        matches = {}
        for name in sorted({*self._always, *chain.from_iterable(filed)}):
            if any(present.isdisjoint(keys) for keys in self._needs[name]):
                continue
            hits = find(self._topics[name], story, story.everywhere)
            if hits is not None:
                matches[name] = spans_of(hits)
        return matches

    def _present(self, story: Story) -> set[str]:
        """Give all keys of a story: words, pairs of characters, prefixes, whole values."""
        words = {word for name in self._fields for word in story.field(name).words}
        present = set(words)
        for name in self._fields if self._has_pairs else ():
            pairs = pairwise(story.field(name).words)
            present.update([one + two for one, two in pairs if len(one) == len(two) == 1])
        for length in self._prefix_lengths:
            present.update([f"{word[:length]}*" for word in words])
        if self._forms:
            present.update(*map(story.keys, words))
        for name in ("source", "region", "lang"):
            present.add(f"{name}:{story.folded_value(name)}")
        present.update(f"event:{event}" for event in story.text.events)
        return present


def _commonness(keys: frozenset[str], wanted: Counter[str]) -> float:
    """Guess how often one of the keys is in a story: short words, and those of many topics."""
    return sum(wanted[key] * 4.0 ** -len(key) for key in keys)


def _word_fields(trees: Iterable[Tree]) -> set[str]:
    fields = set()
    for tree in trees:
        if isinstance(tree, InField) and tree.name != "lead":
            fields.add(tree.name)
        fields |= _word_fields(parts_of(tree))
    return fields


def _sought(tree: Tree) -> frozenset[str]:
    """Give the keys of all forms that a tree may ask for."""
    of_terms = (term.keys for term in tree.terms) if isinstance(tree, Phrase) else ()
    return frozenset().union(*of_terms, *map(_sought, parts_of(tree)))


def _needs(tree: Tree) -> Needs:
    """Give sets of keys, of each of which one must be present wherever the tree is true."""
    match tree:
        case Phrase():
            return _phrase_needs(tree.terms)
        case And() | Near():
            return tuple(chain.from_iterable(_needs(part) for part in tree.parts))
        case Or() | Concept():
            branches = [_needs(part) for part in tree.parts]
            if not all(branches):
                return ()
            rarest = (min(needs, key=_length_alone) for needs in branches)
            return (frozenset().union(*rarest),)
        case Within() | AtLeast() | InField():
            return _needs(tree.part)
        case Value(is_prefix=False):
            return (frozenset({f"{tree.name}:{tree.value}"}),)
        case _:  # an absence, a date, the beginning of a name: true without any certain word
            return ()


def _length_alone(keys: frozenset[str]) -> float:
    return sum(4.0 ** -len(key) for key in keys)


def _phrase_needs(terms: tuple[Term, ...]) -> Needs:
    needs = [keys for term in terms if (keys := _keys(term))]
    return (*needs, *(frozenset({pair}) for pair in _pairs(terms)))


def _pairs(terms: tuple[Term, ...]) -> list[str]:
    """Give neighbours in a phrase: a character of Han or Hangul is in many stories, two in few."""
    return [
        one.text + two.text
        for one, two in pairwise(terms)
        if one.kind == two.kind == "word" and len(one.text) == len(two.text) == 1
    ]


def _has_pair(tree: Tree) -> bool:
    if isinstance(tree, Phrase):
        return bool(_pairs(tree.terms))
    return any(map(_has_pair, parts_of(tree)))


def _keys(term: Term) -> frozenset[str]:
    match term.kind:
        case "word" | "exact":
            return frozenset({term.text})
        case "inflected":
            return term.keys | {term.text}
        case "prefix":
            return frozenset({f"{term.text}*"})
        case _:
            head = term.text.partition("?")[0]
            return frozenset({f"{head}*"}) if head else frozenset()
