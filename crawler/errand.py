"""A few requests of which nothing is stored: same gate, same manners.

What `tilik extract URL` and `tilik source add` ask through. Decides nothing about what is read.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import scrapy
from scrapy.crawler import AsyncCrawlerRunner

from config.origins import origin
from crawler.addresses import is_same_site
from crawler.crawl import scrapy_settings
from crawler.fetch import Answer, Later, fetch, is_mishap
from crawler.line import MISHAPS
from db.connection import ARCHIVE
from db.reader import Reader
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from config.settings import Settings
    from crawler.browser import Browser
    from crawler.fetch import Fetched

T = TypeVar("T")


class Memory:
    """Remembers robots.txt as long as the errand lasts; its lines name sitemaps, too.

    `reader` knows who has asked to wait, null where there is no archive yet.
    """

    def __init__(self, reader: Reader | None) -> None:
        self._reader = reader
        self._bodies: dict[str, bytes] = {}

    def recall(self, _: str) -> None:
        """Return nothing: what was read a moment ago, the manners know themselves."""

    async def keep(self, site: str, status: int, body: bytes, now: datetime) -> None:
        """Keep what a site answered."""
        del now
        self._bodies[site] = body if status < 300 else b""  # noqa: PLR2004 - an error page names none

    def closed_until(self, host: str) -> datetime | None:
        """Return until when a host has asked the daemon, or an earlier round, to wait."""
        return self._reader.host_closed_until(host) if self._reader is not None else None

    async def close(self, host: str, until: datetime) -> None:
        """Forget it: as long as the errand lasts, the manners know it themselves."""

    def robots(self, url: str) -> bytes:
        """Return the robots.txt of an address that was asked for, empty when there is none."""
        return self._bodies.get(origin(url), b"")


class Outside:
    """The way out: one request at a time, and none once the server has had enough."""

    def __init__(
        self,
        spider: ErrandSpider[Any],
        memory: Memory,
        *,
        ignores_robots: bool = False,
        browser: Browser | None = None,
    ) -> None:
        self._spider = spider
        self._ignores_robots = ignores_robots
        self._browser = browser
        self._mishaps = 0
        self.memory = memory
        self.requests = 0

    async def ask(self, url: str, *, limit_bytes: int, is_sheet: bool = False) -> Fetched:
        """Ask for an address; nothing is known, so nothing is asked conditionally."""
        del is_sheet
        if self._mishaps >= MISHAPS:
            return Later("tired", f"not asked: {MISHAPS} addresses in a row could not be read")
        outcome = await self._fetched(limit_bytes, url)
        if self._browser is not None and isinstance(outcome, Answer):
            part = partial(self._fetched, limit_bytes, part_of=url)
            outcome = await self._browser.shown(outcome, part, limit_bytes=limit_bytes)
        self._mishaps = self._mishaps + 1 if is_mishap(outcome) else 0
        return outcome

    async def _fetched(self, limit_bytes: int, url: str, *, part_of: str | None = None) -> Fetched:
        if self._spider.crawler.engine is None:
            raise RuntimeError("the spider was asked to read before Scrapy's engine started")
        self.requests += 1
        return await fetch(
            self._spider.crawler.engine,
            url,
            validators=Validators(),
            limit_bytes=limit_bytes,
            now=self._spider.clock(),
            ignores_robots=self._ignores_robots and (part_of is None or is_same_site(url, part_of)),
            part_of=part_of,
        )


class ErrandSpider(scrapy.Spider, Generic[T]):
    """Runs one piece of work and keeps what came of it."""

    name = "errand"

    def __init__(
        self,
        work: Callable[[Outside], Awaitable[T]],
        clock: Callable[[], datetime],
        memory: Memory,
        *,
        ignores_robots: bool,
        browser: Browser | None,
        **kwargs: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**kwargs)
        self._work = work
        self.memory = memory  # memory and clock are what crawler.manners asks a spider for
        self.clock = clock
        self._outside = Outside(self, memory, ignores_robots=ignores_robots, browser=browser)
        self.outcome: list[T] = []
        self.fault: Exception | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Do the work; yield nothing."""
        try:
            self.outcome.append(await self._work(self._outside))
        except Exception as error:  # noqa: BLE001 - Scrapy would keep it; `errand` raises it again
            self.fault = error
        return
        yield


async def errand(
    settings: Settings,
    clock: Callable[[], datetime],
    work: Callable[[Outside], Awaitable[T]],
    *,
    ignores_robots: bool = False,
    browser: Browser | None = None,
) -> T:
    """Return what a piece of work returns that asks the outside.

    `browser` shows each page as its programs make it, null where pages are read as they are sent.
    Raises StoreError when there is an archive and it cannot be asked who wants to be left alone.
    """
    # Its one warning tells of the Referer header, which we do not want to send.
    logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)
    runner = AsyncCrawlerRunner(scrapy_settings(settings))
    crawler = runner.create_crawler(ErrandSpider)
    with ExitStack() as opened:
        has_archive = (settings.folder / ARCHIVE).exists()
        reader = opened.enter_context(Reader(settings.folder)) if has_archive else None
        await runner.crawl(
            crawler,
            work=work,
            clock=clock,
            memory=Memory(reader),
            ignores_robots=ignores_robots,
            browser=browser,
        )
    task = asyncio.current_task()
    if task is not None and task.cancelling():  # Scrapy's runner keeps an interrupt to itself
        raise asyncio.CancelledError
    spider: Any = crawler.spider
    if spider.fault is not None:
        raise spider.fault
    outcome: T = spider.outcome[0]
    return outcome
