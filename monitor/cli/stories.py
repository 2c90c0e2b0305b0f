"""`tilik stories`: browse the archive newest first, or search it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.reader import Reader
from monitor.cli.opening import as_json
from monitor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from db.records import Story


@click.command
@click.argument("query", nargs=-1)
@click.option("--source", help="Only stories of this source.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option(
    "--before",
    type=click.IntRange(1, 2**63 - 1),
    metavar="ID",
    help="Go on after this one, the last shown.",
)
@as_json
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 - the options of a command
    folder: str,
    query: tuple[str, ...],
    source: str | None,
    limit: int,
    before: int | None,
    is_json: bool,  # noqa: FBT001 - click's way
) -> None:
    """List the stories seen last; with words, those that hold all of them."""
    with Reader(Path(folder)) as reader:
        if words := " ".join(query):
            found = reader.search(words, limit, source, before=before)
        else:
            found = reader.newest_stories(limit, source, before=before)
    if is_json:
        print_json(found)
        return
    if not found:
        click.echo("There is no such story.", err=True)
        return
    print_table(
        ("id", "source", "published", "state", "headline"),
        (
            (
                story.id,
                story.source,
                story.published_at or story.first_seen_at,
                _state(story),
                story.revision.content.headline,
            )
            for story in found
        ),
    )


def _state(story: Story) -> str:
    if story.gone_at:
        return "gone"
    if story.revisions > 1:
        return f"{story.revisions} rev."
    return "backfilled" if story.is_backfilled else ""
