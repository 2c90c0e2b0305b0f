"""Joins crawling, recording and watching: what a visit is given, and what its report leads to."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from crawler.visits import Visit
from db.archive import Archive
from db.outbox import Outbox
from db.pages import Pages
from db.records import SourceState
from monitor.rhythm import interval_s, learned
from monitor.schedule import REVISIT_WINDOW, due_revisits, next_visit
from monitor.watch import watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from config.settings import Settings, Source
    from crawler.visits import Report
    from db.connection import Writer
    from db.reader import Reader
    from db.records import Arrivals
    from monitor.query.index import TopicIndex

LINES_KEPT = timedelta(days=14)  # lines of stories that are counted, but are not furniture

logger = logging.getLogger(__name__)


class Rounds:
    """Makes visits of sources, and of their reports the schedule's next times and matches."""

    def __init__(
        self,
        settings: Settings,
        index: TopicIndex,
        writer: Writer,
        reader: Reader,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._index = index
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._archive = Archive(writer)
        self._outbox = Outbox(writer)

    def use(self, settings: Settings, index: TopicIndex) -> None:
        """Go on with other settings, after the user's files have changed."""
        self._settings = settings
        self._index = index

    def visit(self, source: Source) -> Visit:
        """Lay out what a visit to a source has to do now."""
        state = self._reader.source(source.name)
        now = self._clock()
        due = due_revisits(self._reader.recent(source.name, now - REVISIT_WINDOW), now)
        return Visit(
            source=source,
            first_success_at=state.first_success_at if state else None,
            revisits=tuple(self._reader.stories(due)),
        )

    async def reported(self, report: Report) -> int:
        """Account for a visit, let the topics look at what it brought, and count the matches."""
        now = self._clock()
        if report.page is None:  # an older page says nothing of how the source is
            state = self._reader.source(report.source) or SourceState(report.source)
            if state.way not in {None, report.way}:  # what failed before says nothing of this way
                state = replace(state, failures=0)
            arrivals = _arrivals(state, report, now)
            await self._writer.run(
                self._archive.visited,
                report.source,
                now=now,
                due_at=self._due_at(report, state, arrivals, now),
                reason=report.detail or report.complaint,
                is_fault=report.reason is not None,
                arrivals=arrivals,
                way=report.way,
            )
        matches = await self._writer.run(
            # The hour is asked anew: a topic may have come since, and waits from then on.
            watch,
            self._settings,
            self._index,
            self._reader,
            self._outbox,
            self._clock(),
        )
        _log(report, matches)
        return matches

    async def tidy(self) -> None:
        """Let go of what retention no longer keeps: raw pages, states, and counted lines."""
        retention = self._settings.retention
        before = self._clock() - timedelta(days=retention.pages_days)
        await self._writer.run(self._archive.trimmed, retention.revisions_per_story)
        await self._writer.run(self._archive.tidied, self._clock() - LINES_KEPT)
        await self._writer.run(_prune, self._settings.folder, before)

    def _due_at(
        self, report: Report, state: SourceState, arrivals: Arrivals, now: datetime
    ) -> datetime:
        source = self._settings.source_named(report.source)
        if source is None:  # taken out while it was read
            return now
        pace = self._settings.pace_of(source)
        pause_s = interval_s(pace, arrivals, listed=report.listed, new=report.found, now=now)
        return next_visit(
            report.source,
            pause_s,
            reason=report.reason,
            failures=state.failures + 1,
            wait_s=report.wait_s,
            now=now,
        )


def _arrivals(state: SourceState, report: Report, now: datetime) -> Arrivals:
    """Return what is known, after a visit, of when links come; a first visit teaches nothing."""
    if report.reason or state.last_success_at is None:
        return state.arrivals
    return learned(state.arrivals, since=state.last_success_at, until=now, links=report.found)


def _log(report: Report, matches: int) -> None:
    """Say in one line what a visit came to; one that found all as it was is for debugging only."""
    told = {name: count for name, count in sorted(report.outcomes.items()) if name != "same"}
    outcomes = " ".join(f"{name}={count}" for name, count in told.items())
    if report.reason:
        logger.warning("visit failed source=%s trouble=%r", report.source, report.detail)
    elif told:
        logger.info("visited source=%s %s matches=%d", report.source, outcomes, matches)
    else:
        logger.debug("visited source=%s unchanged requests=%d", report.source, report.requests)


def _prune(folder: Path, before: datetime) -> None:
    pages = Pages(folder)
    try:
        pages.prune(before)
    finally:
        pages.close()
