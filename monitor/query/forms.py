"""Which words are forms of one another: Indonesian, English, Russian. Never looks at a text.

A form is known by a key: a language and what the word is built on. A typed word seeks some keys; a
word of a story has some, in the story's language; they are forms of one another if they share one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

REMEMBERED = 50_000  # words, about 10 MB: more than a newspaper uses in a month

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


class Forms:
    """The keys of the words of stories, remembered from story to story."""

    def __init__(self, wanted: Iterable[str] | None = None) -> None:
        """Give only the wanted keys, and open no dictionary for others; null: all."""
        self._wanted = None if wanted is None else frozenset(wanted)
        self._languages = [
            lang
            for lang in _SCRIPTS
            if self._wanted is None
            or any(key.startswith(f"{_MARK}{lang}:") for key in self._wanted)
        ]
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def keys(self, word: str, lang: str) -> frozenset[str]:
        """Give the keys of a word, folded, in a story of that language.

        A language that is not known is any of ours; a word of one that is not ours has no keys.
        """
        known = self._known.get((word, lang))
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[word, lang] = self._keys(word, lang)
        return known

    def _keys(self, word: str, lang: str) -> frozenset[str]:
        from monitor.query.languages import built_on  # noqa: PLC0415 - only for those who say ~

        code = lang.partition("-")[0].lower()
        found = frozenset(
            f"{_MARK}{each}:{base}"
            for each in self._languages
            if not code or each in {code, _READ_AS.get(code)}
            if _SCRIPTS[each].fullmatch(word)
            for base in built_on(word, each)
        )
        return found if self._wanted is None else found & self._wanted
