"""Finds the label before a name: "By", "Penulis:", "편집:", alone in its box or in a line.

Says whose part in the story a label names. Never decides whether a person follows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.extract.byline_words import ABBREVIATIONS, LABELS, PREPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINE_CHARACTERS: Final = 90
MARKS: Final = ' \t.,:;-–—|*"“”[]()@●•/#【】《》「」（）'
_MAX_LABEL_CHARACTERS: Final = 40


def _label(words: Sequence[str]) -> re.Pattern[str]:
    """Give the pattern of a label before a name: with a mark behind it, a whole word without."""
    whole, short = (
        "|".join(word for word in words if (word in ABBREVIATIONS) is is_short)
        for is_short in (False, True)
    )
    behind = r"(?:\(\w+\))?(?:\s*[:：●・／|/]\s*"
    return re.compile(
        rf"[\s\W]*(?:(?:{whole}){behind}|\s+(?=\S))|(?:{short or whole})\s*[:：]\s*)", re.IGNORECASE
    )


_LABEL = _label((*LABELS, *PREPOSITIONS))
_LABELS_OF = {
    "author": (*(word for word, part in LABELS.items() if part == "author"), *PREPOSITIONS),
    "editor": tuple(word for word, part in LABELS.items() if part == "editor"),
}
_LABEL_OF = {part: _label(words) for part, words in _LABELS_OF.items()}
_ONLY_LABEL_OF = {
    part: re.compile(rf"[\s\W]*(?:{'|'.join(words)})(?:\(\w+\))?\s*[:：]?\s*", re.IGNORECASE)
    for part, words in _LABELS_OF.items()
}
_OTHERS = tuple(word for word, part in LABELS.items() if part != "author")
_OTHER_LABEL = _label(_OTHERS)
# The first words of these, asked before so many alternatives are tried.
_FIRST_WORD = re.compile(r"\w+")
_FIRSTS_OF = {
    part: frozenset(label.split()[0] for label in labels)
    for part, labels in (*_LABELS_OF.items(), ("other", _OTHERS), ("any", (*LABELS, *PREPOSITIONS)))
}
# "Laporan Wartawan House, Name": the house comes first.
_HOUSE_REPORT = re.compile(
    r"\W*laporan (?:wartawan|reporter|kontributor|jurnalis)\s[^,:]{2,40},\s*", re.IGNORECASE
)
# "House reporter Name", as Chinese papers write it: no mark between.
_HAN_REPORTER = re.compile(
    r"[(（【]?[\u3400-\u9fff]{0,8}记者[\s:：]*"
    r"([\u3400-\u9fff]{2,3}(?:[、\s]+[\u3400-\u9fff]{2,3})*)(?=\W*(?:$|\d|[摄攝]影))"
)
# Before the name of who signs it is the role; without "By", or with a colon, it is another's label.
_ROLE = re.compile(r"\W*editor(?:[ -]in[ -]chief)?\s+(?=[^\W\d_]\S*\s+[^\W\d_])", re.IGNORECASE)
_INNER_LABEL = re.compile(r"[\d|•·–—-]\s*\b(?:by|oleh|par|por|von)\s+(?=\S)", re.IGNORECASE)
_NAME_THEN_ROLE = re.compile(r"(?<![\uac00-\ud7a3])([\uac00-\ud7a3]{2,4})\s?(?:기자|특파원)(?!\w)")
_WRITTEN_BY = re.compile(
    r"\s*(?:this (?:post|article|story) (?:was|is) )?"
    r"(?:written|words|text|story|reported|article|posted) by(?:[\s:]+|$)",
    re.IGNORECASE,
)


def labelled(text: str, part: str = "author") -> str:
    """Give what follows "By", "Oleh", "Penulis:" in a short line, "" when nothing does."""
    if len(text) > MAX_LINE_CHARACTERS:
        return ""
    is_author = part == "author"
    if is_author and not text.isascii():
        named = _NAME_THEN_ROLE.search(text) or _HAN_REPORTER.search(text)
        if named:
            return named[1]
    match = None
    if _opens(text, part):
        match = (is_author and _HOUSE_REPORT.match(text)) or _LABEL_OF[part].match(text)
    if match is None and is_author:
        match = _INNER_LABEL.search(text)
    if match is None:
        return ""
    behind = text[match.end() :]
    return without_role(behind) if is_author else behind


def is_label(text: str, part: str = "author") -> bool:
    """Say whether the text is a label alone, and the name stands in the next box."""
    is_short = len(text) <= _MAX_LABEL_CHARACTERS and _opens(text, part)
    return is_short and bool(_ONLY_LABEL_OF[part].fullmatch(text))


def is_other(text: str) -> bool:
    """Say whether the text begins with the label of an editor, a source or a photographer."""
    return _opens(text, "other") and bool(_OTHER_LABEL.match(text))


def unlabelled(text: str) -> str:
    """Give the text without the label that begins it."""
    match = (_HOUSE_REPORT.match(text) or _LABEL.match(text)) if _opens(text, "any") else None
    return text[match.end() :] if match else text


def without_role(author: str) -> str:
    """Give the name that follows "Editor" in a text that names an author."""
    match = _ROLE.match(author)
    return author[match.end() :] if match else author


def written_by(text: str) -> str | None:
    """Give what follows "Written by" at the start of the text, null when it starts otherwise."""
    match = _WRITTEN_BY.match(text)
    return text[match.end() :].strip() if match else None


def _opens(text: str, part: str) -> bool:
    word = _FIRST_WORD.search(text)
    return word is not None and word[0].lower() in _FIRSTS_OF[part]
