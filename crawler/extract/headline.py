"""Chooses a page's headline among what it offers, without the site's name. Never shortens the rest.

What the reader sees above the text is the headline; the titles written for machines confirm which
heading that is, and stand in where no heading is like them.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Below it a heading is the site's slogan or a part of the text. Of the lone headings on 740 pages
# 48 shared less with every title and one was right; of 14 that shared a fifth to a third, 9 were.
_MIN_LIKENESS: Final = 0.2
_MIN_LIKENESS_AMONG: Final = 0.35  # of several, some words are shared by chance
OF_SMALL: Final = 0.75  # other stories of the day stand in small headings too
SURE: Final = 0.5  # a heading that shares less gives way to one that is a title word for word
WORD_FOR_WORD: Final = 2.0
_IN_ADDRESS: Final = 1.5
_MAX_CHARACTERS: Final = 200  # whatever is longer is a standfirst
_MIN_WORDS: Final = 3  # fewer may be a section or a name
_MIN_ADDRESS_WORDS: Final = 4  # fewer may be a section of the site
_MAX_NAME_WORDS: Final = 7  # a longer "name of the site" is the headline in the wrong field
_MIN_NAME_CHARACTERS: Final = 4  # a shorter name is found in too many words
_MARGIN_CHARACTERS: Final = 8  # "Tekno" beside "Site.com", "News" beside "Site"
_TRAIL_PARTS: Final = 3  # headline, section, site

_SEPARATOR = re.compile(
    r"(\s+[-–—|:/·•»«›>~*@_]{1,2}\s+|\s*[|｜»«•]\s*|[:：]\s+|\s+::|\s[-–—]{2,}\s|(?<=[^\x00-\u02ff])[_-]|_(?=[^\x00-\u02ff]))"
)
_BAR = re.compile(r"\s+[-–—|»«·•]\s+|\s*[|｜]\s*|_")
_TRAIL = re.compile(r"\s+[|｜]\s+")
_NO_LETTERS = re.compile(r"[\W_]+")
_PERMALINK = " ¶§"  # the link to itself that some programs hang on a heading
# Two signs of a script without spaces are about a word; a single one is shared by chance.
_WORD = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff]{2}))|([^\W\u3040-\u30ff\u3400-\u9fff_]+)")
_DATE = re.compile(r"\s*\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\s*|\s*(?:19|20)\d\d-\d\d-\d\d\s*")
_CUT_SHORT = re.compile(r"\s*(?:…|\.\.\.)$")
_SHELVES: Final = frozenset(
    {
        "home",
        "news",
        "berita",
        "blog",
        "blogarchive",
        "artikel",
        "article",
        "новости",
        "뉴스",
        "新闻",
        "新聞",
    }
)


def find_heading(
    headings: Sequence[str],
    titles: Sequence[str],
    own: frozenset[str],
    *,
    least: float | None = None,
    path: str = "",
) -> int | None:
    """Give the index of the heading that is the headline; null when none seems to be.

    `titles` are those of cut_titles, `own` the folded names of the site, `path` the folded path of
    its address. `least` is how like a title the heading must be: 1 for the same words, 2 for the
    same text; null for what a heading of the first rank must be.
    """
    scores = [_score(text, titles, own, path) for text in headings]
    best = max(range(len(scores)), key=scores.__getitem__, default=None)
    if best is None:
        return None
    has_words = len(_words(headings[best])) >= _MIN_WORDS
    if least is None:
        least = _MIN_LIKENESS if has_words and len(headings) == 1 else _MIN_LIKENESS_AMONG
    elif least == WORD_FOR_WORD and not has_words:
        return None
    return best if scores[best] >= least else None


def cut_titles(offered: Iterable[str], own: frozenset[str]) -> list[str]:
    """Give the titles for machines without the site's name, each once.

    Also without a host name that begins one and that no mark sets off.
    """
    cuts = [cut_site(text, own) for text in offered]
    begun = [cut.partition(" ") for cut in cuts]
    rests = [rest for host, _, rest in begun if "." in host and fold(host) in own]
    return list(dict.fromkeys([*cuts, *rests]))


def choose_headline(heading: str, offered: Sequence[str], own: frozenset[str]) -> str | None:
    """Give the heading the reader sees, else the title that most hold; without the site's name."""
    titles = [cut for text in offered if (cut := cut_site(text, own)) and fold(cut) not in own]
    if heading:
        return _without_boxes(cut_site(heading, own, is_shown=True), titles)
    best = max(
        titles, key=lambda text: sum(fold(text) in fold(other) for other in titles), default=None
    )
    return _whole(best, titles) if best else None


def own_names(url: str, declared: Iterable[str], offered: Sequence[str]) -> frozenset[str]:
    """Give the folded names that the site may write at the ends of its titles.

    They are the declared ones, the host and its parts, and what one title has more than another.
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = [label for label in host.split(".")[:-1] if len(label) >= _MIN_NAME_CHARACTERS]
    extra = [_extra(long, short) for long in offered for short in offered]
    named = [name for name in declared if len(name.split()) <= _MAX_NAME_WORDS]
    return frozenset(map(fold, (*named, host, *labels, *extra))) - {""}


def cut_site(text: str, own: frozenset[str], *, is_shown: bool = False) -> str:
    """Cut the site's name off both ends; off a shown text only where it is that very name."""
    parts = _SEPARATOR.split(unescape(text).strip())
    while len(parts) > 1 and _is_own(parts[-1], own, is_exact=is_shown):
        parts = parts[:-2]
    while len(parts) > 1 and _is_own(parts[0], own, is_exact=True):
        parts = parts[2:]
    return _without_trail("".join(parts), own).strip(_PERMALINK)


def ends_of(title: str) -> frozenset[str]:
    """Give the folded ends of a title of several parts that are long enough to be the headline."""
    bars = [bar.span() for bar in _BAR.finditer(title)]
    ends = [end for begin, stop in bars for end in (title[:begin], title[stop:])]
    return frozenset(fold(end) for end in ends if len(_words(end)) > _MIN_WORDS)


def is_in_address(heading: str, path: str) -> bool:
    """Say whether the folded path of the page's address spells the whole heading out."""
    return len(_words(heading)) >= _MIN_ADDRESS_WORDS and fold(heading) in path


def fold(text: str) -> str:
    """Give the letters and digits of the text alone, in lower case."""
    return _NO_LETTERS.sub("", text.casefold())


def _score(heading: str, titles: Sequence[str], own: frozenset[str], path: str) -> float:
    folded = fold(heading)
    if folded in own or len(heading) > _MAX_CHARACTERS:
        return 0.0
    if is_in_address(heading, path) and folded not in map(fold, titles):
        return _IN_ADDRESS
    if folded not in path and _is_masthead(folded, titles):
        return 0.0
    shown = cut_site(heading, own)
    folded, words = fold(shown), set(_words(shown))
    return max((_likeness(folded, words, title) for title in titles), default=0.0)


def _is_masthead(folded: str, titles: Sequence[str]) -> bool:
    """Say whether the folded heading is the lesser end of a title: the name of the site."""
    if folded in map(fold, titles):
        return False
    ends = [
        (fold(parts[0]), fold(parts[-1])) for title in titles if len(parts := _BAR.split(title)) > 1
    ]
    return any(folded in pair and max(map(len, pair)) >= 2 * len(folded) for pair in ends)


def _without_trail(text: str, own: frozenset[str]) -> str:
    """Give the headline of "Headline | Section | Site and more"; bars of its own it keeps."""
    parts = _TRAIL.split(text) if text.count("|") + text.count("｜") > 1 else []
    if len(parts) < _TRAIL_PARTS or len(parts[0]) < max(map(len, parts)):
        return text
    last = fold(parts[-1])
    is_site = any(len(name) >= _MIN_NAME_CHARACTERS and name in last for name in own)
    return parts[0] if is_site else text


def _likeness(folded: str, words: set[str], other: str) -> float:
    """Give the share of words that both hold: 1 for the same words, 2 for the same text."""
    if folded == fold(other):
        return 2.0
    theirs = set(_words(other))
    return 2 * len(words & theirs) / (len(words) + len(theirs)) if words and theirs else 0.0


def _without_boxes(shown: str, titles: Sequence[str]) -> str:
    """Cut a kicker or a date within the heading off, where one of the titles is the rest."""
    if fold(shown) in map(fold, titles):
        return shown
    inner = [
        title
        for title in titles
        if len(_words(title)) > _MIN_WORDS
        and (
            shown.endswith(f" {title}")
            or (shown.startswith(title) and _DATE.fullmatch(shown, len(title)))
        )
    ]
    return max(inner, key=len, default=shown)


def _whole(text: str, titles: Sequence[str]) -> str:
    """Give the title that goes on where this one is cut short: by an ellipsis or a quotation."""
    start = _CUT_SHORT.sub("", text)
    longer = [
        title
        for title in titles
        if len(title) > len(start)
        and title.startswith(start)
        and not _SEPARATOR.match(title, len(start))
        and not _CUT_SHORT.search(title)
    ]
    return max(longer, key=len, default=text)


def _extra(long: str, short: str) -> str:
    """Give the one segment that the longer title has before or behind the shorter one."""
    if not short or len(short) >= len(long):
        return ""
    if long.startswith(short):
        rest = _SEPARATOR.split(long[len(short) :])
    elif long.endswith(short):
        rest = _SEPARATOR.split(long[: -len(short)])
    else:
        return ""
    parts = [part for part in rest[::2] if part]  # between them stand the separators
    return parts[0] if len(parts) == 1 and len(parts[0]) < len(short) else ""


def _is_own(part: str, own: frozenset[str], *, is_exact: bool) -> bool:
    folded = fold(part)
    if not folded or folded in own or folded in _SHELVES or _DATE.fullmatch(part):
        return True
    if is_exact or len(folded) < _MIN_NAME_CHARACTERS:
        return False
    return any(
        len(name) >= _MIN_NAME_CHARACTERS
        and (
            folded in name or (name in folded and len(folded) <= 2 * len(name) + _MARGIN_CHARACTERS)
        )
        for name in own
    )


def _words(text: str) -> list[str]:
    return [pair or word for pair, word in _WORD.findall(text.lower())]
