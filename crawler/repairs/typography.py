"""Makes the spelling of a text plain: one form of each letter, nothing invisible. Never words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extract.article import Article

# Control characters, zero-width and bidirectional marks. The joiners U+200C and U+200D stay:
# Persian and the Indic scripts spell with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffc\U000e0000-\U000e007f]"
)
# All that a text may have to lose that is printable but for its line ends; U+FFFC is, to Python.
_UNEVEN = ("  ", " \n", "\n ", "\n\n", "\ufffc")
_LINE_ENDS = re.compile("[\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Give the text in NFC, without invisible characters, single-spaced, one block per line."""
    text = unicodedata.normalize("NFC", text)
    if text.replace("\n", "").isprintable() and not any(map(text.__contains__, _UNEVEN)):
        return text.strip(" \n")
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def make_plain(article: Article) -> Article:
    """Repair the article's text; nothing a reader sees is removed, so nothing is reported."""
    return replace(article, text=plain(article.text))
