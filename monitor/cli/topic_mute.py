"""`tilik topic mute`: the news of one story, wherever it stands, is kept from a topic's readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from db.connection import Writer
from db.errors import StoreBusy
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, topic_of, utc_now
from monitor.cli.output import clean, print_json, print_table, when
from monitor.counting import counted

if TYPE_CHECKING:
    from config.settings import Settings, Topic


@click.command
@click.argument("name", metavar="NAME")
@click.argument("story_id", metavar="[ID]", type=click.IntRange(1, 2**63 - 1), required=False)
@click.option("--undo", "is_undone", is_flag=True, help="Tell it again from now on.")
@as_json
@click.pass_obj
def command(folder: str, name: str, story_id: int | None, is_undone: bool, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Mute the news of story ID for the topic NAME; without ID, list what is muted.

    What the topic finds of it is kept with the reason, and mailed to nobody.
    """
    settings = settings_of(folder)
    topic = topic_of(settings, name)
    if story_id is None:
        if is_undone:
            raise click.UsageError("--undo needs the ID of a story; without it, all are listed")
        _list(settings, topic, is_json=is_json)
        return
    is_changed = _changed(settings, topic, story_id, is_undone=is_undone)
    if is_json:
        print_json({"topic": name, "story": story_id, "muted": not is_undone})
    elif is_undone:
        said = "is told again from now on" if is_changed else "was not muted"
        click.echo(f"The news of story {story_id} {said}.")
    else:
        said = "is" if is_changed else "was already"
        click.echo(f"The news of story {story_id} {said} muted for {name}; --undo takes it back.")


def _changed(settings: Settings, topic: Topic, story_id: int, *, is_undone: bool) -> bool:
    """Mute or unmute; False when it was so already. Raises StoreBusy beside a daemon."""
    try:
        with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
            if is_undone:
                return Outbox(writer).unmute(topic.name, story_id)
            if reader.story(story_id) is None:
                raise click.UsageError(f"there is no story {story_id}. `tilik stories` lists them.")
            return Outbox(writer).mute(topic.name, story_id, utc_now())
    except StoreBusy as error:
        raise StoreBusy(
            f"{error} Beside a daemon, put the address of the story into the watchlist: "
            'mute.clusters = ["https://..."].'
        ) from None


def _list(settings: Settings, topic: Topic, *, is_json: bool) -> None:
    with Reader(settings.folder) as reader:
        mutes = reader.mutes(topic.name)
        stories = reader.stories([mute.story_id for mute in mutes])
        counts = [(why, matches) for name, why, matches in reader.muted() if name == topic.name]
    if is_json:
        declared = topic.mute.model_dump(exclude_defaults=True)
        print_json({"news": mutes, "declared": declared, "matches": dict(counts)})
        return
    if mutes:
        print_table(
            ("id", "muted since", "source", "headline"),
            (
                (mute.story_id, when(mute.muted_at), story.source, story.revision.content.headline)
                for mute, story in zip(mutes, stories, strict=True)
            ),
        )
    else:
        click.echo(f"No news of single stories is muted for {topic.name}.")
    for why, matches in counts:
        click.echo(clean(f"{counted(matches, 'match', 'matches')} muted because of {why}"))
