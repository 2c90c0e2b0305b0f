"""What a word is built on, in the three languages whose forms tilik knows. Never looks at a text.

Its dictionaries are simplemma's; they take up to 0.7 s and 20 MB when they are first asked, so this
is imported only when some topic says `~`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simplemma.strategies import DictionaryLookupStrategy
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from monitor.query import indonesian

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def sought(word: str, lang: str) -> Collection[str]:
    """Give what the forms of a typed word are built on."""
    if lang == "id":
        return indonesian.sought(word, _is_indonesian_root)
    lemma = _lemma(word, lang)
    # To the dictionary a surname is often the case of something else: Лавров, of laurels.
    is_noun = lang == "ru" and (lemma == word or word.endswith(_SURNAMES))
    return {word, lemma, *(_cases(word) if is_noun else ())}


def built_on(word: str, lang: str) -> Collection[str]:
    """Give what a word of a story may be built on."""
    if lang == "id":
        return indonesian.built_on(word, _is_indonesian_root)
    return {word, _lemma(word, lang), *(_doing(word) if lang == "en" else ())}


_INDONESIAN = DictionaryLookupStrategy()  # small, and asked many times for one word
_OTHERS = DictionaryLookupStrategy(LOW_MEMORY_DICTIONARY_FACTORY)  # 20 MB for Russian, not 140


def _is_indonesian_root(word: str) -> bool:
    return _INDONESIAN.get_lemma(word, "id") == word


def _lemma(word: str, lang: str) -> str:
    return (_OTHERS.get_lemma(word, lang) or word).lower().replace("ё", "е")


def _doing(word: str) -> set[str]:
    """Give the verb of a flooding or a mining, which the dictionary has as a noun only."""
    stem = word.removesuffix("ing")
    if stem == word or len(stem) < _SHORTEST_VERB:
        return set()
    verbs = {stem, f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem}
    return {verb for verb in verbs if _lemma(f"{stem}ed", "en") == verb}


_SHORTEST_VERB = 3  # letters: add


def _cases(word: str) -> set[str]:
    """Give the cases of a noun that has regular ones.

    The dictionary gives one lemma to each form: to it банки are jars and never banks; and it knows
    few names.
    """
    return {
        word[: len(word) - cut] + case
        for ends, cut, cases in _CASES
        if word.endswith(tuple(ends))
        for case in cases.split(",")
    }


_SURNAMES = ("ов", "ев", "ин", "ын")
# What a noun ends in, how many of its letters fall away, and what comes in their place.
_CASES: tuple[tuple[Sequence[str], int, str], ...] = (
    ("бвдзлмнпрстф", 0, "а,у,ом,е,ы,ов,ам,ами,ах"),
    ("гкх", 0, "а,у,ом,е,и,ов,ам,ами,ах"),
    ("жчшщц", 0, "а,у,ом,ем,е,и,ев,ей,ам,ами,ах"),
    (_SURNAMES, 0, "ым"),
    ("о", 1, "а,у,ом,е,,ам,ами,ах"),
    ("а", 1, "у,е,ой,ы,и"),
    ("я", 1, "ю,е,ей,и"),
)
