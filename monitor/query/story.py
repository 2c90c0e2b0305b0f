"""What a topic is matched against: a story's fields, cut into words. Never knows an operator.

Nothing is cut before it is asked for: most stories match no topic, most topics only need words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar
from unicodedata import normalize

from db.words import offsets, tokens
from monitor.query.bits import packed, unpacked
from monitor.query.forms import keys_of, languages_asked, languages_of
from monitor.query.scope import Scope
from monitor.query.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from monitor.query.tree import Term, Tree


@dataclass(frozen=True)
class Text:
    """A story as topics see it. `body` has one paragraph per line; null `published`: unknown."""

    headline: str
    body: str
    source: str = ""
    region: str = ""
    lang: str = ""
    url: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    events: frozenset[str] = frozenset()
    published: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where in the original text of a field the cause of a match stands.

    Fields are named as in the language. Authors and tags are one text with one of them per line.
    """

    field: str
    start: int
    end: int


Known = TypeVar("Known")


class Field:
    """One text of a story and its words."""

    def __init__(self, name: str, text: str, languages: frozenset[str]) -> None:
        self.name = name
        self.text = text
        self._languages = languages  # whose forms count
        self._words_of: dict[str, dict[str, list[str]]] = {}
        self._gathered: dict[Term, list[int]] = {}
        self._bits: dict[Term, int] = {}

    @cached_property
    def words(self) -> list[str]:
        """The words, folded."""
        return tokens(self.text)

    @cached_property
    def offsets(self) -> list[tuple[int, int]]:
        """Where each word stands in the original text."""
        return offsets(self.text)

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """The numbers (first, after) of the words of each line that has words."""
        return _numbered(self.text.split("\n"))

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The numbers (first, after) of the words of each sentence."""
        return _numbered(chain.from_iterable(map(sentences, self.text.split("\n"))))

    def places(self, term: Term) -> Sequence[int]:
        """Give the numbers of the words that are as the term says, in order."""
        match term.kind:
            case "word":
                return self._places.get(term.text, ())
            case "exact":
                places = self._places.get(term.text, ())
                return [place for place in places if self._surface(place) == term.surface]
            case _:
                if term not in self._gathered:
                    words = self._forms(term) if term.kind == "inflected" else self._like(term)
                    gathered = chain.from_iterable(self._places[word] for word in words)
                    self._gathered[term] = sorted(gathered)
                return self._gathered[term]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            places[word].append(place)
        return dict(places)

    def starts(self, terms: tuple[Term, ...]) -> Sequence[int]:
        """Give the numbers of the words with which a phrase begins, in order."""
        if len(terms) == 1:
            return self.places(terms[0])
        bits = -1  # all set
        for nth, term in enumerate(terms):
            if not (places := self.places(term)):
                return ()
            if term not in self._bits:
                self._bits[term] = packed(places, len(self.words))
            bits &= self._bits[term] >> nth
        return unpacked(bits)

    def _surface(self, place: int) -> str:
        start, end = self.offsets[place]
        return normalize("NFC", self.text[start:end])

    def _forms(self, term: Term) -> set[str]:
        words = {term.text} & self._places.keys()
        for lang in self._languages & languages_asked(term.keys):
            by_key = self._by_key(lang)
            words.update(*(by_key.get(key, ()) for key in term.keys))
        return words

    def _by_key(self, lang: str) -> dict[str, list[str]]:
        if lang not in self._words_of:
            found: defaultdict[str, list[str]] = defaultdict(list)
            for word in self._places:
                for key in keys_of(word, lang):
                    found[key].append(word)
            self._words_of[lang] = dict(found)
        return self._words_of[lang]

    def _like(self, term: Term) -> Iterable[str]:
        head = term.text.partition("?")[0]
        found = self._starting_with(head)
        if term.kind == "pattern":
            shape = re.compile(re.escape(term.text).replace(r"\?", ".").replace(r"\*", ".*"))
            found = filter(shape.fullmatch, found)
        return found

    def _starting_with(self, head: str) -> Iterable[str]:
        following = islice(self._sorted, bisect_left(self._sorted, head), None)
        return takewhile(lambda word: word.startswith(head), following)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._places)


Range: TypeAlias = tuple[Field, int, int]  # the words first to after (excluded) of a field


class Hit(NamedTuple):
    """The words first to after (excluded) of a field; parts, when they are not one phrase."""

    field: Field
    start: int
    end: int
    parts: tuple[Hit, ...] = ()


Found: TypeAlias = dict[int, list[Hit]]  # the groups of a scope where a tree is true, with its hits


class Story:
    """The fields of a Text, made when they are first asked for."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self._fields: dict[str, Field] = {}
        self._scopes: dict[tuple[Range, ...], Scope] = {}
        self._known: dict[tuple[str, int, int], tuple[Any, Tree, Scope]] = {}

    def field(self, name: str) -> Field:
        """Give one field; those without a text of their own (lead) have none here."""
        if name not in self._fields:
            self._fields[name] = Field(name, self.value(name), self.languages)
        return self._fields[name]

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages whose forms count in this story."""
        return languages_of(self.text.lang)

    def value(self, name: str) -> str:
        """Give the original text of a field."""
        text = self.text
        match name:
            case "title":
                return text.headline
            case "body":
                return text.body
            case "author":
                return "\n".join(text.authors)
            case "tag":
                return "\n".join(text.tags)
            case _:
                value: str = getattr(text, name)
                return value

    def folded_value(self, name: str) -> str:
        """Give a field as it is compared as a whole: without case."""
        return normalize("NFC", self.value(name).strip()).casefold()

    @cached_property
    def everywhere(self) -> tuple[Range, ...]:
        """Where words without a field are looked for: title and body."""
        return (*self.ranges("title"), *self.ranges("body"))

    def scope_of(self, ranges: Sequence[Range]) -> Scope:
        """Make one group of some ranges; equal ranges give the same scope."""
        ranges = tuple(ranges)
        if ranges not in self._scopes:
            self._scopes[ranges] = Scope(ranges, [0] * len(ranges), [0])
        return self._scopes[ranges]

    def once(self, kind: str, tree: Tree, scope: Scope, find: Callable[[], Known]) -> Known:
        """Find something out of a tree in a scope, or remember it: topics share their concepts."""
        key = (kind, id(tree), id(scope))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (find(), tree, scope)  # all kept, so that ids stay theirs
        found: Known = known[0]
        return found

    def ranges(self, name: str) -> tuple[Range, ...]:
        """Give where the words of a field are looked for; no phrase leaves its range."""
        field = self.field("body" if name == "lead" else name)
        match name:
            case "lead":
                return tuple((field, *place) for place in field.paragraphs[:1])
            case "author" | "tag":
                return tuple((field, *place) for place in field.paragraphs)
            case _:
                return ((field, 0, len(field.words)),)


def _numbered(pieces: Iterable[str]) -> list[tuple[int, int]]:
    """Give of consecutive pieces the words (first, after), counted from the first piece on."""
    ranges = []
    first = 0
    for piece in pieces:
        after = first + len(tokens(piece))
        if after > first:
            ranges.append((first, after))
        first = after
    return ranges
