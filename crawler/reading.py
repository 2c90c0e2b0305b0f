"""One visit, from the listing to recorded stories. Fetches, has extracted, has recorded.

What is known is asked of the archive at every step, so a visit that dies is simply repeated.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from crawler.addresses import asked_whole, canonical, is_believable
from crawler.anew import bring_up
from crawler.extract.article import Page, Refusal
from crawler.extract.task import EXTRACTOR_VERSION, extract_page
from crawler.fetch import Answer, Later
from crawler.intake import Intake
from crawler.line import Line
from crawler.visits import LAST_RETRY, content_of, is_silent, retry_at
from crawler.whole import Read, read_whole
from db.errors import StoreError
from db.furniture import taken_out
from db.pages import page_hash
from db.records import Link
from db.template import is_checked

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from scrapy.core.engine import ExecutionEngine

    from config.settings import Limits
    from crawler.browser import Browser
    from crawler.extract.article import Article
    from crawler.visits import Report, Visit
    from crawler.workers import Workers
    from db.archive import Archive
    from db.backfill import Backfill
    from db.connection import Writer
    from db.learned import Learned
    from db.pages import Pages
    from db.reader import Reader
    from db.records import Content, Story
    from db.template import Lesson

OUR_FAULT = "a fault of tilik's own; the log says where"
FIRST_TIME = ("new", "baseline", "backfilled")  # each story teaches once
AT_ONCE = 4  # articles of one visit under way: one is fetched while others are extracted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every visit works with."""

    writer: Writer
    archive: Archive
    backfill: Backfill
    pages: Pages
    reader: Reader
    workers: Workers
    browser: Browser
    limits: Limits


@dataclass(frozen=True, slots=True)
class Errand:
    """One address to read, and what to write when that fails by a fault of ours: let it rest."""

    url: str
    work: Callable[[], Coroutine[None, None, None]]
    rest: Callable[[], None]


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
        self._clock = clock
        self._learned = tools.reader.learned(visit.source.name, EXTRACTOR_VERSION)
        browser = tools.browser if visit.source.render else None
        self._line = Line(visit.source, report, tools.reader, engine, clock, browser=browser)
        self._hinted: tuple[Story, ...] = ()
        self._store_error: StoreError | None = None
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Read the listing, then what waits, then the stories due for a re-visit."""
        intake = Intake(self._visit, self._report, self._tools, self._line, self._clock)
        if not await intake.read():
            return
        self._hinted = intake.hinted
        async with asyncio.TaskGroup() as running:
            for errand in self._errands():
                await self._room.acquire()
                if self._line.is_over or self._store_error is not None:
                    break
                running.create_task(self._around(errand))
        if self._store_error is not None:
            raise self._store_error
        await intake.turn()

    def _errands(self) -> list[Errand]:
        source, now = self._visit.source.name, self._clock()
        archive, limit = self._tools.archive, self._tools.limits.links_per_visit
        first = [
            Errand(
                link.url,
                partial(self._read_link, link),
                rest=partial(archive.postponed, link.url, now + LAST_RETRY, OUR_FAULT),
            )
            for link in self._tools.reader.links_waiting(source, now, limit)
        ]
        again = [
            Errand(
                story.url,
                partial(self._read_again, story),
                rest=partial(archive.unread, story.id, now),
            )
            for story in (*self._hinted, *self._visit.revisits)
        ]
        return first + again

    async def _around(self, errand: Errand) -> None:
        """Carry out an errand; a fault of the store ends the visit."""
        try:
            await self._carry_out(errand)
        except StoreError as error:
            self._store_error = error
        finally:
            self._room.release()

    async def _carry_out(self, errand: Errand) -> None:
        """Let a fault of ours cost one story. Raises StoreError, also when that cannot be noted."""
        try:
            await errand.work()
        except StoreError:
            raise
        except Exception:
            logger.exception(
                "story failed story_url=%s source=%s", errand.url, self._visit.source.name
            )
            self._trouble(errand.url, "fault", OUR_FAULT)
            await self._tools.writer.run(errand.rest)

    # stories

    async def _read_link(self, link: Link) -> None:
        """Read a page for the first time."""
        archive, writer, learned = self._tools.archive, self._tools.writer, self._learned
        outcome = await self._article(link.url, link, learned)
        if isinstance(outcome, Answer):
            outcome = Refusal("not-found", f"the page is not there (HTTP {outcome.status})")
        if isinstance(outcome, Later) and outcome.reason == "busy":
            return  # no fault of the page's; it waits as it did
        if isinstance(outcome, Later):
            not_before = retry_at(link, self._clock(), outcome.wait_s)
            if not_before is not None:
                await writer.run(archive.postponed, link.url, not_before, outcome.detail)
                self._trouble(link.url, "postponed", outcome.detail)
                return
            outcome = Refusal(outcome.reason, f"given up: {outcome.detail}")
        if isinstance(outcome, Refusal):
            await writer.run(archive.refused, link.url, outcome.reason, outcome.detail)
            self._trouble(link.url, "refused", outcome.detail)
            return
        await self._record(link.url, link, outcome, learned)

    async def _read_again(self, story: Story) -> None:
        """Look at a known story again: unchanged, edited, retitled, gone or back."""
        archive, writer, learned = self._tools.archive, self._tools.writer, self._learned
        # What the listing said is known no more; without a title that it alone gave, the same page
        # would get another headline.
        headline = story.revision.content.headline
        link = Link(story.url, headline, story.published_at)
        # The server that says “unchanged” of a story that was gone means that it is back.
        is_gone = story.gone_at is not None
        outcome = await self._article(story.url, link, learned, is_whole=is_gone)
        match outcome:
            case Answer(is_unchanged=True):
                await writer.run(archive.unchanged, story.id, self._clock())
                self._report.outcomes["same"] += 1
            case Answer():
                await self._miss(story, is_final=outcome.status == 410)  # noqa: PLR2004
            case Refusal(reason="soft-404"):
                await self._miss(story, is_final=False)
            case Read() if self._is_other(story, outcome.answer.url):
                await self._miss(story, is_final=False)  # withdrawn, and led to another story
            case Later(reason="busy"):
                pass
            case Later() | Refusal():
                await writer.run(archive.unread, story.id, self._clock())
                self._trouble(story.url, "unread", outcome.detail)
            case _:
                await self._record(story.url, link, outcome, learned)

    async def _miss(self, story: Story, *, is_final: bool) -> None:
        tools = self._tools
        is_gone = await tools.writer.run(
            tools.archive.missed, story.id, now=self._clock(), is_final=is_final
        )
        self._report.outcomes["gone" if is_gone else "missing"] += 1

    def _is_other(self, story: Story, url: str) -> bool:
        """Whether an address, after redirects, is known as that of another story."""
        known = self._tools.reader.story_at(canonical(url))
        return known is not None and known.id != story.id

    async def _article(
        self, url: str, link: Link, learned: Learned, *, is_whole: bool = False
    ) -> Read | Answer | Later | Refusal:
        return await read_whole(
            self._asked(url),
            partial(self._line.ask, limit_bytes=self._tools.limits.page_bytes, is_sheet=is_whole),
            partial(self._extract, link, learned),
        )

    async def _extract(
        self, link: Link, learned: Learned, answer: Answer, fetched_at: datetime | None = None
    ) -> Article | Refusal:
        source = self._visit.source
        known = self._tools.reader.story_at(link.url)
        page = Page(
            url=answer.url,
            body=answer.body,
            fetched_at=fetched_at or self._clock(),
            encoding=answer.encoding,
            zone=source.zone,
            lang=source.lang,
            title=link.title,
            published=link.published_at,
            furniture=learned.furniture | (taken_out(known.revision.content) if known else set()),
            template=learned.template,
            is_checked=is_checked(link.url),
        )
        return await self._tools.workers.do(extract_page, page)

    async def _extract_kept(
        self, link: Link, learned: Learned, answer: Answer, body: bytes, fetched_at: datetime
    ) -> Content | None:
        """Read a page that was kept of an address; None when it is no whole article."""
        article = await self._extract(link, learned, replace(answer, body=body), fetched_at)
        if isinstance(article, Refusal) or article.next_sheet is not None:
            return None
        return content_of(article, link, page_hash(body), learned.signed(EXTRACTOR_VERSION))

    async def _record(self, url: str, link: Link, read: Read, learned: Learned) -> None:
        tools, now, answer = self._tools, self._clock(), read.answer
        body, article = answer.body, read.article
        content = content_of(article, link, page_hash(body), learned.signed(EXTRACTOR_VERSION))
        landed = canonical(answer.url)
        await tools.writer.run(tools.pages.put, answer.url, body, now)
        extract = partial(self._extract_kept, link, learned, answer)
        await bring_up(tools, (url, landed), content, extract, now)
        outcome = await tools.writer.run(
            tools.archive.recorded,
            self._visit.source.name,
            url,
            content,
            now=now,
            aliases=(landed,),
            claim=_claim(answer.url, article.head.canonical),
            validators={self._asked(url): answer.validators},
            is_silent=is_silent(link, content, self._visit.first_success_at),
            is_backfilled=link.is_backfilled,
        )
        self._report.outcomes[outcome] += 1
        if article.lesson is not None and outcome in FIRST_TIME:
            await self._learn(article.lesson)
        if outcome == "shrunk":
            self._report.troubles.append((url, "the text shrank to under a third: held back"))

    async def _learn(self, lesson: Lesson) -> None:
        archive, source = self._tools.archive, self._visit.source.name
        template = await self._tools.writer.run(archive.taught, source, lesson, EXTRACTOR_VERSION)
        self._learned = replace(self._learned, template=template)

    # asking

    def _asked(self, url: str) -> str:
        """Return the address under which a story is asked for: whole, if the source says how."""
        how = self._visit.source.whole
        return asked_whole(url, how) if how else url

    def _trouble(self, url: str, outcome: str, detail: str) -> None:
        self._report.outcomes[outcome] += 1
        self._report.troubles.append((url, detail))


def _claim(url: str, claimed: str | None) -> str | None:
    """Return the other address that a page calls its own; null when it is not to be believed."""
    return canonical(claimed) if claimed and is_believable(url, claimed) else None
