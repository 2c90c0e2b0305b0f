"""`tilik source add`: looks how a newspaper can be read, shows it, and declares it after a yes."""

from __future__ import annotations

import asyncio
import re
import sys
from textwrap import shorten
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from pydantic import ValidationError

from config.settings import Source
from config.writing import write_sources
from monitor.cli.opening import as_json, settings_of, utc_now
from monitor.cli.output import clean, print_json, print_table, printed_time
from monitor.counting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings
    from crawler.discover.samples import Refused
    from crawler.discover.scout import Proposal, Survey

SHOWN_CHARACTERS = 80


@click.command
@click.argument("url", metavar="URL")
@click.option("--name", help="What to call the source (default: after its host).")
@click.option("--yes", "is_yes", is_flag=True, help="Write what is found without asking.")
@as_json
@click.pass_obj
def command(folder: str, url: str, name: str | None, is_yes: bool, is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Find out how the newspaper at URL can be read, and write sources/NAME.toml after a yes."""
    if not is_yes and not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: add --yes to write what is found")
    settings = settings_of(folder)
    url, name = _checked(settings, url, name)
    # Scrapy is imported here, after the command line was found good.
    from crawler.discover.scout import survey  # noqa: PLC0415

    if sys.stderr.isatty():
        click.echo(f"Looking at {clean(url)}, one request after the other...", err=True)
    seen = asyncio.run(survey(settings, url, utc_now))
    sources = _declared(seen, name, is_verified=not is_yes)
    if not is_json:
        _print(seen, sources)
    written = None
    if sources and (is_yes or click.confirm("\nDeclare it so?", err=True)):
        written = write_sources(settings.folder, name, sources, _comment())
    if is_json:
        declared = [source.model_dump(mode="json", exclude_defaults=True) for source in sources]
        print_json({"survey": seen, "sources": declared, "written": written})
    elif written:
        names = " ".join(source.name for source in sources)
        click.echo(f"\nWrote {written}. `tilik crawl {names}` reads it now.")
    elif sources:
        click.echo("\nNothing was written.")
    return 0 if sources else 1


def _checked(settings: Settings, url: str, name: str | None) -> tuple[str, str]:
    """Complete and check what was asked for, before a newspaper is bothered."""
    from crawler.addresses import objection  # noqa: PLC0415 - checked after the command line
    from crawler.discover.beliefs import name_of  # noqa: PLC0415

    url = url if "://" in url else f"https://{url}"
    if reason := objection(url):
        raise click.UsageError(clean(reason))
    name = name or name_of(url)
    file = settings.folder / "sources" / f"{name}.toml"
    if settings.source_named(name) or file.exists():
        raise click.UsageError(
            f"there is already a source “{clean(name)}”; --name gives this one another name"
        )
    try:
        Source(name=name, url=url, kind="section")
    except ValidationError as error:
        raise click.UsageError(
            clean(error.errors()[0]["msg"].removeprefix("Value error, "))
        ) from error
    return url, name


def _declared(seen: Survey, name: str, *, is_verified: bool) -> list[Source]:
    """Return the sources that would be written: the first by the name, the others by their part."""
    names: list[str] = []
    for proposal in seen.proposals:
        part = urlsplit(proposal.url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
        part = re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")[:12] or proposal.kind
        wanted = f"{name[:50]}-{part}" if names else name
        names.append(f"{wanted[:61]}-{len(names) + 1}" if wanted in names else wanted)
    return [
        Source(
            name=each,
            url=proposal.url,
            kind=proposal.kind,
            title=seen.title,
            region=seen.region,
            lang=seen.lang,
            zone=seen.zone,
            verified=is_verified,
        )
        for each, proposal in zip(names, seen.proposals, strict=True)
    ]


def _comment() -> str:
    return (
        f"Found by `tilik source add` on {utc_now():%Y-%m-%d}.\n"
        "What was not known is left out: region, lang, zone. How to declare a source: "
        "docs/sources.md."
    )


def _print(seen: Survey, sources: Sequence[Source]) -> None:
    for source, proposal in zip(sources, seen.proposals, strict=True):
        click.echo(clean(f"\n{source.name}: {proposal.kind} {proposal.url} ({proposal.origin})"))
        click.echo(f"lists {counted(proposal.listed, 'story', 'stories')}, such as")
        _print_samples(proposal)
    if sources:
        languages = ", ".join(seen.langs) or "unknown"
        click.echo(clean(f"\ntitle     {seen.title or 'unknown'}"))
        click.echo(clean(f"region    {seen.region or 'unknown'}"))
        click.echo(clean(f"language  {seen.lang or languages + ' (each story by itself)'}"))
        click.echo(clean(f"zone      {seen.zone or 'unknown'}"))
        click.echo(f"It took {counted(seen.requests, 'request', 'requests')}.")
    else:
        click.echo(clean(f"No working way into {seen.url} was found."), err=True)
        print_refused(seen.failed)
        click.echo(
            "If you know the address of a feed or sitemap, `tilik source add` takes it, too.",
            err=True,
        )


def _print_samples(proposal: Proposal) -> None:
    print_table(
        ("published", "headline", "begins"),
        (
            (printed_time(sample.published), sample.headline, _shortened(sample.beginning))
            for sample in proposal.samples
        ),
    )
    print_refused(proposal.refused)


def _shortened(text: str) -> str:
    return shorten(text, SHOWN_CHARACTERS, placeholder="…")


def print_refused(refused: Sequence[Refused]) -> None:
    """Say which addresses gave nothing, and why, each reason once."""
    reasons: dict[str, list[str]] = {}
    for each in refused:
        reasons.setdefault(each.detail, []).append(each.url)
    for detail, urls in reasons.items():
        click.echo(clean(f"  {', '.join(urls)}: {detail}"), err=True)
