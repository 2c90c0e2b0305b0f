"""One visit, from the listing to recorded stories. Fetches, has extracted, has recorded.

What is known is asked of the archive at every step, so a visit that dies is simply repeated.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from crawler.addresses import canonical, is_twin
from crawler.extract.article import Page, Refusal
from crawler.extract.extraction import EXTRACTOR_VERSION, extract
from crawler.fetch import Answer, Later, fetch
from crawler.kinds.listing import Listing
from crawler.kinds.table import Listed, read_listing
from crawler.visits import content_of, is_silent, retry_at
from crawler.whole import Read, read_whole
from db.pages import page_hash
from db.records import Link, Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from scrapy.core.engine import ExecutionEngine

    from config.settings import Limits
    from crawler.extract.article import Article
    from crawler.kinds.listing import Found
    from crawler.visits import Report, Visit
    from crawler.workers import Workers
    from db.archive import Archive
    from db.connection import Writer
    from db.pages import Pages
    from db.reader import Reader
    from db.records import Story

AT_ONCE = 4  # articles of one visit under way: one is fetched while others are extracted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every visit works with."""

    writer: Writer
    archive: Archive
    pages: Pages
    reader: Reader
    workers: Workers
    limits: Limits


class Reading:
    """A visit under way."""

    def __init__(
        self,
        visit: Visit,
        report: Report,
        tools: Tools,
        engine: ExecutionEngine,
        clock: Callable[[], datetime],
    ) -> None:
        self._visit = visit
        self._report = report
        self._tools = tools
        self._engine = engine
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Read the listing, then what waits, then the stories due for a re-visit."""
        await self._read_listing()
        reader, limits = self._tools.reader, self._tools.limits
        waiting = reader.links_waiting(
            self._visit.source.name, self._clock(), limits.links_per_visit
        )
        todo = [(link.url, partial(self._read_link, link)) for link in waiting]
        todo += [(story.url, partial(self._read_again, story)) for story in self._visit.revisits]
        async with asyncio.TaskGroup() as running:
            for url, work in todo:
                await self._room.acquire()
                if self._report.wait_s is not None:  # we were asked to stay away
                    break
                running.create_task(self._around(work, url))

    async def _around(self, work: Callable[[], Coroutine[None, None, None]], url: str) -> None:
        """Let a fault of ours cost one story, not the visit."""
        try:
            await work()
        except Exception:
            logger.exception("story failed story_url=%s source=%s", url, self._visit.source.name)
            self._report.outcomes["fault"] += 1
            self._report.troubles.append((url, "a fault of tilik's own; the log says where"))
        finally:
            self._room.release()

    # the listing

    async def _read_listing(self) -> None:
        """Read the source's listing, and the ones it points to, and keep what is new there."""
        source = self._visit.source
        found: dict[str, Found] = {}
        validators: dict[str, Validators] = {}
        queue, seen = [source.url], {source.url}
        while queue:
            url = queue.pop(0)
            outcome = await self._list(url, validators)
            if isinstance(outcome, Later | Refusal):
                if url == source.url or not found:
                    self._report.reason, self._report.detail = outcome.reason, outcome.detail
                continue
            self._report.reason = self._report.detail = None
            self._report.complaint = self._report.complaint or outcome.complaint
            for link in outcome.links:
                found.setdefault(link.url, link)
            fresh = [further for further in outcome.further if further not in seen]
            seen.update(fresh)
            queue.extend(fresh)
        if found or validators:
            await self._keep(list(found.values()), validators)

    async def _list(self, url: str, validators: dict[str, Validators]) -> Listing | Later | Refusal:
        source, limits, now = self._visit.source, self._tools.limits, self._clock()
        answer = await self._fetch(url, limit_bytes=limits.feed_bytes)
        if not isinstance(answer, Answer):
            return answer
        if answer.is_unchanged:
            self._report.is_unchanged = True
            return Listing()
        if answer.status in (404, 410):
            return Later("not-found", f"the {source.kind} is not there (HTTP {answer.status})")
        listing = await self._tools.workers.do(
            read_listing,
            Listed(
                kind=source.kind,
                url=answer.url,
                body=answer.body,
                encoding=answer.encoding,
                limit=limits.sitemap_urls if source.kind == "sitemap" else limits.feed_items,
                now=now,
                zone=source.zone,
                links=source.links,
            ),
        )
        if isinstance(listing, Listing) and listing.vouches:
            validators[url] = answer.validators
        return listing

    async def _keep(self, found: list[Found], validators: dict[str, Validators]) -> None:
        """Hand what was listed to the archive: the newest to be read, the rest as known."""
        is_baseline = self._visit.first_success_at is None
        limit = self._tools.limits.links_per_visit if is_baseline else len(found)
        links = [
            Link(
                canonical(each.url),
                each.title,
                each.published_at,
                is_baseline=is_baseline,
                is_passed_over=position >= limit,
            )
            for position, each in enumerate(found)
        ]
        self._report.found = await self._tools.writer.run(
            self._tools.archive.links_found,
            self._visit.source.name,
            links,
            validators,
            self._clock(),
        )

    # stories

    async def _read_link(self, link: Link) -> None:
        """Read a page for the first time."""
        archive, writer = self._tools.archive, self._tools.writer
        outcome = await self._article(link.url, link)
        if isinstance(outcome, Answer):
            outcome = Refusal("not-found", f"the page is not there (HTTP {outcome.status})")
        if isinstance(outcome, Later):
            not_before = retry_at(link, self._clock(), outcome.wait_s)
            if not_before is not None:
                await writer.run(archive.postponed, link.url, not_before)
                self._trouble(link.url, "postponed", outcome.detail)
                return
            outcome = Refusal(outcome.reason, f"given up: {outcome.detail}")
        if isinstance(outcome, Refusal):
            await writer.run(archive.refused, link.url, outcome.reason, outcome.detail)
            self._trouble(link.url, "refused", outcome.detail)
            return
        await self._record(link.url, link, outcome)

    async def _read_again(self, story: Story) -> None:
        """Look at a known story again: unchanged, edited, retitled, gone or back."""
        archive, writer = self._tools.archive, self._tools.writer
        link = Link(story.url, published_at=story.published_at)
        outcome = await self._article(story.url, link)
        match outcome:
            case Answer(is_unchanged=True):
                await writer.run(archive.unchanged, story.id, self._clock())
                self._report.outcomes["same"] += 1
            case Answer():
                is_final = outcome.status == 410  # noqa: PLR2004
                is_gone = await writer.run(
                    archive.missed, story.id, now=self._clock(), is_final=is_final
                )
                self._report.outcomes["gone" if is_gone else "missing"] += 1
            case Later() | Refusal():
                self._trouble(story.url, "unread", outcome.detail)
            case _:
                await self._record(story.url, link, outcome)

    async def _article(self, url: str, link: Link) -> Read | Answer | Later | Refusal:
        return await read_whole(
            url,
            partial(self._fetch, limit_bytes=self._tools.limits.page_bytes),
            partial(self._extract, link),
        )

    async def _extract(self, link: Link, answer: Answer) -> Article | Refusal:
        source = self._visit.source
        page = Page(
            url=answer.url,
            body=answer.body,
            fetched_at=self._clock(),
            encoding=answer.encoding,
            zone=source.zone,
            lang=source.lang,
            title=link.title,
            published=link.published_at,
        )
        return await self._tools.workers.do(extract, page)

    async def _record(self, url: str, link: Link, read: Read) -> None:
        tools, now, answer = self._tools, self._clock(), read.answer
        body, article = answer.body, read.article
        content = content_of(article, link, page_hash(body), EXTRACTOR_VERSION)
        aliases = {canonical(answer.url)}
        claimed = article.head.canonical
        if claimed and is_twin(answer.url, claimed):
            aliases.add(canonical(claimed))
        await tools.writer.run(tools.pages.put, answer.url, body, now)
        outcome = await tools.writer.run(
            tools.archive.recorded,
            self._visit.source.name,
            url,
            content,
            now=now,
            aliases=aliases,
            validators={url: answer.validators},
            is_silent=is_silent(link, content, self._visit.first_success_at),
        )
        self._report.outcomes[outcome] += 1
        if outcome == "shrunk":
            self._report.troubles.append((url, "the text shrank to under a third: held back"))

    # asking

    async def _fetch(
        self, url: str, *, limit_bytes: int, is_sheet: bool = False
    ) -> Answer | Later | Refusal:
        self._report.requests += 1
        outcome = await fetch(
            self._engine,
            url,
            validators=Validators() if is_sheet else self._tools.reader.validators(url),
            limit_bytes=limit_bytes,
            now=self._clock(),
            ignores_robots=self._visit.source.ignore_robots_because is not None,
        )
        if isinstance(outcome, Later) and outcome.wait_s is not None:
            self._report.wait_s = outcome.wait_s
        return outcome

    def _trouble(self, url: str, outcome: str, detail: str) -> None:
        self._report.outcomes[outcome] += 1
        self._report.troubles.append((url, detail))
