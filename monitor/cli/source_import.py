"""`tilik source import`: declares what an OPML file lists, in a new file of sources/."""

from __future__ import annotations

import re
from pathlib import Path

import click

from config.writing import write_sources
from crawler.kinds.listing import Unreadable
from monitor.cli.opening import as_json, settings_of
from monitor.cli.output import clean, print_json
from monitor.counting import counted
from monitor.opml import read_opml

BAD_DATA = 65


@click.command
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@as_json
@click.pass_obj
def command(folder: str, file: Path, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Declare the feeds of the OPML file FILE in sources/, under the file's own name.

    Exit status: 65 the file is no OPML, 73 sources/ has a file of that name.
    """
    settings = settings_of(folder)
    try:
        sources, left_out = read_opml(file.read_bytes(), settings.sources, settings.network.ports)
    except Unreadable as error:
        click.echo(clean(f"tilik: {file}: cannot be read: {error}"), err=True)
        return BAD_DATA
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-.") or "imported"
    comment = f"Imported from {clean(file.name)}. How to declare a source: docs/sources.md."
    written = write_sources(settings.folder, name, sources, comment) if sources else None
    if is_json:
        declared = [source.model_dump(mode="json", exclude_defaults=True) for source in sources]
        print_json({"sources": declared, "left_out": left_out, "written": written})
        return 0
    for sentence in left_out:
        click.echo(clean(f"left out: {sentence}"), err=True)
    if written:
        said = counted(len(sources), "source", "sources")
        click.echo(f"Wrote {written}: {said}. `tilik source list` shows all.")
    else:
        click.echo("There is no new feed in it; nothing was written.")
    return 0
