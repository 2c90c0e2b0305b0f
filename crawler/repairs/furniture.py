"""Takes out of a text what the page puts around a story: labels, counters, tails. Never prose.

A line goes when the whole of it reads like furniture, or when it stands at an edge, where only
furniture says such words. Who edited and which agency wrote is kept in the head.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from crawler.blocks import words_of
from crawler.extract.article import Removal
from crawler.repairs import lexicon as words
from crawler.repairs.read_also import cut_brackets, is_read_also

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.extract.article import Article, Head

_LINE_CHARACTERS: Final = 350  # longer lines are prose, whatever they begin with
_POINTER = "a link to another story"
_BYLINE_CHARACTERS: Final = 150


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a line of the pattern is. Where there are signs, one of them stands in every such line.

    In lower case. They are looked for before a pattern that would be tried at every character.
    """

    reason: str
    pattern: re.Pattern[str]
    signs: tuple[str, ...] = ()


_ANYWHERE: Final = (
    _Rule("a player or gallery", words.MEDIA),
    _Rule("an advertisement label", words.ADVERTISEMENT),
    _Rule("an invitation to share or follow", words.SHARE),
    _Rule("a pointer to another sheet", words.PAGER),
    _Rule("a counter", words.COUNTER),
    _Rule("a copyright line", words.COPYRIGHT),
    _Rule("an invitation to comment", words.COMMENTS),
)
_WITH_SIGNS: Final = (
    _Rule(
        "an invitation to share or follow",
        words.INVITATION,
        ("inbox", "newsletter", "app for", "apps for"),
    ),
    _Rule("a copyright line", words.RIGHTS, ("rights reserved", "права защищены")),
    _Rule("an invitation to comment", words.LIABILITY, ("komentar",)),
)
_CAPTION: Final = _Rule("a caption", words.PHOTO, ("(", "[", "（", ":", "：", "/", "ilustrasi"))
# All that need no sign at once: hardly a line is any of them. Asked in lower case, for a pattern
# that ignores case takes twice the time.
_ANY: Final = re.compile("|".join(rule.pattern.pattern for rule in _ANYWHERE))
_AT_EDGES: Final = (
    _Rule("a credit line", words.CREDIT),
    _Rule("a credit line", words.SIGNATURE),
    _Rule("the initials of the newsroom", words.INITIALS),
    _Rule("the news agency", words.AGENCY),
    _Rule("a list of tags", words.TAGS),
)


@dataclass(frozen=True, slots=True)
class _Edge:
    """An end of a text: how many lines in a credit stands, and how many a byline.

    Only the very first or last line is one of `outermost`: amid the text a date or a number is a
    heading.
    """

    lines: int
    bylines: int
    outermost: tuple[_Rule, ...]


# A standfirst stands above a byline; of the last lines any but one may be who speaks next.
_TOP: Final = _Edge(3, 3, (_Rule("the date of the story", words.DATE),))
_END: Final = _Edge(
    8,
    1,
    (_Rule("a credit line", words.SIGNED_IN_CAPITALS), _Rule("a credit line", words.LABEL)),
)


def cut_furniture(article: Article) -> Article:
    """Take furniture out of the text, report it, and keep who edited and which agency wrote."""
    lines, inside = _without_brackets(article.text.split("\n"))
    kept, removals = _sorted_out(lines)
    kept, edges = _peeled(kept, article.head.authors)
    kept, captions = _without_captions(kept, article.head.caption)
    ends = _shorn(kept)
    removals = [*inside, *removals, *edges, *captions, *ends]
    if not removals:
        return article
    return replace(
        article,
        text="\n".join(kept),
        head=_with_credits(article.head, edges),
        removals=(*article.removals, *removals),
    )


def _without_brackets(lines: Iterable[str]) -> tuple[list[str], list[Removal]]:
    kept: list[str] = []
    removals: list[Removal] = []
    for line in lines:
        rest, cut = cut_brackets(line)
        kept.append(rest)
        removals.extend(_removal(_POINTER, text) for text in cut)
    return kept, removals


def _sorted_out(lines: Iterable[str]) -> tuple[list[str], list[Removal]]:
    kept, removals = [], []
    for line in lines:
        reason = _POINTER if is_read_also(line) else _reason_anywhere(line)
        if reason:
            removals.append(_removal(reason, line))
        elif line:
            kept.append(line)
    return kept, removals


def _peeled(lines: list[str], authors: Sequence[str]) -> tuple[list[str], list[Removal]]:
    """Take credits and the like from both ends; what was behind them is then the end."""
    names = [words_of(author) for author in authors]
    tail, below = _peel(reversed(lines), _END, names)
    head, above = _peel(reversed(tail), _TOP, names)
    return head, [*above, *reversed(below)]


def _peel(
    lines: Iterable[str], edge: _Edge, names: Sequence[tuple[str, ...]]
) -> tuple[list[str], list[Removal]]:
    kept: list[str] = []
    removals: list[Removal] = []
    for line in lines:
        rules = _AT_EDGES if kept else (*_AT_EDGES, *edge.outermost)
        reason = _reason(line, rules) if len(kept) < edge.lines else None
        if reason is None and len(kept) < edge.bylines and _is_byline(line, names):
            reason = "a credit line"
        if reason:
            removals.append(_removal(reason, line))
        else:
            kept.append(line)
    return kept, removals


def _is_byline(line: str, names: Sequence[tuple[str, ...]]) -> bool:
    """Whether the line only says what the head says: who wrote the story, and perhaps when."""
    if not names or len(line) > _BYLINE_CHARACTERS or line.endswith((":", "：")):
        return False
    said = words_of(line)
    return any(set(name) <= set(said) for name in names if name) and all(
        word[0].isdigit() or word in words.AROUND_NAMES or any(word in name for name in names)
        for word in said
    )


def _reason_anywhere(line: str) -> str | None:
    if len(line) > _LINE_CHARACTERS:
        return None
    lower = line.lower()
    if _ANY.fullmatch(lower):
        return _reason(line, _ANYWHERE)
    signed = (rule for rule in _WITH_SIGNS if any(map(lower.__contains__, rule.signs)))
    return _reason(line, signed)


def _is_signed(line: str, rule: _Rule) -> bool:
    return any(map(line.lower().__contains__, rule.signs)) and bool(rule.pattern.fullmatch(line))


def _reason(line: str, rules: Iterable[_Rule]) -> str | None:
    if len(line) > _LINE_CHARACTERS:
        return None
    return next((rule.reason for rule in rules if rule.pattern.fullmatch(line)), None)


def _without_captions(lines: list[str], caption: str | None) -> tuple[list[str], list[Removal]]:
    """Take captions out: the lead picture's, and lines that end in a photographer's credit."""
    own = _folded(caption or "")
    sign = max(own.split(), key=len, default="")  # what a line must hold to say the same
    is_caption = [
        len(line) <= _LINE_CHARACTERS
        and (
            _is_signed(line, _CAPTION)
            or bool(own and sign in line.casefold() and _folded(line) == own)
        )
        for line in lines
    ]
    if all(is_caption):
        return lines, []  # a gallery: the captions are the story
    removals = [
        _removal(_CAPTION.reason, line)
        for line, is_so in zip(lines, is_caption, strict=True)
        if is_so
    ]
    return [line for line, is_so in zip(lines, is_caption, strict=True) if not is_so], removals


def _shorn(lines: list[str]) -> list[Removal]:
    """Cut the newsroom's initials from the end of the last line, in place."""
    if not lines or not (match := words.INITIALS_AT_END.search(lines[-1])):
        return []
    lines[-1] = lines[-1][: match.start()]
    return [_removal("the initials of the newsroom", match[0].strip())]


def _with_credits(head: Head, removals: Iterable[Removal]) -> Head:
    editor, agency = head.editor, head.agency
    for removal in removals:
        if credit := words.CREDIT.fullmatch(removal.text):
            label, name = credit["label"].lower(), credit["name"].strip(" |")
            if label in words.EDITOR_LABELS:
                editor = editor or name
            elif label in words.AGENCY_LABELS:
                agency = agency or name
        elif named := words.AGENCY.fullmatch(removal.text):
            agency = agency or named[1]
    return replace(head, editor=editor, agency=agency)


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _removal(reason: str, text: str) -> Removal:
    return Removal("furniture", reason, text)
