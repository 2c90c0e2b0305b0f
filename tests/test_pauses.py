"""One thing at a time, a pause between two, and waiting when asked: by the host's own log."""

from __future__ import annotations

import asyncio
import gzip
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sites import server
from sites.asking import AskingSpider, Memory, ask_all, asking, settings
from sites.server import Asked, Site, answer, status

from crawler.crawl import scrapy_settings
from crawler.fetch import Answer, Later
from crawler.manners import rules, wait_s

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from conftest import Clock

    from crawler.fetch import Fetched

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
TEXT = "text/plain"


def allow(site: Site, robots: Any) -> None:  # noqa: ANN401 - a reply of the site
    site.pages |= {"/robots.txt": robots, "/x": answer("<p>Hai</p>"), "/y": answer("<p>Y</p>")}


# pauses


def mean_gap_s(requests: Sequence[Asked]) -> float:
    """From one request to the next; a server may note each a little late."""
    return (requests[-1].began_s - requests[0].began_s) / (len(requests) - 1)


def is_one_at_a_time(requests: Sequence[Asked]) -> bool:
    return all(later.began_s >= earlier.ended_s for earlier, later in pairwise(requests))


def ask_at_once(clock: Clock, of: Any, urls: Sequence[str]) -> None:  # noqa: ANN401 - Settings
    async def act(spider: AskingSpider) -> None:
        await asyncio.gather(*map(spider.ask, urls))

    asking(of, act, clock)


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause(clock: Clock) -> None:
    with Site() as site, Site() as same_host:
        for each in (site, same_host):
            allow(each, status(404))
        of = settings([site.port, same_host.port], politeness={"delay_s": 0.1, "jitter": 0.5})
        ask_at_once(clock, of, [each.url + f"/{n}" for n in range(3) for each in (site, same_host)])

    requests = sorted(site.requests + same_host.requests, key=lambda asked: asked.began_s)
    assert len(requests) == 8
    assert is_one_at_a_time(requests)
    assert mean_gap_s(requests) > 0.099


def test_also_without_a_pause_a_host_has_one_thing_to_do_at_a_time(clock: Clock) -> None:
    busy = threading.Lock()
    was_free = []

    def slowly(line: socket.socket, _: Asked) -> None:
        was_free.append(busy.acquire(blocking=False))
        threading.Event().wait(0.02)
        busy.release()
        line.sendall(answer("<p>Hai</p>"))

    with Site() as site:
        site.pages = {f"/{n}": slowly for n in range(8)}
        ask_at_once(clock, settings([site.port]), [f"{site.url}/{n}" for n in range(8)])

    assert was_free == [True] * 8


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_the_pause_varies_but_is_never_shorter_than_promised(jitter: float) -> None:
    given = scrapy_settings(settings([80], politeness={"delay_s": 2.0, "jitter": jitter}))
    delay_s, varies = given["DOWNLOAD_DELAY"], given["DOWNLOAD_DELAY_JITTER"]

    assert delay_s * (1 - varies) == pytest.approx(2.0)
    assert delay_s * (1 + varies) == pytest.approx(2.0 * (1 + jitter))


def test_a_longer_crawl_delay_takes_the_place_of_ours(clock: Clock) -> None:
    with Site() as site:
        allow(site, answer("User-agent: *\nCrawl-delay: 0.3", TEXT))
        of = settings([site.port], politeness={"delay_s": 0.02, "jitter": 0.0})
        ask_at_once(clock, of, [site.url + path for path in ("/x", "/y")])

    assert len(site.requests) == 3
    assert mean_gap_s(site.requests) > 0.29


def test_a_shorter_crawl_delay_does_not_hurry_us(clock: Clock) -> None:
    with Site() as site:
        allow(site, answer("User-agent: *\nCrawl-delay: 0.01", TEXT))
        of = settings([site.port], politeness={"delay_s": 0.1, "jitter": 0.0})
        ask_at_once(clock, of, [f"{site.url}/{n}" for n in range(6)])

    assert mean_gap_s(site.requests) > 0.09


def test_a_slow_host_does_not_hold_up_another(clock: Clock) -> None:
    with Site("127.0.0.2") as slow, Site() as quick:
        slow.pages["/x"] = server.hangs
        network = {"allow": ("127.0.0.0/8",)}
        of = settings([slow.port, quick.port], network=network, limits={"timeout_s": 1.0})
        ask_at_once(clock, of, [slow.url + "/x", *(f"{quick.url}/{n}" for n in range(20))])

    assert len(quick.requests) == 21
    assert quick.requests[-1].ended_s < slow.asked("/x")[0].ended_s


def test_every_request_passes_our_manners_on_every_hop() -> None:
    """Scrapy calls the middlewares with lower numbers first: redirects must stand above us."""
    order = scrapy_settings(settings([80]))["DOWNLOADER_MIDDLEWARES"]

    assert order["crawler.manners.Manners"] > 600
    assert order["scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"] is None


# being asked to wait


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b" 120 ", 120),
        (b"0", 60),
        (b"5", 60),
        (b"999999999999999999999", 86_400),
        (b"Fri, 07 Aug 2026 16:15:00 GMT", 600),
        (b"Thu, 06 Aug 2026 16:15:00 GMT", 60),
        (b"Fri, 07 Aug 2099 16:15:00 GMT", 86_400),
        (b"nanti", None),
        (b"-10", None),
        (b"1.5", None),
        (b"\xb2", None),
        (b"Fri, 07 Aug 2026 16:15:00 -0000", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after_is_read_within_bounds(value: bytes | None, seconds: float | None) -> None:
    assert wait_s(value, NOW) == seconds


@pytest.mark.parametrize("code", [429, 503])
def test_a_host_that_asks_us_to_wait_hears_nothing_until_then(clock: Clock, code: int) -> None:
    async def act(spider: AskingSpider) -> list[Fetched]:
        outcomes = []
        for wait in (0, 60, 59, 2):
            clock.go_on(seconds=wait)
            outcomes.append(await spider.ask(site.url + "/x"))
            site.pages["/x"] = answer("<p>Hai</p>")
        return outcomes

    with Site() as site:
        allow(site, status(404))
        site.pages["/x"] = status(code, Retry_After="120")
        outcomes = asking(settings([site.port]), act, clock)

    assert [getattr(each, "wait_s", None) for each in outcomes] == [120, 60, 1, None]
    assert isinstance(outcomes[-1], Answer)
    assert len(site.asked("/x")) == 2


@pytest.mark.parametrize("value", ["120", "Fri, 07 Aug 2026 16:07:00 GMT"], ids=["s", "date"])
def test_a_host_that_asks_us_to_wait_hears_nothing_after_a_restart_either(
    clock: Clock, value: str
) -> None:
    memory = Memory()
    outcomes = []
    with Site() as site:
        allow(site, status(404))
        site.pages["/x"] = status(429, Retry_After=value)
        of = settings([site.port])
        for seconds in (0, 119, 2):
            clock.go_on(seconds=seconds)
            outcomes += ask_all(of, clock, site.url + "/x", memory=memory)
            site.pages["/x"] = answer("<p>Hai</p>")

    assert [getattr(each, "wait_s", None) for each in outcomes] == [120, 1, None]
    assert len(site.asked("/x")) == 2


def test_a_host_that_does_not_say_how_long_is_asked_less_and_less_until_it_lets_us_in(
    clock: Clock,
) -> None:
    busy, well = status(429), answer("<p>Hai</p>")

    async def act(spider: AskingSpider) -> list[Fetched]:
        outcomes = []
        for reply in [busy] * 7 + [well] + [busy] * 2:
            site.pages["/x"] = reply
            outcomes.append(await spider.ask(site.url + "/x"))
            clock.go_on(days=1, minutes=1)
        return outcomes

    with Site() as site:
        allow(site, status(404))
        outcomes = asking(settings([site.port]), act, clock)

    hours = [getattr(each, "wait_s", 0) / 3600 for each in outcomes]
    assert hours == [1, 2, 4, 8, 16, 24, 24, 0, 1, 2]


def test_who_need_not_ask_robots_waits_all_the_same(clock: Clock) -> None:
    async def act(spider: AskingSpider) -> list[Fetched]:
        return [await spider.ask(site.url + path, ignores_robots=True) for path in ("/x", "/y")]

    with Site() as site:
        site.pages = {"/x": status(429), "/y": answer("<p>Hai</p>")}
        outcomes = asking(settings([site.port]), act, clock)

    assert [getattr(each, "reason", None) for each in outcomes] == ["busy", "busy"]
    assert site.paths() == ["/x"]


def test_the_other_hosts_are_read_on(clock: Clock) -> None:
    with Site("127.0.0.2") as busy, Site() as site:
        busy.pages["/x"] = status(429)
        allow(site, status(404))
        of = settings([busy.port, site.port], network={"allow": ("127.0.0.0/8",)})
        urls = (busy.url + "/x", site.url + "/x", busy.url + "/y", site.url + "/y")
        outcomes = ask_all(of, clock, *urls)

    assert [type(each) for each in outcomes] == [Later, Answer, Later, Answer]
    assert busy.paths() == ["/robots.txt", "/x"]


def test_packed_robots_of_any_size_are_bounded(clock: Clock) -> None:
    with Site() as site:
        bomb = gzip.compress(b"# x\n" * 2**20)
        allow(site, answer(bomb, TEXT, Content_Encoding="gzip"))
        (got,) = ask_all(settings([site.port]), clock, site.url + "/x")

    assert isinstance(got, Later)
    assert got.reason == "too-large"


def test_a_day_is_never_longer_for_robots_than_24_hours() -> None:
    said = rules(200, b"", NOW)

    assert said is not None
    assert said.expires_at - NOW == timedelta(hours=24)
