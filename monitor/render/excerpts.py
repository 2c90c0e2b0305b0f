"""Which sentences of a story a reader is shown, and with which words marked.

Pure. Whole sentences where they fit, cut at words where they do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.render.clean import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from db.records import Spans

EXCERPT_CHARACTERS = 280  # about three lines at 80 columns
LEAD_CHARACTERS = 80  # of a cut sentence: kept before its first marked word

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…][\"'”’»)\]]*(?=\s|$)|[。！？][”’」』）]*|(?=\n)|$)")
_SMALL_GAP = re.compile(r"[\s\-‐‑–]*")
_WHITE = re.compile(r"\s+")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text, marked when it made the topic match."""

    text: str
    is_marked: bool = False


Runs = tuple[Run, ...]


def marked(text: str, spans: Spans, field: str) -> Runs:
    """Give a whole text with its matched words marked."""
    return _runs(text, 0, len(text), _joined(text, spans, field))


def excerpts(text: str, spans: Spans, limit: int) -> tuple[Runs, ...]:
    """Choose the sentences with the most matched words; the first one when none has any."""
    marks = _joined(text, spans, "body")
    sentences = [found.span() for found in _SENTENCE.finditer(text) if found[0].strip()]
    if not sentences:
        return ()
    if not marks:
        return (_excerpt(text, sentences[0], marks),)
    ranked = sorted(sentences, key=lambda each: (-len(_within(text, each, marks)), each))
    chosen = sorted(each for each in ranked[:limit] if _within(text, each, marks))
    return tuple(_excerpt(text, each, marks) for each in chosen)


def _joined(text: str, spans: Spans, field: str) -> list[Range]:
    """Join spans that touch or have only a space or hyphen between them: a phrase is one mark."""
    joined: list[Range] = []
    for start, end in sorted((start, end) for name, start, end in spans if name == field):
        if joined and (start <= joined[-1][1] or _SMALL_GAP.fullmatch(text, joined[-1][1], start)):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _within(text: str, sentence: Range, marks: Iterable[Range]) -> set[str]:
    """Give the different words that are marked in a sentence."""
    first, last = sentence
    return {text[start:end].casefold() for start, end in marks if first <= start < last}


def _excerpt(text: str, sentence: Range, marks: Sequence[Range]) -> Runs:
    """Cut a sentence to length around its first mark."""
    first, last = sentence
    start, end = first, last
    if last - first > EXCERPT_CHARACTERS:
        anchor = next((mark for mark, _ in marks if first <= mark < last), first)
        if anchor - first > LEAD_CHARACTERS:
            start = _after_space(text, anchor - LEAD_CHARACTERS, anchor)
        if last - start > EXCERPT_CHARACTERS:
            end = _before_space(text, start + EXCERPT_CHARACTERS, start)
    runs = _runs(text, start, end, marks)
    before = (Run("… "),) if start > first else ()
    after = (Run(" …"),) if end < last else ()
    return before + runs + after


def _after_space(text: str, place: int, limit: int) -> int:
    found = _WHITE.search(text, place, limit)
    return found.end() if found else place


def _before_space(text: str, place: int, limit: int) -> int:
    at = max(text.rfind(" ", limit, place), text.rfind("\n", limit, place))
    return at if at > limit + (place - limit) // 2 else place


def _runs(text: str, start: int, end: int, marks: Iterable[Range]) -> Runs:
    runs: list[Run] = []
    place = start
    for first, last in marks:
        if last <= start or first >= end:
            continue
        first, last = max(first, start), min(last, end)  # noqa: PLW2901 - clipped to the excerpt
        runs += [Run(text[place:first]), Run(text[first:last], is_marked=True)]
        place = last
    runs.append(Run(text[place:end]))
    shown = (Run(clean_text(_WHITE.sub(" ", run.text)), run.is_marked) for run in runs)
    return tuple(run for run in shown if run.text)
