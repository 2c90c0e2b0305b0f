"""`tilik crawl`: one round now, with a progress bar and a summary of what came of it."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from db.connection import Writer
from db.outbox import Outbox
from db.reader import Reader
from monitor.cli.opening import as_json, settings_of, source_of, utc_now
from monitor.cli.output import clean, print_json, print_table
from monitor.cli.progress import Progress
from monitor.turns import Turns
from monitor.watch import compiled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from config.settings import Settings, Source
    from crawler.visits import Report, Visit

SHOWN_TROUBLES = 20


@click.command
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@as_json
@click.pass_obj
def command(folder: str, names: tuple[str, ...], is_json: bool) -> int:  # noqa: FBT001 - click's way
    """Read all sources once, or only those named."""
    settings = settings_of(folder)
    sources = _chosen(settings, names)
    is_shown = sys.stderr.isatty() and not is_json
    with Progress("reading", len(sources), is_shown=is_shown) as progress:
        round_ = one_round(settings, sources, utc_now, lambda each: progress.advance(each.source))
        reports, matches = asyncio.run(round_)
    reports.sort(key=lambda report: report.source)
    if is_json:
        print_json({"reports": reports, "matches": matches})
    else:
        _print(reports, matches)
    return 1 if any(report.reason for report in reports) else 0


async def one_round(
    settings: Settings,
    sources: Sequence[Source],
    clock: Callable[[], datetime],
    on_report: Callable[[Report], None],
) -> tuple[list[Report], int]:
    """Visit each source once; return the reports and how many matches the topics found."""
    # Scrapy costs 0.3 s to import: a mistake in the configuration should be told before that.
    from crawler.crawl import crawl  # noqa: PLC0415
    from monitor.rounds import Rounds  # noqa: PLC0415

    index = compiled(settings)
    reports: list[Report] = []
    matches: list[int] = []
    named, turns = {source.name: source for source in sources}, Turns()
    for source in sources:
        turns.add(source.name, source.host)
    with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
        rounds = Rounds(settings, index, writer, reader, clock)
        Outbox(writer).awaited(settings.topics_of_mailboxes(), clock())

        async def visits() -> AsyncIterator[Visit]:
            for _ in named:
                if name := await turns.next():
                    yield rounds.visit(named[name])

        async def reported(report: Report) -> None:
            try:
                matches.append(await rounds.reported(report))
            finally:
                turns.done(report.source)
            reports.append(report)
            on_report(report)

        await crawl(settings, writer, visits(), reported, clock)
        await rounds.tidy()
    return reports, sum(matches)


def _chosen(settings: Settings, names: Sequence[str]) -> list[Source]:
    if names:
        return [source_of(settings, name) for name in names]
    return [source for source in settings.sources if source.enabled]


def _print(reports: Sequence[Report], matches: int) -> None:
    outcomes = ("new", "baseline", "edited", "retitled", "gone", "refused", "postponed")
    print_table(
        ("source", "state", "requests", *outcomes),
        (
            (
                report.source,
                "failed" if report.reason else "unchanged" if report.is_unchanged else "read",
                report.requests,
                *(report.outcomes[outcome] or "" for outcome in outcomes),
            )
            for report in reports
        ),
    )
    for report in reports:
        if report.reason:
            click.echo(f"{report.source}: {clean(report.detail or report.reason)}", err=True)
        elif report.complaint:
            click.echo(f"{report.source}: read, but {clean(report.complaint)}", err=True)
    troubles = [trouble for report in reports for trouble in report.troubles]
    for url, detail in troubles[:SHOWN_TROUBLES]:
        click.echo(f"{clean(url)}: {clean(detail)}", err=True)
    if len(troubles) > SHOWN_TROUBLES:
        click.echo(f"and {len(troubles) - SHOWN_TROUBLES} more (--json lists them all)", err=True)
    if any(report.reason == "fault" or report.outcomes["fault"] for report in reports):
        click.echo("`TILIK_DEBUG=1 tilik crawl` shows the log; please report the fault.", err=True)
    total = sum((report.outcomes for report in reports), Counter[str]())
    click.echo(
        f"{len(reports)} sources, {total['new']} new, {total['edited'] + total['retitled']} "
        f"changed, {total['gone']} gone; {matches} matches. `tilik digest` mails them."
    )
