"""A letter as plain text for a terminal of 80 columns. Says exactly what the HTML says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.render.clean import clean_text
from monitor.render.wrap import WIDTH, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from db.changes import Piece
    from monitor.render.clean import Link
    from monitor.render.excerpts import Runs
    from monitor.render.letter import Chapter, Item, Letter
    from monitor.render.phrases import Phrases

INDENT = "    "
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def plain(letter: Letter) -> str:
    """Write a letter as plain text; lines end in a line feed."""
    parts = [
        *_head(letter),
        *(part for each in letter.chapters for part in _chapter(each, letter.say)),
    ]
    return clean_text("\n\n".join([*parts, *_foot(letter)]) + "\n")


def _head(letter: Letter) -> Iterator[str]:
    yield wrapped(f"tilik · {letter.date}") + (f" · {letter.part}" if letter.part else "")
    yield "\n".join(wrapped(line) for line in (letter.window, letter.summary) if line)
    if letter.legend:
        yield wrapped(letter.legend)
    if letter.nothing_new:
        yield wrapped(letter.nothing_new)


def _chapter(chapter: Chapter, say: Phrases) -> Iterator[str]:
    title = wrapped(f"{chapter.title.upper()} · {chapter.count}")
    yield f"{'=' * WIDTH}\n{title}\n{'=' * WIDTH}"
    for item in chapter.items:
        yield from _item(item, say)


def _item(item: Item, say: Phrases) -> Iterator[str]:
    number = f"{item.number}.".ljust(len(INDENT))
    facts = " · ".join((item.label.upper(), *item.facts))
    lines = [wrapped(_marked(item.headline), INDENT, number), wrapped(facts, INDENT)]
    lines += [wrapped(line, INDENT) for line in (item.was_called, item.life, item.also_in) if line]
    yield "\n".join(lines)
    if item.notice:
        yield wrapped(item.notice, INDENT)
    for excerpt in item.excerpts:
        yield wrapped(_marked(excerpt), f"{INDENT}  ")
    if item.changed:
        yield "\n\n".join(wrapped(line, INDENT) for line in _changes(item))
    yield "\n".join(_links(item, say))


def _changes(item: Item) -> Iterator[str]:
    yield f"{item.changed}:"
    for paragraph in item.differences.paragraphs:
        yield _difference(paragraph)
    if item.more_changes:
        yield item.more_changes


def _links(item: Item, say: Phrases) -> Iterator[str]:
    yield _address(item.link, say, INDENT)
    if not item.elsewhere:
        return
    yield wrapped(say.also_at, INDENT)
    for each in item.elsewhere:
        headline = f": {each.headline}" if each.headline else ""
        yield wrapped(f"{each.outlet} ({each.remark}){headline}", f"{INDENT}  ", f"{INDENT}- ")
        yield _address(each.link, say, f"{INDENT}  ")
    if item.more_outlets:
        yield wrapped(item.more_outlets, f"{INDENT}  ")


def _address(link: Link | None, say: Phrases, indent: str) -> str:
    if link is None:
        return indent + say.no_link
    warning = f"\n{indent}({say.mixed_host})" if link.is_mixed else ""
    return f"{indent}{link.url}{warning}"


def _foot(letter: Letter) -> Iterator[str]:
    yield "-" * WIDTH
    troubles = [wrapped(each, "  ", "- ") for each in letter.troubles]
    yield "\n".join([wrapped(letter.troubled), *troubles])
    yield wrapped(letter.why)


def _marked(runs: Runs) -> str:
    return "".join(f"*{run.text}*" if run.is_marked else run.text for run in runs)


def _difference(pieces: Iterable[Piece]) -> str:
    return "".join(_MARKS[piece.operation].format(piece.text) for piece in pieces)
