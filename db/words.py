"""Text to words, once and alike for stories, topics and full-text search. Never looks at meaning.

A word is a run of letters and digits without case and accents. Characters of scripts that are
written without spaces are a word each, so that a name is found inside a longer run. What FTS5's
tokenizer (`unicode61`) makes of `folded()` is exactly `tokens()`: search and alerts agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, starmap
from typing import TYPE_CHECKING
from unicodedata import category, decimal, normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

NORM_VERSION = 1  # raise it whenever any text would give other words: the index is then rebuilt


@dataclass(frozen=True, slots=True)
class Word:
    """One word, and where it stands in the original text."""

    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """Give the words of a text with one space between them: what full-text search stores."""
    return " ".join(tokens(text))


def words(text: str) -> list[Word]:
    """Give the words of a text with their places in it."""
    return list(starmap(Word, zip(tokens(text), *_columns(offsets(text)), strict=True)))


def tokens(text: str) -> list[str]:
    """Give only the words, which is several times faster than `words()`."""
    text = _SEPARATORS.sub(" ", text)
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(_FOREIGN.sub(lambda found: _prepared(found[0]), text.lower()))


def offsets(text: str) -> list[tuple[int, int]]:
    """Give only the places (start, end), in the order of `tokens()`."""
    text = _SEPARATORS.sub(" ", text)  # one for one: the places do not move
    if text.isascii():
        return [found.span() for found in _ASCII_WORD.finditer(text.lower())]
    prepared: list[str] = []
    starts: list[int] = []  # for each character of the prepared text: the piece it came from
    ends: list[int] = []
    for start, end, piece in _pieces(text):
        prepared.append(piece)
        if text[start].isascii():
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        elif piece:
            starts += [start] * len(piece)
            ends += [end] * len(piece)
        elif ends and ends[-1] == start:
            ends[-1] = end  # an accent that was typed after its letter is part of the word
    found = (word.span() for word in _WORD.finditer("".join(prepared)))
    return [(starts[first], ends[after - 1]) for first, after in found]


# Separators that make up most of what is not ASCII in a newspaper of the Latin script; and the
# half-space of Persian; and underscore, № and ™, which would pass for letters; and the letters that
# look like an apostrophe, because the plain one separates (Jum'at is two words, however typed).
_SEPARATORS = re.compile(
    r"[_\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf"
    r"\u2002-\u200a\u200c\u2010-\u2029\u2030-\u205e\u2116\u2120\u2122\u02b9-\u02bf\u02c8\ua78b\ua78c]"
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# What must be folded the long way: a few letters of a Latin text, whole sentences of another.
_FOREIGN = re.compile(r"[^\x00-\x7f]+(?:[\x00-/]+[^\x00-\x7f]+)*")

# Lost without a trace: accents and points, stretched Arabic, what is invisible. й is no accented и.
_LOST = re.compile(
    r"(?<!\u0438)\u0306|[\u0300-\u0305\u0307-\u036f\u0483-\u0489"
    r"\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    r"\u00ad\u061c\u180b-\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufe00-\ufe0f\ufeff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
# Letters that no normal form takes apart, and the forms of Arabic letters that writers mix.
_LETTERS = {
    **dict(zip("đðħıłøŧ", "ddhilot", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **dict.fromkeys("ىیې", "ي"),
    **dict.fromkeys("ةہھۀە", "ه"),
    "ک": "ك",
    "ٱ": "ا",
}
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
# Vowel signs of the Indic scripts and their like belong to the word, but unicode61 splits there.
# They are carried as private letters, which it keeps; a real private letter is an icon, no word.
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SIGNS = re.compile(r"[\u0730-\u074a\u07a6-\u0819\u0900-\u1cff\u302a-\u309a\ua674-\uabff]")
_PRIVATE_PLANE = 0xF0000
_SIGN = r"\U000f0000-\U000fffff"
# Thai and Lao, Myanmar, Hangul, Khmer, Kana, Bopomofo, Han.
_UNSPACED = re.compile(
    r"([\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3021-\u303b"
    r"\u3041-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff"
    rf"\U0001b000-\U0001b16f\U00020000-\U0003ffff][{_SIGN}]*)"
)
_WORD = re.compile(rf"[\w{_SIGN}]+")


def _prepared(text: str) -> str:
    """Fold a text until its words are the runs of letters, digits and private letters."""
    text = normalize("NFKC", text).casefold().replace("_", " ")
    text = _LOST.sub("", normalize("NFD", _PRIVATE.sub(" ", text)))
    text = normalize("NFC", text)
    text = _LETTER.sub(lambda found: _LETTERS[found[0]], text)
    text = _OTHER_DIGIT.sub(lambda found: str(decimal(found[0])), text)
    text = _SIGNS.sub(_as_private_letter, text)
    return _UNSPACED.sub(r" \1 ", text)


def _as_private_letter(found: re.Match[str]) -> str:
    sign = found[0]
    return chr(_PRIVATE_PLANE + ord(sign)) if category(sign).startswith("M") else sign


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Cut a text where folding the pieces gives the same as folding the whole; fold each."""
    known: dict[str, str] = {}
    for run in _RUN.finditer(text):
        start, end = run.span()
        if text[start].isascii():
            yield start, end, run[0].lower()
        elif (folded_run := _remembered(run[0], known)).isalnum() and run[0].isalnum():
            yield start, end, folded_run  # one word: its inner places are not asked for
        else:
            cuts = [start, *(i for i in range(start + 1, end) if not _clings(text[i])), end]
            for first, after in pairwise(cuts):
                yield first, after, _remembered(text[first:after], known)


_RUN = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")


def _remembered(piece: str, known: dict[str, str]) -> str:
    if piece not in known:
        known[piece] = _prepared(piece)
    return known[piece]


def _clings(character: str) -> bool:
    """Whether a character may melt into the one before it: marks, vowels of Hangul, the unseen."""
    return category(character) in _CLINGING or _MELTING.match(character) is not None


_CLINGING = frozenset({"Mn", "Mc", "Me", "Cf"})
_MELTING = re.compile(r"[\u0640\u0e33\u0eb3\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7fb\uff9e-\uffdc]")


def _columns(places: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [start for start, _ in places], [end for _, end in places]
