"""A visit's line to the outside: one request at a time, and none once the server has had enough.

Decides nothing about stories; it only asks, counts, and knows when to hang up.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from crawler.addresses import is_same_site
from crawler.fetch import Answer, Later, fetch, is_mishap
from db.records import Validators

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from scrapy.core.engine import ExecutionEngine

    from config.settings import Source
    from crawler.browser import Browser
    from crawler.fetch import Fetched
    from crawler.visits import Report
    from db.reader import Reader

WHOLE_AGAIN = timedelta(days=7)  # a server may say “unchanged” of what has changed
MISHAPS = 5  # in a row: a server that fails so often is left alone until the next visit


class Line:
    """Asks for the addresses of one visit, conditionally where the archive knows how.

    `browser` shows each page as its programs make it, null where pages are read as they are sent.
    """

    def __init__(  # noqa: PLR0913 - what asking takes
        self,
        source: Source,
        report: Report,
        reader: Reader,
        engine: ExecutionEngine,
        clock: Callable[[], datetime],
        *,
        browser: Browser | None,
    ) -> None:
        self._source = source
        self._report = report
        self._reader = reader
        self._engine = engine
        self._clock = clock
        self._browser = browser
        self._turn = asyncio.Lock()
        self._mishaps = 0

    @property
    def is_over(self) -> bool:
        """Whether what is left to read has to wait for the next visit."""
        return self._report.wait_s is not None or self._mishaps >= MISHAPS

    async def ask(self, url: str, *, limit_bytes: int, is_sheet: bool = False) -> Fetched:
        """Ask when it is our turn; a sheet of an article is asked for without conditions."""
        async with self._turn:
            if self._report.wait_s is not None:
                return Later("busy", "the server has asked us to wait", self._report.wait_s)
            # What a page is in a browser may change while what is sent does not.
            is_whole = is_sheet or self._browser is not None
            since = self._clock() - WHOLE_AGAIN
            known = Validators() if is_whole else self._reader.validators(url, since)
            outcome = await self._fetched(known, limit_bytes, url)
            if self._browser is not None and isinstance(outcome, Answer):
                part = partial(self._fetched, Validators(), limit_bytes, part_of=url)
                outcome = await self._browser.shown(outcome, part, limit_bytes=limit_bytes)
            self._heed(outcome)
        return outcome

    async def _fetched(
        self, validators: Validators, limit_bytes: int, url: str, *, part_of: str | None = None
    ) -> Fetched:
        self._report.requests += 1
        # The reason is about the newspaper, and not about whom its pages ask.
        is_meant = part_of is None or is_same_site(url, part_of)
        return await fetch(
            self._engine,
            url,
            validators=validators,
            limit_bytes=limit_bytes,
            now=self._clock(),
            ignores_robots=self._source.ignore_robots_because is not None and is_meant,
            part_of=part_of,
        )

    def _heed(self, outcome: Fetched) -> None:
        self._mishaps = self._mishaps + 1 if is_mishap(outcome) else 0
        if isinstance(outcome, Later) and outcome.reason == "busy":
            self._report.wait_s = outcome.wait_s
            self._report.complaint = f"{outcome.detail}: what is left waits for the next visit"
        elif self._mishaps == MISHAPS:
            self._report.complaint = (
                f"{MISHAPS} addresses in a row could not be read: what is left waits for the next "
                "visit"
            )
