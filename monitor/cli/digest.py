"""`tilik digest`: compose what a mailbox has not had yet, and hand it to its channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, utc_now
from monitor.cli.output import clean, print_json
from monitor.deliver import compose_digest, deliver_due, digest_for
from monitor.render.message import render_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Mailbox, Settings
    from monitor.deliver import Tally

MAIL_UNAVAILABLE = 69


@click.command
@click.argument("mailbox", required=False)
@click.option("--dry-run", is_flag=True, help="Print the digest; store and send nothing.")
@as_json
@click.pass_obj
def command(folder: str, mailbox: str | None, dry_run: bool, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Compose and deliver now, for MAILBOX or for all."""
    settings = settings_of(folder)
    mailboxes = _chosen(settings, mailbox)
    if dry_run:
        _preview(settings, mailboxes, is_json=is_json)
        return 0
    now = utc_now()
    with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
        outbox = Outbox(writer)
        outbox.awaited(settings.topics_of_mailboxes(), settings.topic_names, now)
        slot = f"by hand {now:%Y-%m-%d %H:%M:%S}"
        composed = [
            each.name
            for each in mailboxes
            if compose_digest(settings, reader, outbox, each, slot=slot, now=now)
        ]
        tally = deliver_due(settings, reader, outbox, now=now)
    if is_json:
        print_json({"composed": composed, "tally": tally})
    else:
        _print(mailboxes, composed, tally)
    return MAIL_UNAVAILABLE if tally.problems else 0


def _chosen(settings: Settings, name: str | None) -> Sequence[Mailbox]:
    if name is None:
        return settings.mailboxes
    mailbox = settings.mailbox_named(name)
    if mailbox is None:
        known = ", ".join(each.name for each in settings.mailboxes) or "none"
        raise click.UsageError(f"there is no mailbox “{name}” in tilik.toml; it has {known}.")
    return (mailbox,)


def _preview(settings: Settings, mailboxes: Sequence[Mailbox], *, is_json: bool) -> None:
    now = utc_now()
    mails = []
    with Reader(settings.folder) as reader:
        for mailbox in mailboxes:
            digest = digest_for(settings, reader, mailbox, now=now)
            parts = render_parts(digest) if digest else []
            mails += [(mailbox.name, rendered) for _, rendered in parts]
    if is_json:
        print_json([{"mailbox": name, "digest": rendered} for name, rendered in mails])
        return
    for name, rendered in mails:
        click.echo(f"To: {name}\nSubject: {clean(rendered.subject)}\n\n{clean(rendered.text)}")
    if not mails:
        click.echo("Nothing to tell: no mailbox has undelivered matches.")


def _print(mailboxes: Sequence[Mailbox], composed: Sequence[str], tally: Tally) -> None:
    for mailbox in mailboxes:
        done = "digest composed" if mailbox.name in composed else "nothing new to tell"
        click.echo(f"{mailbox.name}: {done}")
    click.echo(
        f"{tally.sent} sent, {tally.waiting + tally.uncertain} waiting, {tally.failed} failed"
    )
    for problem in tally.problems:
        click.echo(f"! {clean(problem)}", err=True)
