"""Tells the persons of a byline from organisations, roles, hosts, labels. Never invents a name."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile
from typing import TYPE_CHECKING, Final

from crawler.extract.byline_words import (
    AGENCIES,
    FURNITURE,
    LABELS,
    ORGANISATIONS,
    PARTICLES,
    PREPOSITIONS,
    ROLES,
)
from crawler.extract.calendar_words import MONTHS, WEEKDAYS
from crawler.extract.headline import fold
from crawler.extract.marks import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_AUTHORS: Final = 20
_MAX_BYLINE_CHARACTERS: Final = 300
_MAX_LINE_CHARACTERS: Final = 90
_MAX_LABEL_CHARACTERS: Final = 40
_MIN_NAME_CHARACTERS: Final = 2
_MAX_NAME_CHARACTERS: Final = 60
_MAX_NAME_WORDS: Final = 6
_MAX_SIGNATURE_WORDS: Final = 8
_MAX_HANDLE_WORDS: Final = 2  # in lower case; more are the middle of a sentence

_MARKS = ' \t.,:;-–—|*"“”[]()@●/#'
_DATE_WORDS = frozenset({"", "on", "at", "pada", *MONTHS, *WEEKDAYS})
_NO_NAME = _DATE_WORDS.union(*(label.split() for label in (*LABELS, *PREPOSITIONS)))
_NO_PERSON = ORGANISATIONS | FURNITURE
_ANY_LABEL = "|".join([*LABELS, *PREPOSITIONS])
_LABEL = re.compile(
    rf"[\s\W]*(?:{_ANY_LABEL})(?:\(\w+\))?(?:\s*[:：●・／|/]\s*|\s+(?=\S))", re.IGNORECASE
)
_ONLY_LABEL = re.compile(rf"[\s\W]*(?:{_ANY_LABEL})(?:\(\w+\))?\s*[:：]?\s*", re.IGNORECASE)
# The first words of these, asked before so many alternatives are tried.
_FIRST_WORD = re.compile(r"\w+")
_LABEL_WORDS = frozenset(words.split()[0] for words in (*LABELS, *PREPOSITIONS))
_INNER_LABEL = re.compile(r"[\d|•·–—-]\s*\b(?:by|oleh|par|por|von)\s+(?=\S)", re.IGNORECASE)
_NAME_THEN_ROLE = re.compile(r"(?<![\uac00-\ud7a3])([\uac00-\ud7a3]{2,4})\s?(?:기자|특파원)(?!\w)")
_WRITTEN_BY = re.compile(
    r"\s*(?:this (?:post|article|story) (?:was|is) )?"
    r"(?:written|words|text|story|reported|article|posted) by(?:[\s:]+|$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"\s*(?:[(\[<][^)\]>]*[)\]>]?|[–—].*|\s@.*|\s[-/]\s.*|"
    r"\s(?:for|in|at|on|di|en|contra|via|from|of)\s.*|\s?기자.*|\s?특파원.*|\s?记者|\s?記者|\s?さん)$"
)
_BETWEEN = re.compile(
    r"\s*(?:[,;|·•\n、，●]|\s/\s|\s&\s|\s\+\s|\b(?:and|dan|und|et|with|и)\b|\s[ey]\s|"
    r"\s(?:by|oleh)\s)\s*",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"(?:jr|sr|ii|iii|iv|m\.?d|ph\.?d|mba|m\.?a|cfp|rn|esq|s\.?h|s\.?e|m\.?si|m\.?h|dr)\.?",
    re.IGNORECASE,
)
_URL = re.compile(r"://|www\.|^@\w+$|\.(?:com|co\.\w\w)/", re.IGNORECASE)
_HOST = re.compile(
    r"@|www\.|\w\.(?:com|co|net|org|id|ru|kr|cn|info|news|tv|de|uk|io|me)\b", re.IGNORECASE
)
_WORDS = re.compile(r"\S+\s*")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_.'’-]+)*")
_NOT_IN_A_NAME = re.compile(r"[\d_=<>{}\[\]!?:：;%&@+]|[’']s\b")
_NO_SIGNATURE = re.compile(r"[<>{}\[\]!?=…\"“”]|[.,:;]\s")
# Names in Han and Hangul are short; in Kana they may spell a foreign one.
_SENTENCE = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{6,}|[\u3040-\u30ff\u3400-\u9fff]{11,}")
_AGENCY = re.compile(rf"(?<![^\W_])(?:{'|'.join(AGENCIES)})(?![^\W_])", re.IGNORECASE)


def persons(
    texts: Iterable[str], own: frozenset[str] = frozenset(), *, is_declared: bool = False
) -> tuple[str, ...]:
    """Give the names of persons in the texts, in order, each once; empty when there are none.

    `own` are the folded names of this site, which no person bears. In a text that is declared to be
    an author a name may be written in lower case.
    """
    names: dict[str, str] = {}
    for text in texts:
        if _URL.search(text) or fold(text) in own:
            continue
        for name in _split(_undated(text[:_MAX_BYLINE_CHARACTERS])):
            shown = name.title() if is_declared and " " in name else name
            if is_person(shown) and not _is_own(name, own):
                names.setdefault(fold(name), name)
    return tuple(names.values())[:MAX_AUTHORS]


def signature(texts: Iterable[str]) -> str:
    """Give the first text that can be the byline of a house, a desk or a user, "" when none can."""
    for text in texts:
        if len(text) <= _MAX_LINE_CHARACTERS and not _URL.search(text):
            name = _unlabelled(_undated(squeeze(text))).strip(_MARKS)
            if _can_sign(name):
                return name
    return ""


def _can_sign(name: str) -> bool:
    words = {word.strip(_MARKS).lower() for word in name.split()}
    return (
        _MIN_NAME_CHARACTERS <= len(name) <= _MAX_NAME_CHARACTERS
        and len(words) <= (_MAX_HANDLE_WORDS if name[0].islower() else _MAX_SIGNATURE_WORDS)
        and not (_HOST.search(name) or _NO_SIGNATURE.search(name))
        and not FURNITURE.intersection(words)
        and not words <= _NO_NAME
    )


def is_person(name: str) -> bool:
    """Say whether the text can be the name of a person, written as one."""
    words = _NAME_WORD.findall(name)
    folded = [word.lower().strip(".") for word in words]
    return (
        1 <= len(words) <= _MAX_NAME_WORDS
        and _MIN_NAME_CHARACTERS <= len(name) <= _MAX_NAME_CHARACTERS
        and not any(pattern.search(name) for pattern in (_HOST, _NOT_IN_A_NAME, _SENTENCE))
        and not _NO_PERSON.intersection(folded)
        and not all(word in ROLES or word in _NO_NAME for word in folded)
        and not any(word[0].islower() and word not in PARTICLES for word in words)
    )


def labelled(text: str) -> str:
    """Give what follows "By", "Oleh", "Penulis:" in a short line, "" when nothing does."""
    if len(text) > _MAX_LINE_CHARACTERS:
        return ""
    if not text.isascii() and (korean := _NAME_THEN_ROLE.search(text)):
        return korean[1]
    match = (_opens_labelled(text) and _LABEL.match(text)) or _INNER_LABEL.search(text)
    return text[match.end() :] if match else ""


def written_by(text: str) -> str | None:
    """Give what follows "Written by" at the start of the text, null when it starts otherwise."""
    match = _WRITTEN_BY.match(text)
    return text[match.end() :].strip() if match else None


def is_label(text: str) -> bool:
    """Say whether the text is a label alone, and the name stands in the next box."""
    return (
        len(text) <= _MAX_LABEL_CHARACTERS
        and _opens_labelled(text)
        and bool(_ONLY_LABEL.fullmatch(text))
    )


def _opens_labelled(text: str) -> bool:
    word = _FIRST_WORD.search(text)
    return word is not None and word[0].lower() in _LABEL_WORDS


def agency_in(text: str) -> str | None:
    """Give the news agency that the text names, null when it names none."""
    match = _AGENCY.search(text)
    return match[0] if match else None


def _is_own(name: str, own: frozenset[str]) -> bool:
    return fold(name) in own or any(fold(word) in own for word in name.split())


def _undated(text: str) -> str:
    """Cut a date off: "Name, Kamis, 20 Agustus 2026", "Name March 11, 2015", "11 May 2015 Name"."""
    words = _WORDS.findall(text)
    before = list(takewhile(lambda word: not _digit_first(word), words))
    if len(before) == len(words):
        return text
    while before and _is_of_date(before[-1]):
        before.pop()
    return "".join(before or dropwhile(_is_of_date, words))


def _digit_first(word: str) -> bool:
    return word.lstrip(_MARKS)[:1].isdigit()


def _is_of_date(word: str) -> bool:
    return word.strip().strip(_MARKS).lower() in _DATE_WORDS or _digit_first(word)


def _split(text: str) -> list[str]:
    """Cut a byline into names, without labels, roles and credentials."""
    parts = _BETWEEN.split(_unlabelled(text.strip()))
    names = [_trim(_TRAILING.sub("", _unlabelled(" ".join(part.split())))) for part in parts]
    return [name for name in names if name and not _CREDENTIALS.fullmatch(name)]


def _unlabelled(part: str) -> str:
    match = _LABEL.match(part) if _opens_labelled(part) else None
    return part[match.end() :] if match else part


def _trim(name: str) -> str:
    """Cut marks off the ends of a name, and its role: "Senior Writer" before it or behind it."""
    words = name.strip(_MARKS).split()
    while words and words[0].lower().strip(_MARKS) in ROLES:
        words.pop(0)
    end = next((at for at, word in enumerate(words) if word.lower().strip(_MARKS) in ROLES), None)
    if end is not None and _NO_PERSON.intersection(word.lower() for word in words[end:]):
        return ""  # "KL Staff Report"
    return " ".join(words[:end]).strip(_MARKS)
