"""What a host may expect of us, by its own log: its robots.txt, its pauses, its wish to wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sites import server
from sites.asking import AskingSpider, Memory, ask_all, asking, settings
from sites.paper import publish
from sites.server import Site, answer, redirect, status

from crawler.fetch import Answer, Later
from crawler.manners import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conftest import Clock, Desk

    from crawler.fetch import Fetched

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
TEXT = "text/plain"


def allow(site: Site, robots: Any) -> None:  # noqa: ANN401 - a reply of the site
    site.pages |= {"/robots.txt": robots, "/x": answer("<p>Hai</p>"), "/y": answer("<p>Y</p>")}


# robots.txt


@pytest.mark.parametrize(
    "robots",
    [
        pytest.param(status(404), id="404"),
        pytest.param(status(410), id="410"),
        pytest.param(status(401), id="401"),
        pytest.param(status(403), id="403"),
        pytest.param(answer("", TEXT), id="empty"),
        pytest.param(answer("<!DOCTYPE html><html><body>Beranda</body></html>"), id="html"),
        pytest.param(answer(b"\xff\xfe\x00garbage\xff" * 50, TEXT), id="garbage"),
        pytest.param(answer("User-agent: lain\nDisallow: /", TEXT), id="others-denied"),
        pytest.param(answer("User-agent: *\nDisallow: /\nAllow: /x$", TEXT), id="allowed-inside"),
        pytest.param(
            answer("# x\n" * 150_000 + "User-agent: *\nDisallow: /x", TEXT), id="beyond-500-kib"
        ),
    ],
)
def test_robots_that_do_not_forbid_let_us_in(clock: Clock, robots: bytes) -> None:
    with Site() as site:
        allow(site, robots)
        (got,) = ask_all(settings([site.port]), clock, site.url + "/x")

    assert isinstance(got, Answer)


@pytest.mark.parametrize(
    "robots",
    [
        pytest.param(answer("User-agent: *\nDisallow: /", TEXT), id="all"),
        pytest.param(answer("\ufeffUser-agent: *\nDisallow: /", TEXT), id="bom"),
        pytest.param(answer("User-Agent: TILIK\r\nDisallow: /x", TEXT), id="by-name"),
        pytest.param(answer("user-agent: *\ndisallow: *x", TEXT), id="pattern"),
        pytest.param(server.packed(b"User-agent: *\nDisallow: /", TEXT), id="packed"),
        pytest.param(redirect("/robots-2.txt", 301), id="redirected"),
    ],
)
def test_what_robots_forbid_is_not_asked_for(clock: Clock, robots: bytes) -> None:
    with Site() as site:
        allow(site, robots)
        site.pages["/robots-2.txt"] = answer("User-agent: *\nDisallow: /x", TEXT)
        (got,) = ask_all(settings([site.port]), clock, site.url + "/x")

    assert isinstance(got, Later)
    assert (got.reason, got.wait_s) == ("not-permitted", 24 * 3600)
    assert got.detail == f"{site.url}/robots.txt does not permit it"
    assert site.asked("/x") == []


@pytest.mark.parametrize(
    ("robots", "reason", "sentence"),
    [
        pytest.param(status(500), "robots", "answers HTTP 500, and that means no", id="500"),
        pytest.param(status(429), "busy", "asked us to wait", id="429"),
        pytest.param(status(503), "busy", "asked us to wait", id="503"),
        pytest.param(server.hangs, "timeout", "in time (asked for robots.txt)", id="hangs"),
        pytest.param(server.reset, "cut-short", "whole", id="reset"),
        pytest.param(
            server.cut(b"User-agent: *\n" * 99, TEXT), "cut-short", "whole", id="gzip-cut"
        ),
        pytest.param(server.endless, "too-large", "larger than the limit", id="endless"),
        pytest.param(redirect("/robots.txt"), "redirects", "on and on", id="redirect-loop"),
        pytest.param(b"bukan http\r\n\r\n", "not-http", "not proper HTTP", id="not-http"),
    ],
)
def test_robots_that_cannot_be_read_mean_no_for_now(
    clock: Clock,
    robots: Any,  # noqa: ANN401 - a reply of the site
    reason: str,
    sentence: str,
) -> None:
    with Site() as site:
        allow(site, robots)
        of = settings([site.port], limits={"timeout_s": 0.3})
        got, again = ask_all(of, clock, site.url + "/x", site.url + "/x")

    assert isinstance(got, Later)
    assert got.reason == reason
    assert sentence in got.detail
    assert again == got
    assert site.asked("/x") == []
    assert (
        len(site.asked("/robots.txt")) <= 6
    )  # a loop is followed five times, everything else once


def test_robots_are_asked_for_once_a_day_across_runs(clock: Clock) -> None:
    memory = Memory()
    asked = []
    with Site() as site:
        allow(site, answer("User-agent: *\nDisallow: /z", TEXT))
        for hours in (0, 12, 11.9, 0.2, 1):
            clock.go_on(hours=hours)
            ask_all(settings([site.port]), clock, site.url + "/x", site.url + "/y", memory=memory)
            asked.append(len(site.asked("/robots.txt")))

    assert asked == [1, 1, 1, 2, 2]


def test_many_questions_at_once_ask_for_robots_once(clock: Clock) -> None:
    async def act(spider: AskingSpider) -> Sequence[Fetched]:
        return await asyncio.gather(*(spider.ask(site.url + "/x") for _ in range(10)))

    with Site() as site:
        allow(site, status(404))
        asking(settings([site.port]), act, clock)

    assert len(site.asked("/robots.txt")) == 1
    assert len(site.asked("/x")) == 10


def test_a_last_good_copy_serves_a_day_longer_and_then_no_more(clock: Clock) -> None:
    memory = Memory()
    outcomes = []
    with Site() as site:
        allow(site, answer("User-agent: *\nDisallow: /y", TEXT))
        for hours in (0, 25, 24):
            clock.go_on(hours=hours)
            urls = (site.url + "/x", site.url + "/y")
            got = ask_all(settings([site.port]), clock, *urls, memory=memory)
            outcomes.append([getattr(each, "reason", "read") for each in got])
            site.pages["/robots.txt"] = status(500)

    assert outcomes == [["read", "not-permitted"]] * 2 + [["robots", "robots"]]


def test_after_a_failure_robots_are_asked_again_at_the_next_visit(clock: Clock) -> None:
    async def act(spider: AskingSpider) -> list[Fetched]:
        got = [await spider.ask(site.url + "/x")]
        site.pages["/robots.txt"] = status(404)
        clock.go_on(minutes=5)
        return [*got, await spider.ask(site.url + "/x")]

    with Site() as site:
        allow(site, status(500))
        first, second = asking(settings([site.port]), act, clock)

    assert isinstance(first, Later)
    assert isinstance(second, Answer)


def test_every_hop_of_a_redirect_needs_leave(clock: Clock) -> None:
    with Site() as site, Site() as other:
        allow(other, answer("User-agent: *\nDisallow: /x", TEXT))
        site.pages["/x"] = redirect(other.url + "/x")
        (got,) = ask_all(settings([site.port, other.port]), clock, site.url + "/x")

    assert isinstance(got, Later)
    assert other.url in got.detail
    assert other.asked("/x") == []


@pytest.mark.parametrize("denied", ["/rss", "/berita"])
def test_what_robots_deny_is_asked_for_again_after_a_day(
    desk: Desk, site: Site, denied: str
) -> None:
    publish(site, range(7))
    site.pages["/robots.txt"] = answer(f"User-agent: *\nDisallow: {denied}", TEXT)
    desk.declare(desk.source(site))
    first = desk.read_one()
    publish(site, range(7))
    desk.clock.go_on(hours=23)
    desk.read()
    asked = [path for path in site.paths() if path.startswith(denied)]
    desk.clock.go_on(hours=2)
    last = desk.read_one()

    told = [first.detail or "", *(sentence for _, sentence in first.troubles)]
    assert any("robots.txt does not permit it" in sentence for sentence in told)
    assert asked == []
    assert last.outcomes == {"baseline": 7}


def test_stories_of_a_listing_that_robots_deny_from_now_on_are_still_looked_at(
    desk: Desk, site: Site
) -> None:
    publish(site, range(4))
    desk.declare(desk.source(site))
    desk.read()
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /rss", TEXT)
    desk.clock.go_on(days=1, hours=1)
    report = desk.read_one()

    assert report.reason == "not-permitted"
    assert report.outcomes == {"same": 4}


def test_a_person_may_answer_for_not_asking(clock: Clock) -> None:
    async def act(spider: AskingSpider) -> Fetched:
        return await spider.ask(site.url + "/x", ignores_robots=True)

    with Site() as site:
        allow(site, answer("User-agent: *\nDisallow: /", TEXT))
        got = asking(settings([site.port]), act, clock)

    assert isinstance(got, Answer)


def test_robots_in_an_old_archive_that_say_nothing_are_asked_for_anew() -> None:
    assert rules(503, b"", NOW) is None
    assert rules(301, b"", NOW) is None


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("5", 5.0),
        ("0.5", 0.5),
        ("86400", 60.0),
        ("-3", 0.0),
        ("banyak", 0.0),
        ("nan", 0.0),
        ("inf", 0.0),
    ],
)
def test_a_crawl_delay_is_heeded_within_reason(text: str, delay_s: float) -> None:
    said = rules(200, f"User-agent: *\nCrawl-delay: {text}\n".encode(), NOW)

    assert said is not None
    assert said.delay_s == delay_s
