"""Asks for addresses through the crawler's own downloader, without sources and archive."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import scrapy
from scrapy.crawler import AsyncCrawlerRunner

from config.settings import Settings
from crawler.crawl import scrapy_settings
from crawler.fetch import Fetched, fetch
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from datetime import datetime

T = TypeVar("T")


class Memory:
    """Robots that were read before, by origin; hosts that asked us to wait."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[datetime, int, bytes]] = {}
        self.closed: dict[str, datetime] = {}

    def recall(self, site: str) -> tuple[datetime, int, bytes] | None:
        return self.kept.get(site)

    async def keep(self, site: str, status: int, body: bytes, now: datetime) -> None:
        self.kept[site] = (now, status, body)

    def closed_until(self, host: str) -> datetime | None:
        return self.closed.get(host)

    async def close(self, host: str, until: datetime) -> None:
        self.closed[host] = until


class AskingSpider(scrapy.Spider):
    """Asks one after the other, or all at once."""

    name = "asking"

    def __init__(self, memory: Memory, clock: Callable[[], datetime], act: Any, **kw: Any) -> None:  # noqa: ANN401 - Scrapy's own
        super().__init__(**kw)
        self.memory = memory
        self.clock = clock
        self._act = act

    async def start(self) -> AsyncIterator[Any]:
        await self._act(self)
        return
        yield

    async def ask(self, url: str, validators: Validators | None = None, **more: Any) -> Fetched:  # noqa: ANN401 - of `fetch`
        engine = self.crawler.engine
        assert engine is not None
        asked = {"limit_bytes": 2**16, "now": self.clock(), **more}
        return await fetch(engine, url, validators=validators or Validators(), **asked)


def settings(ports: Sequence[int], **tables: dict[str, Any]) -> Settings:
    """Declare that loopback and these ports may be reached, and that nobody has time to lose."""
    given: dict[str, Any] = {
        "network": {"allow": ("127.0.0.1/32",), "ports": tuple(ports)},
        "politeness": {"delay_s": 0.0},
        "limits": {"timeout_s": 2.0},
    }
    for name, table in tables.items():
        given[name] = {**given.get(name, {}), **table}
    return Settings(folder=Path(), contact="desk@newsroom.example", **given)


def asking(
    of: Settings,
    act: Callable[[AskingSpider], Awaitable[T]],
    clock: Callable[[], datetime],
    memory: Memory | None = None,
) -> T:
    """Run `act(spider)` and return what it returned; `spider.ask(url)` is `fetch`."""
    outcomes: list[T] = []

    async def kept(spider: AskingSpider) -> None:
        outcomes.append(await act(spider))

    async def run() -> None:
        runner = AsyncCrawlerRunner(scrapy_settings(of))
        await runner.crawl(AskingSpider, memory=memory or Memory(), clock=clock, act=kept)

    asyncio.run(run())
    assert outcomes, "asking ended by an exception; the log says which"
    return outcomes[0]


def ask_all(
    of: Settings, clock: Callable[[], datetime], *urls: str, memory: Memory | None = None
) -> list[Fetched]:
    """Ask for addresses one after the other."""

    async def act(spider: AskingSpider) -> list[Fetched]:
        return [await spider.ask(url) for url in urls]

    return asking(of, act, clock, memory)
