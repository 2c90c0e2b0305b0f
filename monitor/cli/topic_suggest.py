"""`tilik topic suggest`: words that set a topic's hits apart, for a person to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from db.reader import Reader
from monitor.cli.opening import ago, as_json, settings_of, topic_of, utc_now
from monitor.cli.output import print_json, print_table
from monitor.counting import counted
from monitor.queries import trees
from monitor.topics.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.topics.suggest import Candidate


@click.command
@click.argument("name", metavar="NAME")
@click.option("--since", default="365d", show_default=True, help="12h, 30d, 8w ago, or a day.")
@as_json
@click.pass_obj
def command(folder: str, name: str, since: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Suggest words for the topic NAME: aliases that may be missing, and exclusions."""
    settings = settings_of(folder)
    topic = topic_of(settings, name)
    tree = trees(settings, [topic])[name]
    with Reader(settings.folder) as reader:
        found = suggest(reader, settings, name, tree, ago(since, utc_now()))
    if is_json:
        print_json(found)
        return
    others = counted(found.others, "other story", "other stories")
    click.echo(f"{counted(found.hits, 'hit', 'hits')} compared with {others}.")
    _print("More often in hits; aliases may be missing:", found.aliases, "others")
    _print("More often in weak hits; an exclusion may help:", found.exclusions, "strong hits")


def _print(title: str, words: Mapping[str, Sequence[Candidate]], others: str) -> None:
    """Print the words of all languages, or that there are none."""
    click.echo(f"\n{title}")
    rows = [(lang or "?", each) for lang, found in words.items() for each in found]
    if not rows:
        click.echo("none that is sure")
        return
    print_table(
        ("language", "word", "hits", others, "strength", "such as"),
        (
            (lang, each.word, each.hits, each.others, each.strength, each.sample)
            for lang, each in rows
        ),
    )
