"""Lines of a terminal: text broken at words, counted in columns. Han and Hangul take two.

textwrap counts characters, so a Chinese line would run twice as far as it thinks.
"""

from __future__ import annotations

import re
import unicodedata

WIDTH = 80

# What may not be broken: a run without spaces, except that each wide character stands alone.
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"
)
_UNIT = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")


def columns(text: str) -> int:
    """Count the columns of a text in a terminal."""
    return sum(_columns(letter) for letter in text)


def wrapped(text: str, indent: str = "", first: str | None = None, width: int = WIDTH) -> str:
    """Break a text into indented lines; `first` replaces the indent of the first one.

    A word that is longer than a line (an address) keeps a line of its own, whole.
    """
    lines: list[str] = []
    line = indent if first is None else first
    is_empty, gap = True, ""
    for unit in _UNIT.findall(text):
        if unit.isspace():
            gap = " "
            continue
        if not is_empty and columns(line) + len(gap) + columns(unit) > width:
            lines.append(line)
            line, gap, is_empty = indent, "", True
        line += unit if is_empty else gap + unit
        is_empty, gap = False, ""
    return "\n".join([*lines, line]).rstrip()


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
