"""The fields that a query may name, and the values that need no text. Never sees operators."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING
from unicodedata import normalize

from monitor.query.leaf import LeafError
from monitor.query.lexer import QUOTES
from monitor.query.tree import Published, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD_FIELDS = ("title", "lead", "body", "author", "section", "tag", "url")
VALUE_FIELDS = ("source", "region", "lang", "event")
DATE_FIELDS = ("after", "before")
FIELDS = (*WORD_FIELDS, *VALUE_FIELDS, *DATE_FIELDS)
EVENTS = ("new", "edited", "retitled", "gone", "returned")


def value(name: str, typed: str) -> Value:
    """Read a name that is compared as a whole and without case, or with `*` its beginning."""
    if typed[0] in "=~":
        raise LeafError(f"{name}: is compared as a whole, {typed[0]} means nothing here")
    text = typed[1:-1] if typed[0] in QUOTES else typed
    text = normalize("NFC", text.strip()).casefold()
    stem, is_prefix = text.removesuffix("*"), text.endswith("*")
    if not stem or "*" in stem:
        raise LeafError(f"{name}: needs a name, or the beginning of one with * after it")
    if name == "event" and text not in EVENTS:
        raise LeafError(f"there is no event {text}{nearest(text, EVENTS) or _ALL_EVENTS}")
    return Value(name, stem, is_prefix)


def published(name: str, typed: str) -> Published:
    """Read the day from which (after) or before which a story must have been published."""
    found = _DATE.fullmatch(typed)
    try:
        day = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise LeafError(f"{name}: needs a day such as 2026-03-31, a month or a year")
    return Published("after" if name == "after" else "before", day)


def nearest(word: str, known: Iterable[str], shape: str = "{}") -> str:
    """Give "; did you mean ...?" with the nearest right word, or nothing when none is near."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1)
    return f"; did you mean {shape.format(by_folded[found[0]])}?" if found else ""


_ALL_EVENTS = f"; there are {', '.join(EVENTS)}"
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
