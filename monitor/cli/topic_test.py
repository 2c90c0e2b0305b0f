"""`tilik topic test`: what a topic would have caught, before anybody is mailed."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from config.load import with_watchlist
from db.reader import Reader
from monitor.cli.opening import ago, as_json, settings_of, topic_of, utc_now
from monitor.cli.output import clean, print_json, print_table
from monitor.cli.progress import Progress
from monitor.counting import counted
from monitor.topics.preview import KEPT
from monitor.topics.trial import Trial, preview_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.topics.preview import Catch, Edit
    from monitor.topics.trial import Report

SHOWN_WORK = 15
SHOWN_CHARACTERS = 40
CHART_SIGNS = 60
BARS = "▁▂▃▄▅▆▇█"
NOTHING = "·"


@click.command
@click.argument("name", metavar="NAME")
@click.option("--since", default="30d", show_default=True, help="12h, 30d, 8w ago, or a day.")
@click.option("--file", type=click.Path(), help="Try a watchlist that is not saved yet.")
@click.option(
    "--seconds",
    default=15,
    show_default=True,
    type=click.IntRange(1),
    help="How long to look; what was reached by then is told.",
)
@as_json
@click.pass_obj
def command(  # noqa: PLR0913, PLR0917 - the options of a command
    folder: str,
    name: str,
    since: str,
    file: str | None,
    seconds: int,
    is_json: bool,  # noqa: FBT001 - click's way
) -> None:
    """Show what the topic NAME finds in the archive, and how often it would have mailed.

    Nothing is stored and nobody is mailed. With --file the topic is read from there, and compared
    with the saved one of that name.
    """
    deadline_s = time.monotonic() + seconds
    until = utc_now()
    begin = ago(since, until)
    declared = settings_of(folder)
    settings = with_watchlist(declared, Path(file)) if file else declared
    topic = topic_of(settings, name)
    before = declared.topic_named(name) if file else None
    with Reader(settings.folder) as reader:
        saved = preview_of(declared, before, reader) if before else None
        trial = Trial(reader, settings, topic, saved, begin)
        _run(trial, deadline_s, is_json=is_json)
        report = trial.report(until)
    if is_json:
        print_json(report)
    else:
        _print(report)


def _run(trial: Trial, deadline_s: float, *, is_json: bool) -> None:
    """Look until all was seen or the time is up, and show the newest hits at once."""
    is_shown = sys.stderr.isatty() and not is_json
    with Progress("looking", len(trial.candidates), is_shown=is_shown) as progress:
        for catch in trial.run():
            if time.monotonic() > deadline_s:
                break
            hits = len(trial.preview.times)
            if catch and hits <= KEPT and not is_json:
                headline = " ".join(catch.headline.split())
                progress.say(clean(f"{catch.id}  {catch.at:%Y-%m-%d}  {headline}"))
            progress.advance(counted(hits, "hit", "hits"))


def _print(report: Report) -> None:
    days = max((report.until - report.since) / timedelta(days=1), 1)
    click.echo(
        f"\nHits: {report.hits} of {counted(report.stories, 'story', 'stories')} "
        f"since {report.since:%Y-%m-%d}, {report.hits / days:.1f} a day."
    )
    if not report.is_whole:
        click.echo("Time was up; what is older was not looked at (--seconds gives more time).")
    for why, hits in sorted(report.muted.items()):
        click.echo(clean(f"{counted(hits, 'more is', 'more are')} muted because of {why}."))
    if report.hits:
        _chart(report)
    for mailbox, mails in report.mails_a_week.items():
        click.echo(f"{mailbox}: {mails} mails a week would have held a hit.")
    if report.edit:
        _print_edit(report.edit)
    if report.hits > KEPT:
        _print_catches("The strongest hits:", report.best)
    if report.hits > 2 * KEPT:
        _print_catches("The weakest hits:", report.worst)
    if report.work:
        click.echo(f"\nWhat did the work in {counted(report.explained, 'hit', 'hits')}:")
        print_table(
            ("of", "alternative", "hits", "alone"),
            (
                (_short(each.of), _short(each.alternative), each.hits, each.alone)
                for each in report.work[:SHOWN_WORK]
            ),
        )
        if len(report.work) > SHOWN_WORK:
            click.echo(f"and {len(report.work) - SHOWN_WORK} more (--json names all)")


def _short(clause: str) -> str:
    return shorten(clause, SHOWN_CHARACTERS, placeholder="…")


def _chart(report: Report) -> None:
    """Draw the hits as one line: a sign for each day or, of a long time, for several."""
    first = report.since.date()
    days = (report.until.date() - first).days + 1
    width = -(-days // CHART_SIGNS)
    counts = [0] * -(-days // width)
    for day, hits in report.days.items():
        nth = (date.fromisoformat(day) - first).days // width
        counts[min(nth, len(counts) - 1)] += hits  # a clock that was ahead has dated some later
    most = max(counts)
    signs = (BARS[(count * len(BARS) - 1) // most] if count else NOTHING for count in counts)
    unit = "a day" if width == 1 else f"{width} days"
    click.echo(f"{first} {''.join(signs)} {report.until.date()}  (most: {most} in {unit})")


def _print_edit(edit: Edit) -> None:
    adds = counted(edit.adds, "hit", "hits")
    click.echo(f"Compared with the saved topic it adds {adds} and loses {edit.loses}.")
    samples = (("It adds, such as:", edit.added), ("It loses, such as:", edit.lost))
    for title, catches in samples:
        if catches:
            _print_catches(title, catches)


def _print_catches(title: str, catches: Sequence[Catch]) -> None:
    click.echo(f"\n{title}")
    print_table(
        ("id", "score", "day", "source", "headline"),
        (
            (each.id, f"{each.score:.2f}", f"{each.at:%Y-%m-%d}", each.source, each.headline)
            for each in catches
        ),
    )
