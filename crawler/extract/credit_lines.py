"""Reads the credits that stand behind a label anywhere on a page: "Penulis:", "Editor:", "Sumber:".

Walks over texts, not over elements. Never decides whether what stands there is a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from lxml import etree

from crawler.extract.byline_words import LABELS, PREPOSITIONS
from crawler.extract.labels import written_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_MAX_LINE_CHARACTERS: Final = 160
_MAX_LABEL_CHARACTERS: Final = 30
_MAX_BLANKS: Final = 4  # so far away, past texts of no-break spaces, a neighbour is looked for
_COLON = re.compile("[:：]")
_NAME_BEHIND = re.compile(r"\s*([^:：|\n()]*?)\s*(?=$|[|\n()]|\s\d|[^\W\d_]+\s*[:：])")
_TEXTS = etree.XPath("/html/body/descendant::text()[normalize-space()]", smart_strings=False)


def credit_lines(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Give what stands behind "Penulis:", "Editor:", "Sumber:" anywhere, with the part it names."""
    texts = cast("list[str]", _TEXTS(tree))
    for index in [
        at for at, text in enumerate(texts) if ":" in text or "：" in text or " by" in text
    ]:
        text = texts[index]
        if "{" in text:  # a script or a style
            continue
        line = text[-_MAX_LINE_CHARACTERS:].strip()
        if line[:1] in ":：":
            line = f"{_neighbour(texts, index, -1)}{line}"
        for colon in _COLON.finditer(line):
            part = _part(line[: colon.start()])
            if part and (name := _NAME_BEHIND.match(line, colon.end())):
                yield part, name[1] or _neighbour(texts, index, 1)
        if len(text) < _MAX_LINE_CHARACTERS and (written := written_by(text)) is not None:
            yield "author", written or _neighbour(texts, index, 1)


def _part(before: str) -> str | None:
    """Give the part in the story that the one or two words before a colon name, null when none."""
    words = before[-_MAX_LABEL_CHARACTERS:].lower().split()
    if not words:
        return None
    last = words[-1].lstrip("([*•|-")
    if len(words) > 1 and (part := LABELS.get(f"{words[-2]} {last}")):
        return part
    is_tail = len(words) > 1 and last in PREPOSITIONS  # "Photo by:"
    return None if is_tail else LABELS.get(last)


def _neighbour(texts: list[str], index: int, step: int) -> str:
    """Give the next text that is not blank, before or behind: a label, or the name behind one."""
    for offset in range(1, _MAX_BLANKS):
        at = index + step * offset
        if 0 <= at < len(texts) and (stripped := texts[at].strip()):
            return stripped[:_MAX_LINE_CHARACTERS]
    return ""
