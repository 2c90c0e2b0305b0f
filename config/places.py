"""Where a key stands: reads the text of a valid TOML file into key path -> line, and no values.

`tomllib` gives values without lines. This scanner knows just enough of TOML to follow the keys:
tables, arrays of tables, dotted and quoted keys, arrays, inline tables, strings, comments.
It expects text that `tomllib` has accepted, and never judges it.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

KeyPath = tuple[str | int, ...]  # ("source", 3, "zone"), as pydantic names places too

_TOKEN = re.compile(
    r"""
      (?P<blank>   [ \t\r]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<text>    \"{3} (?:\\.|[^\\])*? \"{3,5} | '{3} .*? '{3,5}
                 | "(?:\\.|[^"\\])*"             | '[^']*' )
    | (?P<mark>    [][{},=.] )
    | (?P<bare>    [^\s"'\#\][{},=.]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines_of(text: str) -> dict[KeyPath, int]:
    """Map the path of every key, table and array element to the line where it is first written."""
    return _Scanner(text).scan()


class _Scanner:
    """One pass over the tokens; `here` is the token under consideration."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._lines: dict[KeyPath, int] = {}
        self._elements: dict[KeyPath, int] = {}  # array of tables -> index of its latest element
        self._step()

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        while self.here.kind != "end":
            if self.here.kind == "newline":
                self._step()
            elif self.here.text == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _step(self) -> _Token:
        self.here = next(self._tokens)
        return self.here

    def _header(self) -> KeyPath:
        line = self.here.line
        is_array = self._step().text == "["
        if is_array:
            self._step()
        *parents, last = self._key()
        path: KeyPath = ()
        for part in parents:
            path = self._latest((*path, part))
        path = (*path, last)
        if is_array:
            self._elements[path] = self._elements.get(path, -1) + 1
        path = self._latest(path)
        self._note(path, line)
        while self.here.text == "]":
            self._step()
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        return (*path, self._elements[path]) if path in self._elements else path

    def _key(self) -> list[str]:
        parts = []
        while self.here.text not in {"=", "]"}:
            if self.here.text != ".":
                parts.append(_unquoted(self.here))
            self._step()
        return parts

    def _pair(self, table: KeyPath) -> None:
        line = self.here.line
        path = (*table, *self._key())
        self._note(path, line)
        self._step()  # over the "="
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if self.here.text == "[":
            self._items("]", path)
        elif self.here.text == "{":
            self._items("}", path)
        else:
            while self.here.kind not in {"newline", "end"} and self.here.text not in {
                ",",
                "]",
                "}",
            }:
                self._step()  # a date or a number is several tokens

    def _items(self, close: str, path: KeyPath) -> None:
        index = 0
        self._step()
        while self.here.text != close:
            if self.here.kind == "newline" or self.here.text == ",":
                self._step()
            elif close == "]":
                self._note((*path, index), self.here.line)
                self._value((*path, index))
                index += 1
            else:
                self._pair(path)
        self._step()

    def _note(self, path: KeyPath, line: int) -> None:
        for end in range(1, len(path) + 1):  # a dotted key declares the tables above it as well
            self._lines.setdefault(path[:end], line)


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "blank":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    while True:  # whoever looks past the end sees the end again
        yield _Token("end", "", line)


def _unquoted(key: _Token) -> str:
    if key.kind == "bare":
        return key.text
    return str(tomllib.loads(f"key = {key.text}")["key"])
