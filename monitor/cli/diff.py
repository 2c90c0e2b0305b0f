"""`tilik diff`: what changed between two states of a story, word by word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from db.changes import compare
from db.reader import Reader
from monitor.cli.opening import as_json
from monitor.cli.output import clean, print_json, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.changes import Piece
    from db.records import Revision

MARKS = {"same": ("", ""), "added": ("{+", "+}"), "removed": ("[-", "-]")}
COLOURS = {"same": None, "added": "green", "removed": "red"}


@click.command
@click.argument("story_id", metavar="ID", type=int)
@click.argument("a", required=False, type=int)
@click.argument("b", required=False, type=int)
@as_json
@click.pass_obj
def command(folder: str, story_id: int, a: int | None, b: int | None, is_json: bool) -> None:  # noqa: FBT001
    """Compare revisions A and B of story ID; without them, its last two states."""
    with Reader(Path(folder)) as reader:
        life = reader.revisions(story_id)
    if not life:
        raise click.ClickException(f"there is no story {story_id}. `tilik stories` lists them.")
    if len(life) == 1:
        raise click.ClickException(f"story {story_id} has only one state: nothing to compare.")
    before = _picked(life, a, len(life) - 2, story_id)
    after = _picked(life, b, len(life) - 1, story_id)
    change = compare(before.content, after.content)
    event = after.event or ("baseline" if after is life[0] else "read again by a newer extractor")
    if is_json:
        print_json({"before": before.id, "after": after.id, "change": change})
        return
    click.echo(
        f"revision {before.id} ({when(before.seen_at)}) → "
        f"revision {after.id} ({when(after.seen_at)}, {event}), "
        f"{change.significance:.0%} of the words changed"
    )
    click.echo()
    click.echo(_marked(change.headline))
    for block in change.blocks:
        if any(piece.operation != "same" for piece in block):
            click.echo()
            click.echo(_marked(block))


def _picked(life: Sequence[Revision], wanted: int | None, default: int, story_id: int) -> Revision:
    if wanted is None:
        return life[default]
    for revision in life:
        if revision.id == wanted:
            return revision
    known = ", ".join(str(revision.id) for revision in life)
    raise click.ClickException(f"story {story_id} has no revision {wanted}; it has {known}.")


def _marked(pieces: Sequence[Piece]) -> str:
    """Mark what was added and removed so that it reads without colour too."""
    parts = []
    for piece in pieces:
        opening, closing = MARKS[piece.operation]
        text = f"{opening}{clean(piece.text)}{closing}"
        parts.append(click.style(text, fg=COLOURS[piece.operation]))
    return "".join(parts)
