"""What a story must have so that a tree can be true in it: words, as keys. Never sees a story.

A key is a word, two neighbours of a script without spaces, the beginning of a word with `*` behind
it, what a form is built on (see forms.py), or `name:value` of a field that is compared as a whole.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

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
)

if TYPE_CHECKING:
    from collections.abc import Iterable

Need: TypeAlias = frozenset[str]  # keys, of which a story must have one


def needs_of(tree: Tree, known: dict[Tree, frozenset[Need]]) -> frozenset[Need]:
    """Give what must be met wherever the tree is true; `known` remembers the trees asked before."""
    if tree not in known:
        known[tree] = frozenset(_needs(tree, known))
    return known[tree]


def _needs(tree: Tree, known: dict[Tree, frozenset[Need]]) -> Iterable[Need]:
    match tree:
        case Phrase():
            return _of_phrase(tree.terms)
        case And() | Near():
            return chain.from_iterable(needs_of(part, known) for part in tree.parts)
        case Or() | Concept():
            branches = [needs_of(part, known) for part in tree.parts]
            if not all(branches):
                return ()
            rarest = (min(needs, key=_likelihood) for needs in branches)
            return (frozenset().union(*rarest),)
        case Within() | AtLeast() | InField():
            return needs_of(tree.part, known)
        case Value(is_prefix=False):
            return (frozenset({f"{tree.name}:{tree.value}"}),)
        case _:  # an absence, a date, the beginning of a name: true without any certain word
            return ()


def _likelihood(need: Need) -> float:
    """Guess how often a story meets a need: the commonest words are short."""
    return sum(4.0 ** -len(key) for key in need)


def _of_phrase(terms: tuple[Term, ...]) -> Iterable[Need]:
    yield from filter(None, map(_keys, terms))
    for pair in pairs(terms):
        yield frozenset({pair})


def pairs(terms: tuple[Term, ...]) -> list[str]:
    """Give neighbours in a phrase: a character of Han or Hangul is in many stories, two in few."""
    return [
        one.text + two.text
        for one, two in pairwise(terms)
        if one.kind == two.kind == "word" and len(one.text) == len(two.text) == 1
    ]


def _keys(term: Term) -> Need:
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
