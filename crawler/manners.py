"""robots.txt (RFC 9309), the pause between two requests to one host, and waiting when asked to.

A Scrapy middleware below the redirects, so every hop passes again. Robots that cannot be read
mean no.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from config.origins import host, origin
from crawler.addresses import objection

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from scrapy.crawler import Crawler
    from scrapy.http import Response

FRESH_FOR = timedelta(hours=24)  # RFC 9309, 2.4: not longer than that
STALE_FOR = timedelta(hours=48)  # a last good copy serves a day longer while the site fails
ASK_AGAIN = timedelta(minutes=4)  # after a failure: once in a visit, and again at the next one
LONGEST_DELAY_S = 60.0
ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much is parsed
PRODUCT = "tilik"
BUSY = (429, 503)
WAIT_MIN_S = 60.0
WAIT_MAX_S = 24 * 3600.0
WAIT_S = 3600.0  # when the server does not say how long; doubled each time until it lets us in


class NotPermitted(IgnoreRequest):
    """The way the address is written forbids this request."""


class Denied(IgnoreRequest):
    """The site's robots.txt forbids this request, as long as it says so."""


class RobotsUnread(IgnoreRequest):
    """robots.txt was not to be had; `__cause__` says why, unless the server gave an answer."""


class NotYet(IgnoreRequest):
    """The host asks us to wait, `wait_s` more seconds."""

    def __init__(self, sentence: str, wait_s: float) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class Memory(Protocol):
    """Where robots.txt, and who asked us to wait, is remembered between two runs."""

    def recall(self, site: str) -> tuple[datetime, int, bytes] | None:
        """Return when a site's robots.txt was read, its status and its bytes."""

    async def keep(self, site: str, status: int, body: bytes, now: datetime) -> None:
        """Remember what a site answered."""

    def closed_until(self, host: str) -> datetime | None:
        """Return until when a host asked us to wait, null when it never did."""

    async def close(self, host: str, until: datetime) -> None:
        """Remember until when a host asks us to wait."""


class WellMannered(Protocol):
    """What a spider brings for its manners."""

    memory: Memory
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says to us, and until when we may believe it.

    Without a `parser` nothing is allowed: it could not be read. `failure` says why not, null when
    the server did answer, with a `status` that says nothing.
    """

    parser: Protego | None
    read_at: datetime
    expires_at: datetime
    status: int = 0
    failure: Exception | None = None

    def allows(self, url: str) -> bool:
        """Whether we may ask for an address."""
        return self.parser is not None and self.parser.can_fetch(url, PRODUCT)

    @property
    def delay_s(self) -> float:
        """The pause the site asks for, 0 when it asks for none; never above our own bound."""
        delay = self.parser.crawl_delay(PRODUCT) if self.parser is not None else None
        return min(float(delay or 0), LONGEST_DELAY_S)


def wait_s(retry_after: bytes | None, now: datetime) -> float | None:
    """Read Retry-After, seconds or a date, within our bounds; null when it says nothing."""
    text = (retry_after or b"").decode("latin-1").strip()
    try:
        if text.isdecimal():
            asked_s = float(text[:9])
        else:
            asked_s = (parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(asked_s, WAIT_MIN_S), WAIT_MAX_S)


def rules(status: int, body: bytes, read_at: datetime) -> Rules | None:
    """Read an answer to /robots.txt; None when it says nothing (RFC 9309, 2.3.1)."""
    if 200 <= status < 300:  # noqa: PLR2004
        text = body[:ROBOTS_BYTES].decode("utf-8-sig", "ignore")
    elif 400 <= status < 500 and status != 429:  # noqa: PLR2004
        text = ""
    else:
        return None
    return Rules(Protego.parse(text), read_at, read_at + FRESH_FOR)


class Manners:
    """Downloader middleware: no request without the site's leave, none too soon after another."""

    def __init__(
        self, crawler: Crawler, memory: Memory, clock: Callable[[], datetime], delay_s: float
    ) -> None:
        self._crawler = crawler
        self._memory = memory
        self._clock = clock
        self._delay_s = delay_s
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Task[Rules]] = {}
        self._closed_until: dict[str, datetime | None] = {}
        self._unsaid: Counter[str] = Counter()  # how often in a row a host did not say how long

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Manners:
        """Take memory and clock from the spider: Scrapy copies its settings, a file it cannot."""
        spider = cast("WellMannered", crawler.spider)
        settings = crawler.settings
        shortest = 1 - settings.getfloat("DOWNLOAD_DELAY_JITTER")
        delay_s = settings.getfloat("DOWNLOAD_DELAY") * shortest
        return cls(crawler, spider.memory, spider.clock, delay_s)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise NotPermitted, Denied, RobotsUnread or NotYet."""
        reason = objection(request.url)
        if reason is not None:
            raise NotPermitted(reason)
        self._heed_closing(host(request.url))
        if request.meta.get("is_robots") or request.meta.get("ignores_robots"):
            return
        site = origin(request.url)
        said = await self._said(site)
        self._heed_closing(host(request.url))  # robots.txt may have been the answer that asks
        self._pause(host(request.url), said.delay_s)
        if said.parser is None:
            sentence = f"{site}/robots.txt answers HTTP {said.status}, and that means no (RFC 9309)"
            raise RobotsUnread(sentence) from said.failure
        if not said.allows(request.url):
            raise Denied(f"{site}/robots.txt does not permit it")

    async def process_response(self, request: Request, response: Response) -> Response:
        """Let an answer pass, or raise NotYet and remember it, for all sources on that host."""
        name = host(request.url)
        if response.status not in BUSY:
            if not request.meta.get("is_robots"):
                self._unsaid.pop(name, None)
            return response
        now = self._clock()
        pause_s = wait_s(response.headers.get(b"Retry-After"), now)
        if pause_s is None:
            pause_s = min(WAIT_S * 2 ** min(self._unsaid[name], 5), WAIT_MAX_S)
            self._unsaid[name] += 1
        until = self._closed_until[name] = now + timedelta(seconds=pause_s)
        await self._memory.close(name, until)
        raise NotYet(f"the server asks us to wait (HTTP {response.status})", pause_s)

    def _heed_closing(self, name: str) -> None:
        if name not in self._closed_until:
            self._closed_until[name] = self._memory.closed_until(name)
        until = self._closed_until[name]
        if until is not None:
            now = self._clock()
            # Kept by a clock that was wrong, maybe.
            until = min(until, now + timedelta(seconds=WAIT_MAX_S))
            if until > now:
                sentence = f"the server has asked us to wait until {until:%Y-%m-%d %H:%M} UTC"
                raise NotYet(sentence, (until - now).total_seconds())
            self._closed_until[name] = None

    def _pause(self, name: str, asked_s: float) -> None:
        """Lengthen the pause of a host that asks for it; a slot that idles out keeps it too."""
        if asked_s <= self._delay_s or self._crawler.engine is None:
            return
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[name] = {"delay": asked_s, "jitter": 0.0, "concurrency": 1}
        if name in downloader.slots:
            downloader.slots[name].delay = asked_s
            downloader.slots[name].jitter = 0.0

    async def _said(self, site: str) -> Rules:
        known = self._rules.get(site) or self._recalled(site)
        if known is not None and known.expires_at > self._clock():
            return known
        if site not in self._asking:
            self._asking[site] = asyncio.ensure_future(self._ask(site, known))
        task = self._asking[site]
        try:
            return await asyncio.shield(task)
        finally:
            if task.done():
                self._asking.pop(site, None)

    def _recalled(self, site: str) -> Rules | None:
        kept = self._memory.recall(site)
        if kept is None:
            return None
        read_at, status, body = kept
        said = rules(status, body, read_at)
        if said is not None:
            self._rules[site] = said
        return said

    async def _ask(self, site: str, last: Rules | None) -> Rules:
        now = self._clock()
        said, status, failure = None, 0, None
        meta = {"is_robots": True, "download_maxsize": 4 * ROBOTS_BYTES}
        try:
            response = await self._download(Request(f"{site}/robots.txt", meta=meta))
        except Exception as error:  # noqa: BLE001 - whatever went wrong, RFC 9309 says what it means
            failure = error
        else:
            status = response.status
            said = rules(status, response.body, now)
            if said is not None:
                await self._memory.keep(site, status, response.body[:ROBOTS_BYTES], now)
        if said is None:
            is_usable = last is not None and last.read_at + STALE_FOR > now
            parser = last.parser if last is not None and is_usable else None
            read_at = last.read_at if last is not None else now
            said = Rules(parser, read_at, now + ASK_AGAIN, status, failure)
        self._rules[site] = said
        return said

    def _download(self, request: Request) -> Coroutine[Any, Any, Any]:
        if self._crawler.engine is None:
            raise RuntimeError("robots.txt was asked for before the engine started")
        return self._crawler.engine.download_async(request)
