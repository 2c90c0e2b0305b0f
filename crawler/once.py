"""One address, now, without an archive: what `tilik extract URL` reads. Same gate, same manners."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crawler.errand import errand
from crawler.extract.article import Page
from crawler.extract.extraction import extract
from crawler.whole import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.settings import Settings
    from crawler.errand import Outside
    from crawler.extract.article import Article, Refusal
    from crawler.fetch import Answer, Later
    from crawler.whole import Read


async def read_once(
    settings: Settings, url: str, clock: Callable[[], datetime]
) -> Read | Answer | Later | Refusal:
    """Fetch and extract one article with all its sheets."""

    async def extracted(answer: Answer) -> Article | Refusal:
        return extract(Page(answer.url, answer.body, clock(), answer.encoding))

    async def work(outside: Outside) -> Read | Answer | Later | Refusal:
        ask = partial(outside.ask, limit_bytes=settings.limits.page_bytes)
        return await read_whole(url, ask, extracted)

    return await errand(settings, clock, work)
