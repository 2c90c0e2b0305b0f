"""Which words are forms of one another: Indonesian, English, Russian. Never looks at a text.

A form is known by a key: a language and what the word is built on. A typed word seeks some keys; a
word of a story has some, in the story's language; they are forms of one another if they share one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REMEMBERED = 50_000  # words of stories and their keys, about 20 MB: a newspaper's in a month

_SCRIPTS = {"id": re.compile("[a-z]+"), "en": re.compile("[a-z]+"), "ru": re.compile("[а-я]+")}
_READ_AS = {"ms": "id", "in": "id"}  # Malay has the same affixes; in was the code of Indonesian
_MARK = "~"  # with which no word begins


def sought(word: str) -> frozenset[str]:
    """Give the keys of the forms of a typed word, folded, in every language of its script."""
    languages = [lang for lang, script in _SCRIPTS.items() if script.fullmatch(word)]
    if not languages:
        return frozenset()
    from monitor.query.languages import sought as sought_in  # noqa: PLC0415 - 150 ms

    return frozenset(
        f"{_MARK}{lang}:{base}" for lang in languages for base in sought_in(word, lang)
    )


def languages_asked(keys: Iterable[str]) -> frozenset[str]:
    """Give the languages of some keys: the dictionaries of others need not be opened."""
    return frozenset(key[len(_MARK) :].partition(":")[0] for key in keys)


def languages_of(lang: str) -> frozenset[str]:
    """Give the languages whose forms count in a story of that one: all when it is not known."""
    code = lang.partition("-")[0].lower()
    return frozenset({_READ_AS.get(code, code)} & _SCRIPTS.keys() if code else _SCRIPTS)


@lru_cache(maxsize=REMEMBERED)
def keys_of(word: str, lang: str) -> frozenset[str]:
    """Give the keys of a word of a story, folded, read in one of our languages."""
    if not _SCRIPTS[lang].fullmatch(word):
        return frozenset()
    from monitor.query.languages import built_on  # noqa: PLC0415 - only for those who say ~

    return frozenset(f"{_MARK}{lang}:{base}" for base in built_on(word, lang))
