"""`tilik topic explain`: why a story is a hit of a topic or of a query, or is none."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from config.documents import MAIN
from config.settings import Settings
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, topic_of
from monitor.cli.output import clean, print_json_line, print_table
from monitor.mute import Mutes
from monitor.queries import aliases, trees
from monitor.query.fields import nearest
from monitor.query.parser import QueryError, parse
from monitor.query.story import Story as Words
from monitor.topics.verdict import verdict
from monitor.topics.written import FIELDS, StoryError, stories
from monitor.watch import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Topic
    from monitor.query.story import Text
    from monitor.query.tree import Tree
    from monitor.topics.verdict import Clause, Verdict

SHOWN_SPANS = 20
SHOWN_CHARACTERS = 100
ID_DIGITS = 18  # more is no number of SQLite's


@click.command
@click.argument("words", nargs=-1, metavar="[NAME] ID|URL|FILE|-")
@click.option("--query", help="A query instead of the topic NAME.")
@as_json
@click.pass_obj
def command(folder: str, words: tuple[str, ...], query: str | None, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say of a story whether topic NAME, or a query, finds it, and why.

    The story is one of the archive (ID or URL), or written as JSON in a FILE or on standard
    input (-), several as JSON Lines: title, body, lang, source, region, section, tags, author,
    url, published, event.
    """
    wanted = ("ID|URL|FILE|-",) if query is not None else ("NAME", "ID|URL|FILE|-")
    if len(words) != len(wanted):
        raise click.UsageError(
            f"expected: {' '.join(wanted)}; given: {' '.join(words) or 'nothing'}"
        )
    if query is None:
        settings = settings_of(folder)
        topic = topic_of(settings, words[0])
        tree = trees(settings, [topic])[topic.name]
    else:
        settings = _settings(folder)
        topic = None
        tree = _tree(query, settings, is_json=is_json)
    texts = _texts(settings, words[-1], topic)
    for nth, (text, muted) in enumerate(texts, 1):
        found = verdict(tree, text, muted)
        if is_json:
            print_json_line(found)
        else:
            _print(found, f"{nth}. {text.headline}" if len(texts) > 1 else text.headline)


def _settings(folder: str) -> Settings:
    """Load the user's files; where there are none, a query can do without their concepts."""
    if (Path(folder) / MAIN).exists():
        return settings_of(folder)
    return Settings(folder=Path(folder), contact="nobody@localhost.invalid")


def _tree(query: str, settings: Settings, *, is_json: bool) -> Tree:
    try:
        return parse(query, aliases(settings))
    except QueryError as error:
        if is_json:
            print_json_line({"refused": error.message, "line": error.line, "column": error.column})
        raise click.UsageError(clean(f"the query is refused: {error}")) from None


def _texts(settings: Settings, target: str, topic: Topic | None) -> list[tuple[Text, str | None]]:
    """Give the stories that are meant, each with the reason for which the topic mutes it."""
    if target.startswith(("http://", "https://")) or _is_id(target):
        return [_archived(settings, target, topic)]
    with click.open_file(target, "rb") as file:
        data = file.read()
    try:
        found = stories(data)
    except StoryError as error:
        raise StoryError(f"{'standard input' if target == '-' else target}: {error}") from None
    for name in sorted({name for _, unknown in found for name in unknown}):
        hint = nearest(name, FIELDS) or f"; there are {', '.join(FIELDS)}"
        click.echo(clean(f"there is no field {name}, it is passed over{hint}"), err=True)
    return [(text, None) for text, _ in found]


def _is_id(target: str) -> bool:
    return target.isascii() and target.isdigit() and len(target) <= ID_DIGITS


def _archived(settings: Settings, target: str, topic: Topic | None) -> tuple[Text, str | None]:
    with Reader(settings.folder) as reader:
        story = reader.story(int(target)) if _is_id(target) else reader.story_at(target)
        if story is None:
            message = f"there is no story {target} in the archive. `tilik stories` lists them."
            raise click.ClickException(clean(message))
        text = text_of(story, story.revision, settings)
        mutes = Mutes(settings, reader)
        return text, mutes.reason(topic, story.id, Words(text)) if topic else None


def _print(found: Verdict, title: str) -> None:
    word, colour = ("matched", "green") if found.matched else ("not matched", "red")
    click.echo(f"{click.style(word, fg=colour, bold=True)}  {clean(_line(title))}")
    if found.muted:
        click.echo(clean(f"muted because of {found.muted}: nobody is told"))
    if found.spans:
        click.echo()
        print_table(
            ("field", "from", "to", "words"),
            ((span.field, span.start, span.end, span.words) for span in found.spans[:SHOWN_SPANS]),
        )
        if len(found.spans) > SHOWN_SPANS:
            click.echo(f"and {len(found.spans) - SHOWN_SPANS} more (--json names all)")
    click.echo()
    for line in _lines(found.tree, 0):
        click.echo(line)
    click.echo()


def _lines(clause: Clause, depth: int) -> Iterator[str]:
    """Lay a tree out, a clause per line, each with what it found or why it failed."""
    mark, colour = ("+", "green") if clause.matched else ("-", "red")
    said = clause.why or "; ".join(f"{span.field} “{span.words}”" for span in clause.spans)
    line = f" {_line(clause.clause)}{':' if said else ''} {_line(said)}"
    yield f"{'  ' * depth}{click.style(mark, fg=colour)}{clean(line.rstrip())}"
    for child in clause.children:
        yield from _lines(child, depth + 1)


def _line(text: str) -> str:
    return shorten(text, SHOWN_CHARACTERS, placeholder="…")
