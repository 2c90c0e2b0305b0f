"""`tilik source test`: one visit to a source, shown and not stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from crawler.extract.task import EXTRACTOR_VERSION
from db.connection import ARCHIVE
from db.learned import NOTHING_LEARNED
from db.reader import Reader
from db.template import TRIALS
from monitor.cli.opening import as_json, settings_of, source_of, utc_now
from monitor.cli.output import clean, print_json, print_table, printed_time
from monitor.cli.source_add import print_refused
from monitor.counting import counted

if TYPE_CHECKING:
    from pathlib import Path

    from config.settings import Source
    from crawler.discover.trying import Tried
    from db.learned import Learned
    from db.records import Furniture
    from db.template import Template


@click.command
@click.argument("name", metavar="NAME")
@as_json
@click.pass_obj
def command(folder: str, name: str, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Visit the source NAME once without storing anything, and show what it gives."""
    settings = settings_of(folder)
    source = source_of(settings, name)
    from crawler.discover.trying import tried  # noqa: PLC0415 - Scrapy, after all was found good

    learned, lines = _learned(settings.folder, name)
    result = asyncio.run(tried(settings, source, learned, utc_now))
    template = learned.template
    if is_json:
        print_json({"visit": result, "learned": lines, "template": template})
    else:
        _print(source, result, lines, template)
    return 0 if result.samples and not result.failure else 1


def _learned(folder: Path, name: str) -> tuple[Learned, list[Furniture]]:
    if not (folder / ARCHIVE).exists():
        return NOTHING_LEARNED, []
    with Reader(folder) as reader:
        return reader.learned(name, EXTRACTOR_VERSION), reader.furniture(name)


def _print(
    source: Source, result: Tried, lines: list[Furniture], template: Template | None
) -> None:
    if result.failure:
        click.echo(clean(result.failure), err=True)
    elif result.complaint:
        click.echo(clean(f"read, but {result.complaint}"), err=True)
    place = f" at “{clean(source.select)}”" if source.select else ""
    of_these = "; of the newest:" if result.samples else "."
    click.echo(f"{counted(result.listed, 'story is', 'stories are')} listed{place}{of_these}")
    if result.samples:
        print_table(
            ("published", "headline", "author", "words"),
            (
                (printed_time(each.published), each.headline, ", ".join(each.authors), each.words)
                for each in result.samples
            ),
        )
    print_refused(result.refused)
    if lines:
        click.echo("\nlines that stand on many stories of it, and are taken out:")
        print_table(("line", "stories"), ((line.example, line.stories) for line in lines))
    if template is not None:
        click.echo(clean(f"\n{_sentence(template)}"))
    click.echo(f"It took {counted(result.requests, 'request', 'requests')}; nothing was stored.")


def _sentence(template: Template) -> str:
    where = f"in the element {template.body}"
    if template.is_used:
        return f"Its bodies are known to stand {where}, and are read there."
    lessons = counted(template.lessons, "story", "stories")
    return (
        f"Its bodies seem to stand {where}: {lessons} taught that, "
        f"{template.agreed} confirmed it; until {TRIALS} do, each page is read as if it were new."
    )
