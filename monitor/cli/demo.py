"""`tilik demo`: the whole product offline, in half a minute, on a newspaper written for it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.opening import as_json, utc_now
from monitor.cli.output import clean, print_json, print_table
from monitor.cli.progress import Progress
from monitor.clusters import clusters
from monitor.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from db.records import Story
    from monitor.demo.newspaper import Outlet
    from monitor.demo.tour import Mail, Round, Tour

STORED = ("new", "baseline", "same", "edited", "retitled", "gone")


@click.command
@click.argument("target", metavar="[DIR]", required=False)
@as_json
def command(target: str | None, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """Show tilik at work: three small newspapers on this machine, two rounds, a digest.

    Files go to DIR, which must not exist yet (default: a new temporary folder).
    """
    # Scrapy and trafilatura are imported here, after the command line was found good.
    from monitor.demo.tour import Tour  # noqa: PLC0415

    folder = Path(target) if target else Path(tempfile.mkdtemp(prefix="tilik-demo-"))
    if target and folder.exists():
        raise FileExistsError(f"{folder} is already there: choose another folder")
    if target:
        folder.mkdir(parents=True)
    with Tour(folder, utc_now()) as tour:
        if is_json:
            _report(folder, tour)
        else:
            _show(folder, tour)


def _show(folder: Path, tour: Tour) -> None:
    _say("Three newspapers on this machine, made up for the demo; all else is tilik itself.")
    print_table(("source", "read by its", "address"), map(_place, tour.outlets))

    _say("First round: what is there is stored silently, so nobody is mailed old news.")
    first = _read(tour)
    _print_round(first)
    for line in _repairs(first.stories):
        click.echo(f"  {line}")

    _say("Two hours later (the demo moves its clock) the newspapers have changed. Second round:")
    tour.go_on()
    second = _read(tour)
    _print_round(second)
    print_table(("source", "event", "headline"), _events(second.stories))

    mail = tour.mail()
    _say("The digest, as the mailbox “desk” gets it:")
    click.echo(f"Subject: {clean(mail.subject)}\n")
    click.echo(clean(mail.text))
    _say("Look around:")
    for line in _next_steps(folder, mail, second.stories):
        click.echo(f"  {line}")


def _report(folder: Path, tour: Tour) -> None:
    """Print the same for a program."""
    first = tour.read(lambda _: None)
    tour.go_on()
    second = tour.read(lambda _: None)
    mail = tour.mail()
    rounds = [{"outcomes": each.outcomes, "matches": each.matches} for each in (first, second)]
    print_json({"folder": folder, "rounds": rounds, "subject": mail.subject, "eml": mail.eml})


def _read(tour: Tour) -> Round:
    with Progress("reading", len(tour.outlets), is_shown=sys.stderr.isatty()) as progress:
        return tour.read(lambda report: progress.advance(report.source))


def _say(text: str) -> None:
    click.echo("\n" + click.style(text, bold=True))


def _place(outlet: Outlet) -> tuple[str, ...]:
    return outlet.name, outlet.kind, outlet.url


def _print_round(done: Round) -> None:
    outcomes = done.outcomes
    stories = ", ".join(f"{outcomes[name]} {name}" for name in STORED if outcomes[name])
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(done.statuses.items()))
    matches = counted(done.matches, "match", "matches")
    click.echo(f"  {stories}; {matches}. HTTP answers: {answers}.")


def _repairs(stories: Sequence[Story]) -> Iterator[str]:
    """Say what was repaired on the way in."""
    contents = [story.revision.content for story in stories]
    taken = Counter(f"{repair}: {reason}" for c in contents for repair, reason, _ in c.removals)
    for what, count in sorted(taken.items()):
        yield f"{count} x {what}"
    for content in contents:
        if content.sheets > 1:
            yield f"1 x article stitched from {content.sheets} sheets: “{clean(content.headline)}”"
    for same in clusters(stories, lambda story: story.revision.content.text):
        if len(same) > 1:
            outlets = ", ".join(sorted(story.source for story in same))
            yield f"1 x the same news in {len(same)} outlets: {outlets}"


def _events(stories: Sequence[Story]) -> list[tuple[str, str, str]]:
    """Name what happened, in an order that does not depend on which page came first."""
    return sorted(
        (story.source, story.revision.event, story.revision.content.headline)
        for story in stories
        if story.revision.event is not None
    )


def _next_steps(folder: Path, mail: Mail, stories: Sequence[Story]) -> list[str]:
    edited = next(story.id for story in stories if story.revision.event == "edited")
    tilik = "tilik" if shutil.which("tilik") else os.path.relpath(sys.argv[0])
    steps = {
        f"{tilik} -C {folder} stories Korea Utara": "search the archive",
        f"{tilik} -C {folder} diff {edited}": "the silent edit, word by word",
        f"xdg-open {mail.html}": "the digest in a browser",
        f"less {mail.eml}": "the digest as it is mailed",
        f"{tilik} init news": "now your own: starter files, and what to do next",
    }
    width = max(map(len, steps))
    return [f"{step:{width}}  # {why}" for step, why in steps.items()]
