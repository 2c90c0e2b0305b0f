"""`NewsSpider`: takes visits one after the other and makes of each a report. Decides no schedule.

One coroutine per visit, straight from the listing to the recorded stories; Scrapy's downloader,
middlewares and slots do the fetching. (docs/decisions/002-a-coroutine-per-visit.md says why.)
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import scrapy

from crawler.reading import Reading
from crawler.visits import Report
from db.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from scrapy.core.engine import ExecutionEngine

    from crawler.manners import Memory
    from crawler.reading import Tools
    from crawler.visits import Visit

VISIT_LIMIT_S = 3600  # one visit; what it leaves waits in the archive for the next

logger = logging.getLogger(__name__)


class NewsSpider(scrapy.Spider):
    """Fed with visits: endless in the daemon, a finite list in `tilik crawl`."""

    name = "news"

    def __init__(  # noqa: PLR0913, PLR0917 - what Scrapy is to hand on by keyword
        self,
        visits: AsyncIterable[Visit],
        on_report: Callable[[Report], Awaitable[None]],
        tools: Tools,
        memory: Memory,
        clock: Callable[[], datetime],
        at_once: int,
        grace_s: float | None = None,
        **kwargs: Any,  # noqa: ANN401 - Scrapy's own
    ) -> None:
        super().__init__(**kwargs)
        self._visits = visits
        self._on_report = on_report
        self._tools = tools
        self.memory = memory  # memory and clock are what crawler.manners asks a spider for
        self.clock = clock
        self._grace_s = grace_s
        self.fault: Exception | None = None  # what ended the reading before its time
        self._room = asyncio.Semaphore(at_once)  # start() is pulled without back-pressure

    async def start(self) -> AsyncIterator[Any]:
        """Await the next visit while there is room; end when there are no more.

        What still runs then is waited for, for `grace_s` seconds at most (null: to its end); a
        visit that is cut off has no report, so it is due again.
        """
        running: set[asyncio.Task[None]] = set()
        try:
            async for visit in self._visits:
                if self.fault is not None:
                    break
                await self._room.acquire()
                task = asyncio.create_task(self._account(visit))
                running.add(task)
                task.add_done_callback(running.discard)
        except Exception as error:  # noqa: BLE001 - Scrapy would log it and end as if all were well
            self.fault = error
        if running:
            _, cut_off = await asyncio.wait(running, timeout=self._grace_s)
            for task in cut_off:
                task.cancel()
            await asyncio.gather(*cut_off, return_exceptions=True)
        return
        yield  # an async generator that yields nothing: fetching is done inside the visits

    async def _account(self, visit: Visit) -> None:
        """Carry out one visit and hand its report over exactly once, whatever happens."""
        report = Report(visit.source.name, self.clock(), visit.page, visit.source.way)
        try:
            await self._carry_out(visit, report)
            report.finished_at = self.clock()
            await self._on_report(report)
        except Exception as error:  # noqa: BLE001 - what cannot be accounted for must not get lost
            self.fault = self.fault or error
        finally:
            self._room.release()

    async def _carry_out(self, visit: Visit, report: Report) -> None:
        try:
            async with asyncio.timeout(VISIT_LIMIT_S):
                await Reading(visit, report, self._tools, self._engine, self.clock).run()
        except TimeoutError:
            report.reason, report.detail = "too-long", "the visit took too long and was ended"
        except StoreError as error:
            report.reason, report.detail = "store", str(error)
        except Exception:
            logger.exception("visit failed source=%s", visit.source.name)
            report.reason, report.detail = "fault", "a fault of tilik's own; the log says where"

    @property
    def _engine(self) -> ExecutionEngine:
        if self.crawler.engine is None:
            raise RuntimeError("the spider was asked to read before Scrapy's engine started")
        return self.crawler.engine
