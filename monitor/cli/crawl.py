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
from monitor.cli.opening import ago, as_json, settings_of, source_of, utc_now
from monitor.cli.output import clean, print_json, print_table, when
from monitor.cli.progress import Progress
from monitor.counting import counted
from monitor.turns import Turns
from monitor.watch import compiled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from config.settings import Settings, Source
    from crawler.visits import Report, Visit

SHOWN_TROUBLES = 20
PAGES = 100  # older pages in one backfill: some 2,000 stories, well under an hour of requests


@click.command
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--since", metavar="DATE", help="Read older pages too, back to 2026-07-31, or 30d.")
@click.option(
    "--pages",
    default=PAGES,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="With --since: older pages of a source read at most; the same command goes on.",
)
@as_json
@click.pass_obj
def command(
    folder: str,
    names: tuple[str, ...],
    since: str | None,
    pages: int,
    is_json: bool,  # noqa: FBT001 - click's way
) -> int:
    """Read all sources once, or only those named; with --since, their older pages as well."""
    until = ago(since, utc_now()) if since else None
    if until is not None and not names:
        raise click.UsageError("--since needs the names of the sources to be read back.")
    settings = settings_of(folder)
    sources = _chosen(settings, names)
    total = None if until else len(sources)
    is_shown = sys.stderr.isatty() and not is_json
    with Progress("reading", total, is_shown=is_shown) as progress:
        round_ = one_round(
            settings,
            sources,
            utc_now,
            lambda each: progress.advance(each.source),
            since=until,
            pages=pages,
        )
        reports, matches = asyncio.run(round_)
    reports = joined(reports)
    if is_json:
        print_json({"reports": reports, "matches": matches})
    else:
        _print(reports, matches)
    if until is not None:
        _print_left(settings.folder, reports, until)
    return 1 if any(report.reason for report in reports) else 0


async def one_round(  # noqa: PLR0913 - a round and how far back it goes
    settings: Settings,
    sources: Sequence[Source],
    clock: Callable[[], datetime],
    on_report: Callable[[Report], None],
    *,
    since: datetime | None = None,
    pages: int = PAGES,
) -> tuple[list[Report], int]:
    """Visit each source once; return the reports and how many matches the topics found.

    `since` also visits older pages, `pages` of each source at most; null visits none.
    """
    # Scrapy costs 0.3 s to import: a mistake in the configuration should be told before that.
    from crawler.crawl import crawl  # noqa: PLC0415
    from monitor.backfill import Backfill  # noqa: PLC0415
    from monitor.rounds import Rounds  # noqa: PLC0415

    index = compiled(settings)
    reports: list[Report] = []
    matches: list[int] = []
    named, turns = {source.name: source for source in sources}, Turns()
    for source in sources:
        turns.add(source.name, source.host)
    with Writer(settings.folder) as writer, Reader(settings.folder) as reader:
        rounds = Rounds(settings, index, writer, reader, clock)
        Outbox(writer).awaited(settings.topics_of_mailboxes(), settings.topic_names, clock())

        backfill = (
            Backfill(rounds, writer, reader, clock, since=since, pages=pages) if since else None
        )

        async def visits() -> AsyncIterator[Visit]:
            if backfill is not None:
                for source in sources:
                    async for visit in backfill.visits(source):
                        yield visit
                return
            for _ in named:
                if name := await turns.next():
                    yield rounds.visit(named[name])

        async def reported(report: Report) -> None:
            try:
                matches.append(await rounds.reported(report))
            finally:
                if backfill is not None:
                    backfill.reported(report)
                else:
                    turns.done(report.source)
            reports.append(report)
            on_report(report)

        await crawl(settings, writer, visits(), reported, clock)
        await rounds.tidy()
    return reports, sum(matches)


def joined(reports: Sequence[Report]) -> list[Report]:
    """Make one report of all reports of a source, in the order of their names."""
    by_source: dict[str, Report] = {}
    for report in sorted(reports, key=lambda report: report.source):  # in their order otherwise
        whole = by_source.setdefault(report.source, report)
        if whole is report:
            continue
        whole.finished_at = report.finished_at
        whole.reason, whole.detail = whole.reason or report.reason, whole.detail or report.detail
        whole.complaint = whole.complaint or report.complaint
        whole.requests += report.requests
        whole.found += report.found
        whole.is_unchanged = whole.is_unchanged and report.is_unchanged
        whole.outcomes += report.outcomes
        whole.troubles += report.troubles
    return list(by_source.values())


def _chosen(settings: Settings, names: Sequence[str]) -> list[Source]:
    if names:
        return [source_of(settings, name) for name in names]
    return [source for source in settings.sources if source.enabled]


def _print(reports: Sequence[Report], matches: int) -> None:
    outcomes = (
        "new",
        "baseline",
        "backfilled",
        "edited",
        "retitled",
        "gone",
        "refused",
        "postponed",
    )
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
    if not reports:
        click.echo("No source was read: `tilik source add URL` declares one.", err=True)
    total = sum((report.outcomes for report in reports), Counter[str]())
    click.echo(
        f"{counted(len(reports), 'source', 'sources')}, {total['new']} new, "
        f"{total['edited'] + total['retitled']} changed, {total['gone']} gone; "
        f"{counted(matches, 'match', 'matches')}."
        + (" `tilik digest` mails what was found." if matches else "")
    )


def _print_left(folder: Path, reports: Sequence[Report], since: datetime) -> None:
    """Say of each source how far its backfill has come."""
    with Reader(folder) as reader:
        states = reader.sources()
        for report in reports:
            state = states.get(report.source)
            pages = len(reader.older_pages(report.source))
            stories = (state.waiting if state else None) or 0
            if pages or stories:
                left = (
                    f"{counted(pages, 'older page', 'older pages')} and "
                    f"{counted(stories, 'story', 'stories')} are left"
                )
                click.echo(f"{report.source}: {left}; the same command goes on.", err=True)
            elif report.reason is None:
                click.echo(
                    f"{report.source}: read back to {when(since)}, as its pages lead.", err=True
                )
