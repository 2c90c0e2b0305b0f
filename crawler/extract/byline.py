"""Tells the persons of a byline from organisations, roles and hosts. Never invents a name."""

from __future__ import annotations

import re
from itertools import dropwhile, islice, takewhile
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
from crawler.extract.labels import MARKS, MAX_LINE_CHARACTERS, is_other, unlabelled, without_role
from crawler.extract.marks import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_AUTHORS: Final = 20
_MAX_BYLINES: Final = 200  # of one kind on a page; no story has as many
_MAX_BYLINE_CHARACTERS: Final = 300
_MIN_NAME_CHARACTERS: Final = 2
_MAX_NAME_CHARACTERS: Final = 60
_MAX_NAME_WORDS: Final = 6
_MAX_SIGNATURE_WORDS: Final = 8
_MAX_HANDLE_WORDS: Final = 2  # in lower case; more are the middle of a sentence

_DATE_WORDS = frozenset({"", "on", "at", "am", "vom", "pada", *MONTHS, *WEEKDAYS})
_NO_NAME = _DATE_WORDS.union(*(label.split() for label in (*LABELS, *PREPOSITIONS)))
_NO_PERSON = ORGANISATIONS | FURNITURE


# Who did something else, named behind in the same line.
_EDITED = re.compile(
    r"\W*\s(?:(?:edited|photos?|pictures?|video) by\s|(?:disunting|foto) oleh\s|editor\s*:"
    r"|(?:foto|photo|фото|图片?)\s?[:：/]|[摄攝]影|(?:图片?|编辑|編輯)\s).*",
    re.IGNORECASE | re.DOTALL,
)
_WITH = re.compile(r"\(\s*(?:with|avec|mit|bersama|dengan|con)\s([^)]*)\)", re.IGNORECASE)
_TRAILING = re.compile(
    r"\s*(?:[(\[<][^)\]>]*[)\]>]?|[–—].*|\s@.*|\s[-/]\s.*|"
    r"\s(?:for|in|at|on|di|en|contra|via|from|of)\s.*|\s?기자.*|\s?특파원.*|\s?记者|\s?記者|\s?さん)$"
)
_BETWEEN = re.compile(r"\s*[,;|·•\n、，●/]\s*")
_JOINED = re.compile(
    r"\s*(?:\s&\s|\s\+\s|\b(?:and|dan|und|et|with|и)\b|\s[ey]\s|\s(?:by|oleh)\s)\s*",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"(?:jr|sr|ii|iii|iv|m\.?d|ph\.?d|mba|m\.?a|cfp|rn|esq|s\.?h|s\.?e|m\.?si|m\.?h|dr)\.?"
    r"|(?-i:(?:[A-Z][a-z]{0,2}\.)+[A-Z][a-z]{0,4}\.?)",  # S.Sos, M.Pd, S.I.Kom
    re.IGNORECASE,
)
_URL = re.compile(r"://|www\.|^@\w+$|\.(?:com|co\.\w\w)/", re.IGNORECASE)
_HOST = re.compile(
    r"@|www\.|\w\.(?:com|co|net|org|id|ru|kr|cn|info|news|tv|de|uk|io|me)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\S+\s*")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_.'’-]+)*")
_NOT_IN_A_NAME = re.compile(r"[\d_=<>{}\[\]!?:：;%&@+]|[’']s\b")
_NO_SIGNATURE = re.compile(
    r"[<>{}\[\]!?=…\"“”]|[.,:;]\s|\d[:.]\d\d|\b(?:19|20)\d\d\b"
    r"|\b(?:ago|lalu|of|the|and|by|in|for|to|or|von|de|dan|di)$",
    re.IGNORECASE,
)
# "Other stories of", "subscribe", "lock": buttons beside a name.
_BUTTON = re.compile(r"기사|보기|더보기|구독|프로필|锁定|关注|订阅|查看|更多")
_HOUSE = re.compile(
    r"[\u3400-\u9fff](?:网|報|报|社|台|新闻|新聞|编辑部|編集部|公司)$|[\uac00-\ud7a3](?:뉴스|신문|일보|방송|닷컴)$"
)
_NUMBERED = re.compile(r"\d{1,2}(?!(?:st|nd|rd|th|am|pm|h|min)\b)[a-z]+$", re.IGNORECASE)
# Names in Han and Hangul are short; in Kana they may spell a foreign one.
_SENTENCE = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{6,}|[\u3040-\u30ff\u3400-\u9fff]{11,}")
_NO_PERSONS = (_HOST, _NOT_IN_A_NAME, _SENTENCE, _BUTTON, _HOUSE)
_AGENCY = re.compile(rf"(?<![^\W_])(?:{'|'.join(AGENCIES)})(?![^\W_])", re.IGNORECASE)


def persons(
    texts: Iterable[str], own: frozenset[str] = frozenset(), *, is_declared: bool = False
) -> tuple[str, ...]:
    """Give the names of persons in the texts, in order, each once; empty when there are none.

    `own` are the folded names of this site, which no person bears. In a text that is declared to be
    an author a name may be written in lower case.
    """
    names: dict[str, str] = {}
    for text in islice(texts, _MAX_BYLINES):
        if _URL.search(text) or fold(text) in own:
            continue
        line = _undated(text[:_MAX_BYLINE_CHARACTERS])
        found = _split(without_role(line) if is_declared else line)
        if not is_declared and " & " in text and not any(" " in name for name in found):
            continue  # "Food & Health"
        for name in found:
            shown = name.title() if is_declared and " " in name else name
            if is_person(shown) and not _is_own(name, own):
                names.setdefault(fold(name), name)
    return tuple(names.values())[:MAX_AUTHORS]


def signature(texts: Iterable[str]) -> str:
    """Give the first text that can be the byline of a house, a desk or a user, "" when none can."""
    for text in texts:
        if len(text) <= MAX_LINE_CHARACTERS and not _URL.search(text):
            name = unlabelled(_undated(_EDITED.sub("", squeeze(text)))).strip(MARKS)
            if _can_sign(name) and not is_other(text):
                return name
    return ""


def _can_sign(name: str) -> bool:
    words = {word.strip(MARKS).lower() for word in name.split()}
    return (
        _MIN_NAME_CHARACTERS <= len(name) <= _MAX_NAME_CHARACTERS
        and len(words) <= (_MAX_HANDLE_WORDS if name[0].islower() else _MAX_SIGNATURE_WORDS)
        and not any(pattern.search(name) for pattern in (_HOST, _NO_SIGNATURE, _BUTTON))
        and not FURNITURE.intersection(words)
        and not words <= _NO_NAME
    )


def is_person(name: str) -> bool:
    """Say whether the text can be the name of a person, written as one."""
    words = _NAME_WORD.findall(name)
    folded = [word.lower().strip(".") for word in words]
    return (
        1 <= len(words) <= _MAX_NAME_WORDS
        and _MIN_NAME_CHARACTERS + name.isascii() <= len(name) <= _MAX_NAME_CHARACTERS
        and not any(pattern.search(name) for pattern in _NO_PERSONS)
        and not _NO_PERSON.intersection(folded)
        and not all(word in ROLES or word in _NO_NAME for word in folded)
        and not any(word[0].islower() and word not in PARTICLES for word in words)
    )


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
    bare = word.strip().strip(MARKS)
    return bare[:1].isdigit() and not _NUMBERED.fullmatch(bare)


def _is_of_date(word: str) -> bool:
    return word.strip().strip(MARKS).lower() in _DATE_WORDS or _digit_first(word)


def _split(text: str) -> list[str]:
    """Cut a byline into names, without labels, roles, credentials, editors and photographers.

    Behind a full name, capitals or what a role leaves are no second one: "Name, TNN", "Name,
    Software Engineer"; a lone word may well be.
    """
    line = _WITH.sub(r",\1", _EDITED.sub("", text.strip()))
    parts = _BETWEEN.split(line if is_other(line) else without_role(unlabelled(line)))
    names: list[str] = []
    for part in parts:
        line = " ".join(part.split())
        pieces = [] if is_other(line) else _JOINED.split(unlabelled(line))
        found = [name for piece in pieces if (name := _bare(piece))]
        is_word = len(found) == 1 and " " not in found[0]
        is_house = is_word and (found[0].isupper() or found[0] != line.strip(MARKS))
        if not (is_house and names and " " in names[0]):
            names += found
    return names


def _bare(piece: str) -> str:
    name = _trim(_TRAILING.sub("", unlabelled(piece)))
    return "" if _CREDENTIALS.fullmatch(name) else name


def _trim(name: str) -> str:
    """Cut marks off the ends of a name, and its role: "Senior Writer" before it or behind it."""
    words = name.strip(MARKS).split()
    while words and words[0].lower().strip(MARKS) in ROLES:
        words.pop(0)
    end = next((at for at, word in enumerate(words) if word.lower().strip(MARKS) in ROLES), None)
    if end is not None and _NO_PERSON.intersection(word.lower() for word in words[end:]):
        return ""  # "KL Staff Report"
    return " ".join(words[:end]).strip(MARKS)
