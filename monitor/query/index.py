"""All topics against one story, at the cost of the story's words. Never reads or stores anything.

Each topic has needs; equal needs of many topics are one. A topic is filed under the need that is
met most rarely. A story looks up which needs its words meet, and tries the topics that are filed
under these and have all their needs met.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from monitor.query.forms import keys_of, languages_asked
from monitor.query.match import find, spans_of
from monitor.query.needs import needs_of, pairs
from monitor.query.story import Span, Story, Text
from monitor.query.tree import And, AtLeast, InField, Near, Not, Or, Phrase, Tree, Within, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.query.needs import Need


class TopicIndex:
    """Topics by name, ready to be matched."""

    def __init__(self, topics: Mapping[str, Tree]) -> None:
        same: dict[Tree, Tree] = {}
        self._topics = {name: _shared(tree, same) for name, tree in topics.items()}
        known: dict[Tree, frozenset[Need]] = {}
        self._needs = {name: needs_of(tree, known) for name, tree in self._topics.items()}
        self._always = [name for name, needs in self._needs.items() if not needs]
        self._filed = _filed(self._needs)
        self._met_by: defaultdict[str, list[Need]] = defaultdict(list)
        for need in frozenset().union(*self._needs.values()):
            for key in need:
                self._met_by[key].append(need)
        self._prefix_lengths = {len(key) - 1 for key in self._met_by if key.endswith("*")}
        self._has_pairs = any(isinstance(tree, Phrase) and pairs(tree.terms) for tree in same)
        self._fields = {"title", "body"} | {
            tree.name for tree in same if isinstance(tree, InField) and tree.name != "lead"
        }
        self._languages = languages_asked(
            key
            for tree in same
            if isinstance(tree, Phrase)
            for term in tree.terms
            for key in term.keys
        )

    def match(self, text: Text) -> dict[str, tuple[Span, ...]]:
        """Give the topics that the text matches, each with the spans that caused it."""
        story = Story(text)
        present = self._met_by.keys() & self._keys(story)
        met = {*chain.from_iterable(self._met_by[key] for key in present)}
        filed = chain.from_iterable(self._filed[need] for need in self._filed.keys() & met)
        matches = {}
        for name in chain(self._always, filed):
            if self._needs[name] <= met:
                hits = find(self._topics[name], story, story.everywhere)
                if hits is not None:
                    matches[name] = spans_of(hits)
        return dict(sorted(matches.items()))

    def _keys(self, story: Story) -> set[str]:
        """Give all keys of a story: words, pairs of characters, beginnings, forms, whole values."""
        words = {word for name in self._fields for word in story.field(name).words}
        keys = set(words)
        for name in self._fields if self._has_pairs else ():
            neighbours = pairwise(story.field(name).words)
            keys.update([one + two for one, two in neighbours if len(one) == len(two) == 1])
        for length in self._prefix_lengths:
            keys.update([f"{word[:length]}*" for word in words])
        for lang in story.languages & self._languages:
            keys.update(*(keys_of(word, lang) for word in words))
        for name in ("source", "region", "lang"):
            keys.add(f"{name}:{story.folded_value(name)}")
        keys.update(f"event:{event}" for event in story.text.events)
        return keys


def _shared(tree: Tree, same: dict[Tree, Tree]) -> Tree:
    """Make equal clauses of all topics one and the same, so that a story asks each of them once."""
    if tree not in same:
        match tree:
            case Near() | And() | Or():
                parts = tuple(_shared(part, same) for part in tree.parts)
                same[tree] = replace(tree, parts=parts)
            case Not() | Within() | AtLeast() | InField():
                same[tree] = replace(tree, part=_shared(tree.part, same))
            case _:
                for part in parts_of(tree):  # the aliases of a concept
                    _shared(part, same)
                same[tree] = tree
    return same[tree]


def _filed(needs: Mapping[str, frozenset[Need]]) -> dict[Need, list[str]]:
    """File each topic under the need that is met most rarely: by long words, of few topics."""
    wanted = Counter(key for each in needs.values() for need in each for key in need)
    met_often = {
        need: sum(wanted[key] * 4.0 ** -len(key) for key in need)
        for need in frozenset().union(*needs.values())
    }
    filed: defaultdict[Need, list[str]] = defaultdict(list)
    for name, each in needs.items():
        if each:
            filed[min(each, key=met_often.__getitem__)].append(name)
    return dict(filed)
