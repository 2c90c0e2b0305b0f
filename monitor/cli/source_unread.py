"""`tilik source unread`: the listed addresses that gave no story, and why."""

from __future__ import annotations

import click

from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, source_of
from monitor.cli.output import print_json, print_table, when

SHOWN = 50
PASSED_OVER = "older"  # the fixed word for what a long baseline left out


@click.command
@click.argument("name", metavar="NAME")
@as_json
@click.pass_obj
def command(folder: str, name: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Show which addresses that the source NAME listed gave no story, and why."""
    settings = settings_of(folder)
    source_of(settings, name)
    with Reader(settings.folder) as reader:
        unread = reader.unread(name)
    if is_json:
        print_json(unread)
        return
    if not unread:
        click.echo(f"No address that {name} listed waits or was refused.")
        return
    tried = [each for each in unread if each.reason != PASSED_OVER]
    print_table(
        ("address", "found", "next try", "why"),
        (
            (each.url, when(each.found_at), when(each.next_try_at), each.detail)
            for each in tried[:SHOWN]
        ),
    )
    if len(tried) > SHOWN:
        click.echo(f"and {len(tried) - SHOWN} more (--json names all)")
    if len(unread) > len(tried):
        click.echo(f"and {len(unread) - len(tried)} that were there before the first visit")
