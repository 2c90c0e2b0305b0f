"""One address, now, without an archive: what `tilik extract URL` reads. Same gate, same manners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner

from crawler.crawl import scrapy_settings
from crawler.extract.article import Page
from crawler.extract.extraction import extract
from crawler.fetch import fetch
from crawler.whole import read_whole
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from config.settings import Settings
    from crawler.extract.article import Article, Refusal
    from crawler.fetch import Answer, Later
    from crawler.whole import Read


class NoMemory:
    """Remembers no robots.txt: a single look asks for it."""

    def recall(self, _: str) -> None:
        """Return nothing."""

    async def keep(self, site: str, status: int, body: bytes, now: datetime) -> None:
        """Forget it."""


class OnceSpider(scrapy.Spider):
    """Reads one article and hands it over."""

    name = "once"

    def __init__(
        self,
        url: str,
        limit_bytes: int,
        clock: Callable[[], datetime],
        hand_over: Callable[[Any], None],
        **kwargs: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**kwargs)
        self._url = url
        self._limit_bytes = limit_bytes
        self.clock = clock
        self.memory = NoMemory()
        self._hand_over = hand_over

    async def start(self) -> AsyncIterator[Any]:
        """Read the article; yield nothing."""
        self._hand_over(await read_whole(self._url, self._fetch, self._extract))
        return
        yield

    async def _fetch(self, url: str, *, is_sheet: bool = False) -> Answer | Later | Refusal:
        del is_sheet  # nothing is asked conditionally here
        if self.crawler.engine is None:
            raise RuntimeError("the spider was asked to read before Scrapy's engine started")
        return await fetch(
            self.crawler.engine,
            url,
            validators=Validators(),
            limit_bytes=self._limit_bytes,
            now=self.clock(),
        )

    async def _extract(self, answer: Answer) -> Article | Refusal:
        return extract(Page(answer.url, answer.body, self.clock(), answer.encoding))


async def read_once(
    settings: Settings, url: str, clock: Callable[[], datetime]
) -> Read | Answer | Later | Refusal:
    """Fetch and extract one article with all its sheets."""
    outcomes: list[Read | Answer | Later | Refusal] = []
    runner = AsyncCrawlerRunner(scrapy_settings(settings))
    await runner.crawl(
        OnceSpider,
        url=url,
        limit_bytes=settings.limits.page_bytes,
        clock=clock,
        hand_over=outcomes.append,
    )
    return outcomes[0]
