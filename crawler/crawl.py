"""Sets Scrapy up and lets `NewsSpider` read. The only place that knows Scrapy's settings.

Reactorless: Scrapy runs on the asyncio loop it is called on, beside whatever else runs there.
"""

from __future__ import annotations

import asyncio
import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from scrapy.crawler import AsyncCrawlerRunner

from crawler.browser import Browser
from crawler.login import logins
from crawler.quarantine import Quarantine
from crawler.reading import Tools
from crawler.spider import NewsSpider
from crawler.workers import Bounds
from db.archive import Archive
from db.backfill import Backfill
from db.pages import Pages
from db.reader import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable
    from datetime import datetime

    from config.settings import Settings
    from crawler.visits import Report, Visit
    from db.connection import Writer

VISITS_PER_REQUEST = 2  # while one host pauses, others are asked: more visits than open requests


async def crawl(  # noqa: PLR0913 - what a round needs
    settings: Settings,
    writer: Writer,
    visits: AsyncIterable[Visit],
    on_report: Callable[[Report], Awaitable[None]],
    clock: Callable[[], datetime],
    *,
    grace_s: float | None = None,
) -> None:
    """Carry out visits until there are no more, handing over a report for each.

    `grace_s` bounds, in seconds, what still runs then; null waits for all of it. Raises what
    `visits` or `on_report` raised.
    """
    # Its one warning tells of the Referer header, which we do not want to send.
    logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)
    archive = Archive(writer)
    reader = Reader(settings.folder)
    pages = Pages(settings.folder)
    workers = Quarantine(settings.limits.workers, Bounds(), writer, archive, reader, clock)
    runner = AsyncCrawlerRunner(scrapy_settings(settings))
    crawler = runner.create_crawler(NewsSpider)
    browser = Browser(settings, user_agent(settings.contact))
    tools = Tools(
        writer, archive, Backfill(writer), pages, reader, workers, browser, settings.limits
    )
    try:
        await runner.crawl(
            crawler,
            visits=visits,
            on_report=on_report,
            tools=tools,
            memory=SitesMemory(writer, archive, reader),
            clock=clock,
            at_once=settings.limits.requests * VISITS_PER_REQUEST,
            grace_s=grace_s,
        )
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # Scrapy's runner keeps an interrupt to itself
            raise asyncio.CancelledError
        fault = cast("NewsSpider", crawler.spider).fault
        if fault is not None:
            raise fault
    finally:
        await browser.close()
        workers.close()
        pages.close()
        reader.close()


class SitesMemory:
    """Keeps robots.txt, and who asked us to wait, in the archive, whatever restarts."""

    def __init__(self, writer: Writer, archive: Archive, reader: Reader) -> None:
        self._writer = writer
        self._archive = archive
        self._reader = reader

    def recall(self, site: str) -> tuple[datetime, int, bytes] | None:
        """Return when a site's robots.txt was read, its status and its bytes."""
        return self._reader.robots(site)

    async def keep(self, site: str, status: int, body: bytes, now: datetime) -> None:
        """Remember what a site answered."""
        await self._writer.run(self._archive.robots_read, site, status, body, now)

    def closed_until(self, host: str) -> datetime | None:
        """Return until when a host asked us to wait, null when it never did."""
        return self._reader.host_closed_until(host)

    async def close(self, host: str, until: datetime) -> None:
        """Remember until when a host asks us to wait."""
        await self._writer.run(self._archive.host_closed, host, until)


def user_agent(contact: str) -> str:
    """Say honestly who asks, and whom to write to."""
    return f"tilik/{version('tilik')} (+{contact})"


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Return Scrapy's settings, each for a reason."""
    limits, politeness = settings.limits, settings.politeness
    return {
        "TWISTED_REACTOR_ENABLED": False,  # one loop for Scrapy, clock and us
        # Both default to on, and both run Python sent to them over a port.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # What a newspaper needs none of, and an attacker might use.
        "HTTPPROXY_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.gate.GatedHandler",
            "https": "crawler.gate.GatedHandler",
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        "TILIK_NETWORK": settings.network,
        "TILIK_LOGINS": logins(settings.sources),
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # fails open
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # the schedule retries
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
            "crawler.unzip.Unzip": 590,
            # Below the redirects (600): every hop passes again.
            "crawler.login.Login": 605,
            "crawler.manners.Manners": 610,
        },
        "EXTENSIONS": {
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.logcount.LogCount": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,  # the library's default is off
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
        "DOWNLOAD_MAXSIZE": limits.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": limits.timeout_s,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "REDIRECT_MAX_TIMES": limits.redirects,
        "CONCURRENT_REQUESTS": limits.requests,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,  # one connection to a host, whatever points there
        # Scrapy varies a delay both ways; ours only grows, from delay_s by the part `jitter`.
        "DOWNLOAD_DELAY": politeness.delay_s * (1 + politeness.jitter / 2),
        "DOWNLOAD_DELAY_JITTER": politeness.jitter / (2 + politeness.jitter),
        "AUTOTHROTTLE_ENABLED": False,  # it writes the same delay that our manners write
        "ROBOTSTXT_OBEY": False,  # crawler.manners obeys it
        "HTTPCACHE_ENABLED": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the usual set only grows
        "USER_AGENT": user_agent(settings.contact),
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
    }
