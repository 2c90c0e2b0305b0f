"""`tilik topic lookback`: a topic alerts from an earlier time on, where it would from now on."""

from __future__ import annotations

import click

from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.opening import ago, as_json, settings_of, topic_of, utc_now
from monitor.cli.output import print_json
from monitor.counting import counted
from monitor.watch import look_back


@click.command
@click.argument("name", metavar="NAME")
@click.option("--since", required=True, help="12h, 30d, 8w ago, or a day.")
@as_json
@click.pass_obj
def command(folder: str, name: str, since: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Let the topic NAME look back: the next digest tells what it finds since then.

    A new topic, or one whose query has changed, looks at no story that was there before. What was
    found already is not found again, and what was there at the first visit of a source is not told.
    """
    now = utc_now()
    begin = ago(since, now)
    settings = settings_of(folder)
    topic = topic_of(settings, name)
    with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
        outbox = Outbox(writer)
        outbox.awaited(settings.topics_of_mailboxes(), settings.topic_names, now)
        found = look_back(settings, topic, reader, outbox, begin, now)
    if is_json:
        print_json({"topic": name, "since": begin, "matches": found})
    else:
        matches = counted(found, "new match", "new matches")
        told = "`tilik digest` mails what was found." if found else "There is nothing more to tell."
        click.echo(f"{matches} since {begin:%Y-%m-%d %H:%M} UTC. {told}")
