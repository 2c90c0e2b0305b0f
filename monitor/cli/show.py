"""`tilik show`: one story as a reader would read it, with its life if asked."""

from __future__ import annotations

from pathlib import Path

import click

from db.reader import Reader
from monitor.cli.opening import as_json
from monitor.cli.output import clean, print_json, print_table, when


@click.command
@click.argument("story_id", metavar="ID", type=int)
@click.option("--revisions", is_flag=True, help="List all states of the story.")
@as_json
@click.pass_obj
def command(folder: str, story_id: int, revisions: bool, is_json: bool) -> None:  # noqa: FBT001
    """Show the story with this ID (`tilik stories` lists them)."""
    with Reader(Path(folder)) as reader:
        story = reader.story(story_id)
        if story is None:
            raise click.ClickException(f"there is no story {story_id}. `tilik stories` lists them.")
        life = reader.revisions(story_id) if revisions else []
    if is_json:
        print_json({"story": story, "revisions": life} if revisions else story)
        return
    content = story.revision.content
    click.echo(clean(content.headline))
    byline = ", ".join(content.authors)
    facts = [story.source, byline, when(story.published_at or story.first_seen_at)]
    click.echo(clean(" · ".join(fact for fact in facts if fact)))
    click.echo(clean(story.url))
    if story.gone_at:
        click.echo(f"gone since {when(story.gone_at)}")
    if story.flapping_at:
        click.echo(f"its headline changes back and forth since {when(story.flapping_at)}")
    click.echo()
    click.echo(clean(content.text.replace("\n", "\n\n")))
    if revisions:
        click.echo()
        print_table(
            ("revision", "seen", "event", "changed", "headline"),
            (
                (
                    revision.id,
                    revision.seen_at,
                    revision.event or ("baseline" if revision is life[0] else "read again"),
                    f"{revision.significance:.0%}" if revision.significance else "",
                    revision.content.headline,
                )
                for revision in life
            ),
        )
