"""What a newspaper is asked for when nothing, or little, has changed: by its own log."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sites.paper import headline, path, publish, sitemap
from sites.server import head, lasting

if TYPE_CHECKING:
    import socket

    from conftest import Desk
    from sites.server import Asked, Site

STORIES = range(4)
UNCHANGED = head(
    304,
    "Server: nginx/1.26.2",
    "Date: Fri, 07 Aug 2026 16:20:00 GMT",
    'ETag: "6894d1a2-1f3c8"',
    "Last-Modified: Fri, 07 Aug 2026 16:00:00 GMT",
    "Cache-Control: public, max-age=60",
)


def lay_out(site: Site, kind: str) -> None:
    """Publish stories and a listing of a kind, which stays as it is."""
    addresses = publish(site, STORIES)
    if kind == "sitemap":
        site.pages["/rss"] = lasting(sitemap(addresses))
    if kind == "section":
        links = (f"<a href='{url}'>{headline(n)}</a>" for n, url in enumerate(addresses))
        site.pages["/rss"] = lasting(f"<html><body>{''.join(links)}</body></html>")


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_a_visit_in_vain_is_one_conditional_request_of_less_than_half_a_kilobyte(
    desk: Desk, site: Site, kind: str
) -> None:
    lay_out(site, kind)
    desk.declare(desk.source(site, kind=kind)).read()
    site.pages["/rss"] = UNCHANGED
    site.requests.clear()
    for _ in range(3):
        desk.clock.go_on(minutes=15)
        report = desk.read_one()
        assert report.is_unchanged

    assert [(each.path, each.is_conditional) for each in site.requests] == [("/rss", True)] * 3
    assert max(each.size + len(UNCHANGED) for each in site.requests) <= 500


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_in_a_day_nothing_is_asked_for_but_the_listing_robots_and_revisits_that_are_due(
    desk: Desk, site: Site, kind: str
) -> None:
    lay_out(site, kind)
    desk.declare(desk.source(site, kind=kind, interval_s=900)).read()
    site.requests.clear()
    desk.live(hours=23)
    asked = Counter(site.paths())
    is_conditional = {each.path: each.is_conditional for each in site.requests}

    assert set(asked) == {"/rss", *map(path, STORIES)}
    assert asked["/rss"] == pytest.approx(23 * 4, abs=3)
    for number in STORIES:  # hourly for six hours, then every six
        assert 7 <= asked[path(number)] <= 8
    assert all(is_conditional.values())


def test_robots_are_asked_for_once_a_day_however_often_the_listing_is(
    desk: Desk, site: Site
) -> None:
    publish(site, [])
    desk.declare(desk.source(site, interval_s=900)).live(hours=71)

    assert len(site.asked("/robots.txt")) == 3
    assert len(site.asked("/rss")) > 250


def test_a_listing_that_always_says_unchanged_is_read_whole_once_a_week(
    desk: Desk, site: Site
) -> None:
    publish(site, range(3))
    desk.declare(desk.source(site))
    desk.read()
    publish(site, range(4))
    whole = site.pages["/rss"]
    assert callable(whole)

    def lies(line: socket.socket, asked: Asked) -> None:
        if asked.is_conditional:
            line.sendall(head(304))
        else:
            whole(line, asked)

    site.pages["/rss"] = lies
    days_until_found = 0
    for _ in range(15):
        desk.clock.go_on(days=1)
        days_until_found += len(desk.stories()) == 3
        desk.read()

    assert days_until_found == 7
    asked = [asked.is_conditional for asked in site.asked("/rss")]
    assert asked == [False] + 6 * [True] + [False] + 6 * [True] + [False, True]
