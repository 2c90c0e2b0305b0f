"""`tilik topic lint`: what is allowed in the watchlists, but may be meant otherwise."""

from __future__ import annotations

import click

from db.connection import ARCHIVE
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of
from monitor.cli.output import clean, print_json
from monitor.counting import counted
from monitor.queries import mute_trees, trees
from monitor.topics.lint import lint
from monitor.topics.unseen import lint_in_archive, too_young


@click.command
@as_json
@click.pass_obj
def command(folder: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Warn of words in the watchlists that find too much, nothing, or the same twice.

    The exit status is 0; a query that cannot be read is refused as everywhere (78).
    """
    settings = settings_of(folder)
    known = trees(settings, settings.topics)
    found = list(lint(settings, known, mute_trees(settings, settings.topics)))
    if (settings.folder / ARCHIVE).exists():
        with Reader(settings.folder) as reader:
            held_back = too_young(reader.breadth())
            found += [] if held_back else lint_in_archive(settings, known, reader)
    else:
        held_back = "No archive here yet: what never matched cannot be told."
    found.sort(key=lambda problem: (problem.file, problem.line or 0))
    if held_back:
        click.echo(held_back, err=True)
    if is_json:
        print_json(found)
        return
    for problem in found:
        click.echo(clean(str(problem)))
    click.echo(
        f"{counted(len(found), 'warning', 'warnings')}; "
        f"{counted(len(known), 'topic', 'topics')}, "
        f"{counted(len(settings.concepts), 'concept', 'concepts')}."
    )
