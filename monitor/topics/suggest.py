"""Words that set the hits of a topic apart: what may be missing in it, and what to exclude.

Counts in how many stories a word is, and knows nothing of what it means: a person chooses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from monitor.query.match import find
from monitor.query.story import Story as Words
from monitor.query.story import Text
from monitor.query.tree import Or, Phrase, Term, Tree, parts_of
from monitor.topics.candidates import question
from monitor.topics.score import score
from monitor.topics.trial import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from config.settings import Settings
    from db.reader import Reader

HITS, OTHERS = 1_000, 4_000  # stories of each kind that are compared
LOOKED_AT = 10_000  # stories in which hits are looked for
# Log-likelihood: one chance in ten thousand, which Rayson, Berridge and Francis (2004) advise where
# as many words are compared.
SURE = 15.13
LEAST_STORIES = 3  # a word in fewer hits is chance, or a name of one day
LEAST_LETTERS = 3
SUGGESTED = 10  # words per language


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word, in how many stories of both sides it is, and a headline of one of them."""

    word: str
    hits: int
    others: int
    strength: float
    sample: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be added to a topic, by language ("" where it is not known).

    `aliases` are more often in the hits than in other stories; `exclusions` more often in the
    weaker half of the hits, by score, than in the stronger. Words of the query are left out.
    """

    topic: str
    hits: int
    others: int
    aliases: dict[str, list[Candidate]]
    exclusions: dict[str, list[Candidate]]


@dataclass
class _Side:
    """The stories on one side of a comparison: how many, and in how many of them a word is."""

    stories: int = 0
    words: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)

    def add(self, headline: str, words: Iterable[str]) -> None:
        self.stories += 1
        for word in words:
            self.words[word] += 1
            self.samples.setdefault(word, headline)


def suggest(
    reader: Reader, settings: Settings, topic: str, tree: Tree, since: datetime
) -> Suggestion:
    """Compare the newest hits since a time with other stories, and the weak with the strong."""
    hits: defaultdict[str, list[tuple[float, str, set[str]]]] = defaultdict(list)
    others: defaultdict[str, _Side] = defaultdict(_Side)
    shown = [story_id for story_id, _ in reader.candidates(since, question(tree))]
    for _, words in walk(reader, settings, shown[:LOOKED_AT]):
        found = find(tree, words, words.everywhere)
        if found is not None:
            told = (score(found), words.text.headline, _said(words))
            hits[words.text.lang].append(told)
        if sum(map(len, hits.values())) == HITS:
            break
    every = [story_id for story_id, _ in reader.candidates(since)]
    for _, words in walk(reader, settings, every[:: max(len(every) // OTHERS, 1)]):
        if find(tree, words, words.everywhere) is None:
            others[words.text.lang].add(words.text.headline, _said(words))
    query = Or(tuple(Phrase((term,)) for term in _terms(tree)))
    return Suggestion(
        topic=topic,
        hits=sum(map(len, hits.values())),
        others=sum(side.stories for side in others.values()),
        aliases={
            lang: _apart(_side(found), others[lang], query) for lang, found in sorted(hits.items())
        },
        exclusions={lang: _weak(found, query) for lang, found in sorted(hits.items())},
    )


def log_likelihood(hits: int, of_hits: int, others: int, of_others: int) -> float:
    """Say how surely a word is not as common on one side as on the other.

    Dunning 1993, "Accurate methods for the statistics of surprise and coincidence": twice the sum
    of observed * ln(observed / expected) over stories with and without the word, on both sides.
    """
    total, with_word = of_hits + of_others, hits + others
    cells = (
        (hits, of_hits * with_word),
        (of_hits - hits, of_hits * (total - with_word)),
        (others, of_others * with_word),
        (of_others - others, of_others * (total - with_word)),
    )
    return 2 * sum(seen * log(seen * total / expected) for seen, expected in cells if seen)


def _said(words: Words) -> set[str]:
    """Give the words of a story; of a script without spaces, the pairs of its characters."""
    said: set[str] = set()
    for name in ("title", "body"):
        found = words.field(name).words
        said.update(word for word in found if len(word) >= LEAST_LETTERS and not word.isdecimal())
        said.update(
            one + other
            for one, other in pairwise(found)
            if len(one) == len(other) == 1 and not (one + other).isascii()
        )
    return said


def _side(found: Sequence[tuple[float, str, set[str]]]) -> _Side:
    side = _Side()
    for _, headline, words in found:
        side.add(headline, words)
    return side


def _weak(found: Sequence[tuple[float, str, set[str]]], query: Tree) -> list[Candidate]:
    ordered = sorted(found, key=lambda told: told[0])
    half = len(ordered) // 2
    return _apart(_side(ordered[:half]), _side(ordered[half:]), query)


def _apart(side: _Side, other: _Side, query: Tree) -> list[Candidate]:
    """Give the words that are more often on one side, the surest first; none of the query's."""
    found: list[Candidate] = []
    for word, stories in side.words.items():
        elsewhere = other.words[word]
        if stories < LEAST_STORIES or stories * other.stories <= elsewhere * side.stories:
            continue
        strength = log_likelihood(stories, side.stories, elsewhere, other.stories)
        if strength >= SURE:
            sample = side.samples[word]
            found.append(Candidate(word, stories, elsewhere, round(strength, 1), sample))
    found.sort(key=lambda each: (-each.strength, each.word))
    kept: list[Candidate] = []
    for each in found:
        if len(kept) == SUGGESTED:
            break
        words = Words(Text(each.word, ""))
        if find(query, words, words.everywhere) is None:
            kept.append(each)
    return kept


def _terms(tree: Tree) -> set[Term]:
    if isinstance(tree, Phrase):
        return set(tree.terms)
    return set().union(*map(_terms, parts_of(tree)))
