"""The topic language: a query to its tree, or a QueryError that points at the place. No story here.

query  = all (OR all)*
all    = clause (AND? clause)*          a bare space is AND
clause = NOT? near
near   = item (NEAR/n item)* | item (ONEAR/n item)*
item   = word | "phrase" | @concept | field:item | ( query )
       | SENT( query ) | PARA( query ) | ATLEAST/n( query )
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from monitor.query import fields, leaf
from monitor.query.lexer import KEYWORDS, QueryError, Token, error_at, tokens_of
from monitor.query.tree import (
    And,
    AtLeast,
    Concept,
    InField,
    Near,
    Not,
    Or,
    Phrase,
    Tree,
    Value,
    Within,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["QueryError", "parse"]

Read = TypeVar("Read")

MAX_WORDS = 5_000  # with the aliases of the concepts: bounds what a topic may cost per story
MAX_DEPTH = 40  # parentheses in one another; each takes six calls of the stack's thousand
MAX_NEAR_PARTS = 10  # joined in one row
MAX_NEARS = 100  # in one query: each may look at every word of a story


def parse(query: str, concepts: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Tree:
    """Read a query; `concepts` gives the aliases of each @name."""
    parser = _Parser(query, concepts)
    if parser.upcoming.kind == "end":
        raise error_at(query, 0, "the query is empty: there is nothing to look for")
    tree = parser.read()
    if parser.upcoming.kind != "end":
        raise parser.error(parser.upcoming, "this parenthesis was never opened")
    return tree


class _Parser:
    """Reads one query from left to right; `upcoming` is the first token that is not yet read."""

    def __init__(self, query: str, concepts: Mapping[str, Sequence[str]]) -> None:
        self._query = query
        self._tokens = iter(tokens_of(query))
        self._concepts = concepts
        self._known: dict[str, Concept] = {}
        self._words = 0
        self._nears = 0
        self._depth = 0
        self._field = ""  # the field that we are in
        self._unit = ""  # SENT, PARA or ATLEAST, when we are in one
        self.upcoming = next(self._tokens)

    def read(self) -> Tree:
        parts = [self._all()]
        while self.upcoming.kind == "OR":
            self._take()
            parts.append(self._all())
        return _flat(Or, parts)

    def error(self, token: Token, message: str) -> QueryError:
        return error_at(self._query, token.place, message)

    def _all(self) -> Tree:
        first = self.upcoming
        parts = [self._clause()]
        while self.upcoming.kind not in {"OR", ")", "end"}:
            if self.upcoming.kind == "AND":
                self._take()
            beside = self.upcoming
            parts.append(self._clause())
            self._one_value(parts, beside)
        if all(isinstance(part, Not) for part in parts):
            message = "NOT alone would match nearly everything: say also what must be there"
            raise self.error(first, message)
        return _flat(And, parts)

    def _one_value(self, parts: list[Tree], beside: Token) -> None:
        """Refuse source:(one two): it is either a forgotten OR or a name of two words."""
        last = parts[-1]
        if not isinstance(last, Value) or last.name == "event":
            return
        if any(isinstance(part, Value) and part.name == last.name for part in parts[:-1]):
            message = f"a story has one {last.name}: write OR, or quote what is one name"
            raise self.error(beside, message)

    def _clause(self) -> Tree:
        if self.upcoming.kind != "NOT":
            return self._near()
        self._take()
        return Not(self._near())

    def _near(self) -> Tree:
        token = self.upcoming
        parts = [self._item()]
        operator = self.upcoming
        if operator.kind not in {"NEAR", "ONEAR"}:
            return parts[0]
        self._only_words(parts[0], token, operator.kind)
        while self.upcoming.kind in {"NEAR", "ONEAR"}:
            if self.upcoming.text != operator.text:
                message = f"{operator.text} and {self.upcoming.text} in one row: use parentheses"
                raise self.error(self.upcoming, message)
            self._one_more_near(self._take())
            token = self.upcoming
            parts.append(self._item())
            self._only_words(parts[-1], token, operator.kind)
        if len(parts) > MAX_NEAR_PARTS:
            raise self.error(operator, f"{operator.kind} joins at most {MAX_NEAR_PARTS} parts")
        return Near(tuple(parts), operator.number, ordered=operator.kind == "ONEAR")

    def _one_more_near(self, token: Token) -> None:
        self._nears += 1
        if self._nears > MAX_NEARS:
            raise self.error(token, f"more than {MAX_NEARS} times NEAR: use several topics")

    def _only_words(self, tree: Tree, token: Token, operator: str) -> None:
        """Refuse as a part of NEAR what has no place in a text, or more than one."""
        if not isinstance(tree, Phrase | Concept | Or | Near):
            message = f"{operator} joins words, phrases, concepts and (one OR another) only"
            if isinstance(tree, InField):
                message += f"; write {tree.name}:(one {operator}/5 another)"
            raise self.error(token, message)
        for part in parts_of(tree):
            self._only_words(part, token, operator)

    def _item(self) -> Tree:
        token = self._take()
        match token.kind:
            case "word" | "phrase":
                return self._leaf(token)
            case "concept":
                return self._concept(token)
            case "field":
                return self._in_field(token)
            case "(":
                return self._group(token)
            case "SENT" | "PARA" | "ATLEAST":
                return self._unit_of(token)
            case _:
                raise self._unexpected(token)

    def _unit_of(self, token: Token) -> Tree:
        self._no_name_expected(token)
        if self.upcoming.kind != "(":
            message = f"{token.text} needs a parenthesis, as in {token.text}(one two)"
            raise self.error(token, f'{message}; to look for the word write "{token.text}"')
        outer, self._unit = self._unit, token.kind
        part = self._group(self._take())
        self._unit = outer
        if token.kind == "ATLEAST":
            return AtLeast(token.number, part)
        return Within("sentence" if token.kind == "SENT" else "paragraph", part)

    def _group(self, opening: Token) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(opening, f"more than {MAX_DEPTH} parentheses in one another")
        tree = self.read()
        if self.upcoming.kind != ")":
            raise self.error(opening, "this parenthesis is never closed")
        self._take()
        self._depth -= 1
        return tree

    def _leaf(self, token: Token) -> Tree:
        if self._field in fields.VALUE_FIELDS:
            self._count(token, 1)
            return self._made(token, lambda: fields.value(self._field, token.text))
        reader = leaf.address if self._field == "url" else leaf.phrase
        self._count(token, leaf.cost(token.text))
        return self._made(token, lambda: reader(token.text))

    def _made(self, token: Token, make: Callable[[], Read]) -> Read:
        try:
            return make()
        except leaf.LeafError as error:
            raise error_at(self._query, token.place + error.offset, str(error)) from None

    def _concept(self, token: Token) -> Tree:
        self._no_name_expected(token)
        name = token.text
        if name not in self._concepts:
            hint = fields.nearest(name, self._concepts, "@{}")
            raise self.error(token, f"there is no concept @{name}{hint or ': define it first'}")
        if name not in self._known:
            self._count(token, sum(map(leaf.cost, self._concepts[name])))
            known = self._made(token, lambda: leaf.concept(name, self._concepts[name]))
            for _ in filter(_is_near, known.parts):
                self._one_more_near(token)
            self._known[name] = known
        return self._known[name]

    def _in_field(self, token: Token) -> Tree:
        name = token.text.casefold()
        if name not in fields.FIELDS:
            hint = (
                fields.nearest(name, fields.FIELDS, "{}:") or "; to look for the words quote them"
            )
            raise self.error(token, f"there is no field {token.text}:{hint}")
        if inside := self._field or self._unit:
            raise self.error(token, f"{name}: cannot stand inside {inside}, only around it")
        is_apart = self.upcoming.place > token.place + len(token.text) + 1
        if is_apart or self.upcoming.kind in {")", "end"}:
            message = f"{name}: needs a word or a parenthesis right after the colon"
            raise self.error(token, message)
        if name in fields.DATE_FIELDS:
            day = self._take()
            return self._made(day, lambda: fields.published(name, day.text))
        self._field = name
        part = self._item()
        self._field = ""
        return part if name in fields.VALUE_FIELDS else InField(name, part)

    def _no_name_expected(self, token: Token) -> None:
        if self._field in fields.VALUE_FIELDS:
            message = f"{self._field}: takes names only, as in {self._field}:(one OR another)"
            raise self.error(token, message)

    def _count(self, token: Token, words: int) -> None:
        self._words += words
        if self._words > MAX_WORDS:
            message = f"more than {MAX_WORDS:,} words, aliases counted: make it several topics"
            raise self.error(token, message)

    def _take(self) -> Token:
        taken = self.upcoming
        self.upcoming = next(self._tokens, taken)
        return taken

    def _unexpected(self, token: Token) -> QueryError:
        found = "the query ends here" if token.kind == "end" else f"found {token.text}"
        hint = f'; to look for the word write "{token.text}"' if token.kind in KEYWORDS else ""
        message = f"expected a word, a phrase or a parenthesis, but {found}{hint}"
        return self.error(token, message)


def _is_near(tree: Tree) -> bool:
    return isinstance(tree, Near)


def _flat(kind: type[And | Or], parts: Sequence[Tree]) -> Tree:
    """Join parts, and those of parts of the same kind: a OR (b OR c) is a OR b OR c."""
    if len(parts) == 1:
        return parts[0]
    inner = ((part.parts if isinstance(part, kind) else (part,)) for part in parts)
    return kind(tuple(part for group in inner for part in group))
