"""The text of a query to its tokens, each with its place. Never knows what may stand where."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CHARACTERS = 20_000  # a page of aliases has 3,000; more belongs into concepts
MAX_NUMBER = 1_000  # of NEAR/n, ONEAR/n, ATLEAST/n: no newspaper story asks for more
QUOTES = '"“”„‟«»＂'  # any of them opens, any closes: pasted text mixes them
KEYWORDS = ("AND", "OR", "NOT", "NEAR", "ONEAR", "SENT", "PARA", "ATLEAST")


class QueryError(ValueError):
    """A query that cannot be understood: what, at which line and column (both count from 1)."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query: its kind, its text without the marks of its kind, where it begins.

    `kind` is one of KEYWORDS, "(", ")", "field", "concept", "word", "phrase" or "end".
    """

    kind: str
    text: str
    place: int
    number: int = 0


def tokens_of(query: str) -> list[Token]:
    """Cut a query into tokens, the last of kind "end"; refuse what can be none."""
    if len(query) > MAX_CHARACTERS:
        raise QueryError(
            f"the query has {len(query):,} characters, at most {MAX_CHARACTERS:,} are read: "
            "put the words into concepts, or cut it into several topics"
        )
    found: list[Token] = []
    place = 0
    while place < len(query):
        shape = (_is_address(found, place) and _ADDRESS.match(query, place)) or _SHAPES.match(
            query, place
        )
        if not shape:
            raise error_at(query, place, "this quotation mark is never closed")
        if shape.lastgroup != "space":
            found.append(_token(query, shape))
        place = shape.end()
    return [*found, Token("end", "", len(query.rstrip()))]


def error_at(query: str, place: int, message: str) -> QueryError:
    """Make the error that points at one character of the query."""
    before = query[:place]
    return QueryError(message, before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1)


_SHAPES = re.compile(
    rf"(?P<space>\s+|\#[^\n]*)|(?P<open>[(（])|(?P<close>[)）])"
    rf"|(?P<phrase>[=~]?[{QUOTES}][^{QUOTES}]*[{QUOTES}])"
    rf"|(?P<field>[^\W\d_][\w-]*[:：])|(?P<concept>@[\w-]*)"
    rf"|(?P<word>[^\s()（）{QUOTES}]+)"
)
_ADDRESS = re.compile(rf"(?P<word>[^\s()（）{QUOTES}]+)")
_NUMBERED = re.compile(r"(O?NEAR|ATLEAST)(?:/?([0-9]*))")


def _is_address(found: list[Token], place: int) -> bool:
    """Whether here follows the value of url:, which may have colons of its own."""
    last = found[-1] if found else None
    if last is None or last.kind != "field" or last.text.casefold() != "url":
        return False
    return place == last.place + len("url:")


def _token(query: str, shape: re.Match[str]) -> Token:
    text, place = shape[0], shape.start()
    match shape.lastgroup:
        case "open":
            return Token("(", text, place)
        case "close":
            return Token(")", text, place)
        case "field":
            return Token("field", text[:-1], place)
        case "concept":
            if text == "@":
                raise error_at(query, place, "the name of a concept must follow @")
            return Token("concept", text[1:], place)
        case "phrase":
            return Token("phrase", text, place)
        case _:
            return _word(query, text, place)


def _word(query: str, text: str, place: int) -> Token:
    if numbered := _NUMBERED.fullmatch(text):
        return _numbered(query, numbered, place)
    if text in KEYWORDS:
        return Token(text, text, place)
    if text[0] in "-!" and len(text) > 1:
        raise error_at(query, place, f"to exclude a word write NOT {text[1:]}")
    if text in _OTHER_SPELLINGS:
        raise error_at(query, place, f"write {_OTHER_SPELLINGS[text]} for {text}")
    return Token("word", text, place)


_OTHER_SPELLINGS = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT"}


def _numbered(query: str, shape: re.Match[str], place: int) -> Token:
    name, digits = shape[1], shape[2]
    least = 1 if name == "ATLEAST" else 0
    what = "times" if name == "ATLEAST" else "words between"
    if f"{name}/{digits}" != shape[0] or not digits:
        raise error_at(query, place, f"{name} needs a number of {what}, as in {name}/5")
    if len(digits) > len(str(MAX_NUMBER)) or not least <= int(digits) <= MAX_NUMBER:
        raise error_at(query, place, f"{name} takes a number from {least} to {MAX_NUMBER:,}")
    return Token(name, shape[0], place, int(digits))
