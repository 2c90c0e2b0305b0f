"""What the listing of a visit brings into the archive: new links, and where it goes on.

Fetches listings only; the stories they name are read by `crawler.reading`.
"""

from __future__ import annotations

from functools import partial
from heapq import nlargest
from typing import TYPE_CHECKING

from crawler.addresses import canonical
from crawler.extract.article import Refusal
from crawler.fetch import Later, is_mishap
from crawler.listings import Looking
from crawler.visits import believed
from db.records import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from crawler.kinds.listing import Found
    from crawler.line import Line
    from crawler.listings import Look
    from crawler.reading import Tools
    from crawler.visits import Report, Visit
    from db.records import Story

CLAIMS = 200  # the latest changes that a listing claims are looked up, of 50,000 maybe
OLDER = 1_000  # pages that one page leads to: three years of days, and no trap of a calendar
NOT_THERE = ("not-found", "gone")


class Intake:
    """The listing of one visit: the source's own, or an older page of a backfill."""

    def __init__(
        self,
        visit: Visit,
        report: Report,
        tools: Tools,
        line: Line,
        clock: Callable[[], datetime],
    ) -> None:
        self._visit = visit
        self._report = report
        self._tools = tools
        self._line = line
        self._clock = clock
        self._look: Look | None = None
        self.hinted: tuple[Story, ...] = ()  # known stories that the listing says have changed

    async def read(self) -> bool:
        """Look at what is listed, and keep what is new; False when the server failed us."""
        visit, limits, report = self._visit, self._tools.limits, self._report
        # Where a list goes on is only seen on a whole page.
        ask = partial(self._line.ask, limit_bytes=limits.feed_bytes, is_sheet=bool(visit.since))
        workers, now = self._tools.workers, self._clock()
        look = await Looking(visit.listing, ask, workers, limits, now, since=visit.since).run()
        self._look = look
        if look.failure is None:
            report.is_unchanged = look.is_unchanged
            report.complaint = report.complaint or look.complaint
        elif self._is_passable(look.failure):
            report.complaint = report.complaint or f"{visit.page}: {look.failure.detail}"
        else:
            report.reason, report.detail = look.failure.reason, look.failure.detail
        if visit.page is None:
            self.hinted = self._said_changed(look.found.values())
        if look.found or look.validators:
            await self._keep(look)
        return report.reason is None or look.failure is None or not is_mishap(look.failure)

    async def turn(self) -> None:
        """Note, once its stories were read, that a page of a backfill is done, and what follows."""
        visit, look, tools = self._visit, self._look, self._tools
        if visit.since is None or look is None or self._report.reason is not None:
            return
        is_over = self._is_all_before(look.found.values(), visit.since)
        older = () if is_over else look.older[:OLDER]
        await tools.writer.run(
            tools.backfill.turned,
            visit.source.name,
            canonical(visit.listing.url),
            older,
            since=visit.since,
            now=self._clock(),
        )

    def _is_passable(self, failure: Later | Refusal) -> bool:
        """Whether a backfill goes on without this page: a day without stories, a page too far."""
        is_final = isinstance(failure, Refusal) or failure.reason in NOT_THERE
        return self._visit.page is not None and is_final

    def _is_all_before(self, found: Iterable[Found], since: datetime) -> bool:
        """Whether all stories of a page whose time is known were published before a date."""
        known = (each.published_at or self._published_at(each.url) for each in found)
        times = [at for at in known if at is not None]
        return bool(times) and max(times) < since

    def _published_at(self, url: str) -> datetime | None:
        story = self._tools.reader.story_at(url)
        return story.published_at if story else None

    def _said_changed(self, found: Iterable[Found]) -> tuple[Story, ...]:
        """Return the known stories that the listing says have changed, as far as it is believed."""
        claims = {each.url: each.modified_at for each in found if each.modified_at}
        latest = dict(nlargest(CLAIMS, claims.items(), key=lambda claim: claim[1]))
        reader = self._tools.reader
        ids = believed(latest, reader.looked_at(latest), self._clock())
        due = {story.id for story in self._visit.revisits}
        return tuple(reader.stories(id_ for id_ in ids if id_ not in due))

    async def _keep(self, look: Look) -> None:
        """Hand what was listed to the archive: the newest to be read, the rest as known."""
        links = self._links(list(look.found.values()))
        self._report.listed = len(links)
        self._report.found = await self._tools.writer.run(
            self._tools.archive.links_found,
            self._visit.source.name,
            links,
            look.validators if self._visit.page is None else {},
            self._clock(),
        )

    def _links(self, found: list[Found]) -> list[Link]:
        visit = self._visit
        if visit.page is not None:
            return [
                Link(each.url, each.title, each.published_at, is_backfilled=True)
                for each in found
                if visit.since is None or (each.published_at or visit.since) >= visit.since
            ]
        is_baseline = visit.first_success_at is None
        limit = self._tools.limits.links_per_visit if is_baseline else len(found)
        return [
            Link(
                each.url,
                each.title,
                each.published_at,
                is_baseline=is_baseline,
                is_passed_over=position >= limit,
            )
            for position, each in enumerate(found)
        ]
