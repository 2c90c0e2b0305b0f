"""The visits of a backfill: a source's own listing first, then its older pages, back to a date.

Each visit waits for the report of the one before; what was read and what is left stands in the
archive, so that a backfill that is cut off goes on where it was.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from db.backfill import Backfill as Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from config.settings import Source
    from crawler.visits import Report, Visit
    from db.connection import Writer
    from db.reader import Reader
    from monitor.rounds import Rounds

FAILURES = 2  # in a row: one page may be bad, two are a server that has had enough


class Backfill:
    """Goes back through one source after the other to `since`, by `pages` pages each at most."""

    def __init__(  # noqa: PLR0913 - what a round has
        self,
        rounds: Rounds,
        writer: Writer,
        reader: Reader,
        clock: Callable[[], datetime],
        *,
        since: datetime,
        pages: int,
    ) -> None:
        self._rounds = rounds
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._since = since
        self._pages = pages
        self._place = Place(writer)
        self._reports: asyncio.Queue[Report] = asyncio.Queue()

    def reported(self, report: Report) -> None:
        """Go on after a visit."""
        self._reports.put_nowait(report)

    async def visits(self, source: Source) -> AsyncIterator[Visit]:
        """Give the visits of one source, each after the report of the one before.

        What is new in the listing is read first, as on any day: it is news, and alerts.
        """
        name, tried, failures = source.name, set[str](), 0
        await self._writer.run(self._place.began, name, self._since, self._clock())
        yield replace(self._rounds.visit(source), since=self._since)
        report = await self._reports.get()
        if report.reason is not None:
            return
        await self._writer.run(self._place.wanted, name, self._since)
        while report.wait_s is None and failures < FAILURES:
            visit = self._next(source, tried)
            if visit is None:
                break
            yield visit
            report = await self._reports.get()
            failures = failures + 1 if report.reason else 0
            if visit.page is None and not report.outcomes:
                break  # what waits cannot be read now
        if not self._reader.older_pages(name):
            await self._writer.run(self._place.ended, name)

    def _next(self, source: Source, tried: set[str]) -> Visit | None:
        """Return an ordinary visit while stories wait, then one to the next older page."""
        visit = self._rounds.visit(source)
        if self._reader.links_waiting(source.name, self._clock(), 1):
            return visit
        page = self._next_page(source.name, tried)
        if page is None:
            return None
        tried.add(page)
        return replace(visit, revisits=(), since=self._since, page=page)

    def _next_page(self, source: str, tried: set[str]) -> str | None:
        if len(tried) >= self._pages:
            return None
        return next((each for each in self._reader.older_pages(source) if each not in tried), None)
