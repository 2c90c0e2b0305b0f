"""`tilik source list`: what each source yields, when it is read, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from db.connection import ARCHIVE
from db.reader import Reader
from db.records import SourceState
from monitor.cli.opening import as_json, settings_of, utc_now
from monitor.cli.output import print_json, print_table, when
from monitor.counting import counted

if TYPE_CHECKING:
    from datetime import datetime

    from config.settings import Settings, Source

LOOKED_BACK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of one source. Null times: never, or not planned; null yield: not read yet."""

    name: str
    kind: str
    url: str
    stories_a_day: float | None
    last_success_at: datetime | None
    next_visit_at: datetime | None
    health: str


@click.command
@as_json
@click.pass_obj
def command(folder: str, is_json: bool) -> None:  # noqa: FBT001 - click's way
    """List the declared sources: stories a day (over a week), last success, next visit, health."""
    settings, now = settings_of(folder), utc_now()
    states, counts = _known(settings, now - LOOKED_BACK)
    lines = [
        _line(
            source,
            states.get(source.name, SourceState(source.name)),
            counts.get(source.name, 0),
            now,
        )
        for source in settings.sources
    ]
    if is_json:
        print_json(lines)
        return
    print_table(
        ("source", "kind", "stories a day", "last success", "next visit", "health"),
        (
            (
                line.name,
                line.kind,
                line.stories_a_day,
                when(line.last_success_at),
                when(line.next_visit_at) if line.next_visit_at else "at the next round",
                line.health,
            )
            for line in lines
        ),
    )


def per_day(stories: int, first_success_at: datetime | None, now: datetime) -> float | None:
    """Return the stories a day since the first success, a week at most; null before it."""
    if first_success_at is None:
        return None
    seen_for = min(max(now - first_success_at, DAY), LOOKED_BACK)
    return round(stories / (seen_for / DAY), 1)


def health(source: Source, state: SourceState, stories: int, now: datetime) -> str:
    """Say in a few words how a source is."""
    if not source.enabled:
        return "rests (enabled = false)"
    if state.reason:
        times = counted(state.failures, "time", "times")
        return f"failing since {when(state.failing_since)}, {times}: {state.reason}"
    if state.first_success_at is None:
        return "not read yet"
    if stories == 0 and now - state.first_success_at >= LOOKED_BACK:
        return "answers, but had no new story for a week"
    return "well"


def _known(settings: Settings, since: datetime) -> tuple[dict[str, SourceState], dict[str, int]]:
    if not (settings.folder / ARCHIVE).exists():
        return {}, {}
    with Reader(settings.folder) as reader:
        return reader.sources(), reader.new_stories(since)


def _line(source: Source, state: SourceState, stories: int, now: datetime) -> Line:
    return Line(
        name=source.name,
        kind=source.kind,
        url=source.url,
        stories_a_day=per_day(stories, state.first_success_at, now),
        last_success_at=state.last_success_at,
        next_visit_at=state.due_at,
        health=health(source, state, stories, now),
    )
