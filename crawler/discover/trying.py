"""One visit to a declared source without storing: what it lists, what that gives, what not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from crawler.browser import Browser
from crawler.crawl import user_agent
from crawler.discover.choice import newest
from crawler.discover.samples import SAMPLES, Refused, Sample, Samples
from crawler.errand import errand
from crawler.listings import Looking
from crawler.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.settings import Settings, Source
    from crawler.errand import Outside
    from db.learned import Learned


@dataclass(frozen=True, slots=True)
class Tried:
    """What a visit would bring. `failure` and `complaint` are sentences, null when all is well."""

    listed: int
    samples: tuple[Sample, ...]
    refused: tuple[Refused, ...]
    failure: str | None
    complaint: str | None
    requests: int


async def tried(
    settings: Settings, source: Source, learned: Learned, clock: Callable[[], datetime]
) -> Tried:
    """Look at a source once, with what is known of it."""
    workers, limits = Workers(settings.limits.workers), settings.limits

    async def work(outside: Outside) -> Tried:
        ask = partial(outside.ask, limit_bytes=limits.feed_bytes)
        look = await Looking(source, ask, workers, limits, clock()).run()
        samples = Samples(outside, workers, limits, clock)
        links = newest(look.found.values(), SAMPLES)
        read = [await samples.read(source, link, learned) for link in links]
        return Tried(
            listed=len(look.found),
            samples=tuple(each for each in read if isinstance(each, Sample)),
            refused=tuple(each for each in read if isinstance(each, Refused)),
            failure=look.failure.detail if look.failure else None,
            complaint=look.complaint,
            requests=outside.requests,
        )

    is_overridden = source.ignore_robots_because is not None
    browser = Browser(settings, user_agent(settings.contact)) if source.render else None
    try:
        return await errand(settings, clock, work, ignores_robots=is_overridden, browser=browser)
    finally:
        if browser is not None:
            await browser.close()
        workers.close()
