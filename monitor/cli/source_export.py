"""`tilik source export`: the declared sources as OPML, for feed readers and for another tilik."""

from __future__ import annotations

import click

from monitor.cli.opening import as_json, settings_of
from monitor.cli.output import print_json
from monitor.opml import opml_of


@click.command
@as_json
@click.pass_obj
def command(folder: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Print all declared sources as OPML (with --json: as their tables)."""
    sources = settings_of(folder).sources
    if is_json:
        print_json([source.model_dump(mode="json", exclude_defaults=True) for source in sources])
    else:
        click.echo(opml_of(sources), nl=False)
