"""`tilik stories`: browse the archive newest first, or search it."""

from __future__ import annotations

from pathlib import Path

import click

from db.reader import Reader
from monitor.cli.opening import as_json
from monitor.cli.output import print_json, print_table


@click.command
@click.argument("query", nargs=-1)
@click.option("--source", help="Only stories of this source.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@as_json
@click.pass_obj
def command(
    folder: str,
    query: tuple[str, ...],
    source: str | None,
    limit: int,
    is_json: bool,  # noqa: FBT001 - click's way
) -> None:
    """List the stories seen last; with words, those that hold all of them."""
    with Reader(Path(folder)) as reader:
        words = " ".join(query)
        found = reader.search(words, limit) if words else reader.newest_stories(limit, source)
    if source is not None:
        found = [story for story in found if story.source == source]
    if is_json:
        print_json(found)
        return
    print_table(
        ("id", "source", "published", "state", "headline"),
        (
            (
                story.id,
                story.source,
                story.published_at or story.first_seen_at,
                "gone" if story.gone_at else f"{story.revisions} rev." * (story.revisions > 1),
                story.revision.content.headline,
            )
            for story in found
        ),
    )
