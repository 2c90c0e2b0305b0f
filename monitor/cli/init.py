"""`tilik init`: the starter files, commented, in a folder."""

from __future__ import annotations

from pathlib import Path

import click

from config.load import init
from monitor.cli.opening import as_json
from monitor.cli.output import print_json


@click.command
@click.argument("folder", required=False)
@as_json
@click.pass_obj
def command(default: str, folder: str | None, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Write the starter files into FOLDER (default: this one)."""
    target = Path(folder or default)
    written = init(target)
    if is_json:
        print_json({"folder": target, "written": written})
        return
    for path in written:
        click.echo(f"  wrote {path}")
    click.echo(
        f"\nNext: put your address into contact in {target / 'tilik.toml'}, then\n"
        f"  tilik -C {target} check\n"
        f"  tilik -C {target} crawl"
    )
