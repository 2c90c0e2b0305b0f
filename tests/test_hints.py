"""What a sitemap says of changes is a hint: it finds edits sooner, and can cause no storm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sites.paper import paragraphs, path, publish, story
from sites.server import answer, lasting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from conftest import Desk
    from sites.server import Site

EDITED = [*paragraphs(1)[:5], "Bupati membatalkan rencana itu pada rapat semalam di kabupaten."]


def sitemap(site: Site, modified: Mapping[int, datetime]) -> bytes:
    """Write a sitemap of stories with the time of their last change."""
    rows = "".join(
        f"<url><loc>{site.url}{path(number)}</loc><lastmod>{at.isoformat()}</lastmod></url>"
        for number, at in modified.items()
    )
    return answer(f"<urlset>{rows}</urlset>")


def read_first(desk: Desk, site: Site, stories: range) -> None:
    """Read a newspaper that a sitemap lists, for the first time."""
    publish(site, stories)
    site.pages["/rss"] = sitemap(site, dict.fromkeys(stories, desk.clock()))
    desk.declare(desk.source(site, kind="sitemap"), limits={"links_per_visit": 500}).read()


def asked_for(site: Site) -> list[str]:
    return [each for each in site.paths() if each.startswith("/berita")]


@pytest.mark.parametrize("days", [3.5, 60], ids=["while-revisited", "long-after"])
def test_an_edit_that_a_sitemap_tells_of_is_noticed_at_the_next_visit(
    desk: Desk, site: Site, days: float
) -> None:
    read_first(desk, site, range(5))
    first = desk.clock()
    desk.clock.go_on(days=days)
    desk.read()
    desk.clock.go_on(hours=2)
    site.requests.clear()
    site.pages[path(1)] = lasting(story(1, EDITED))
    site.pages["/rss"] = sitemap(site, {**dict.fromkeys(range(5), first), 1: desk.clock()})
    desk.clock.go_on(minutes=15)
    report = desk.read_one()
    desk.clock.go_on(hours=2)
    desk.read()

    assert report.outcomes == {"edited": 1}
    assert asked_for(site) == [path(1)]  # told again of the same change, it is not asked again


@pytest.mark.parametrize("number", [21, 40])
def test_a_sitemap_that_stamps_most_of_its_stories_is_not_believed(
    desk: Desk, site: Site, number: int
) -> None:
    read_first(desk, site, range(40))
    first = desk.clock()
    desk.clock.go_on(days=30)
    for _ in range(8):
        desk.clock.go_on(hours=2)
        stamped = dict.fromkeys(range(number), desk.clock())
        site.pages["/rss"] = sitemap(site, dict.fromkeys(range(40), first) | stamped)
        site.requests.clear()
        desk.read()

        assert asked_for(site) == []


def test_few_stories_are_looked_at_in_one_visit_and_each_once_an_hour(
    desk: Desk, site: Site
) -> None:
    read_first(desk, site, range(40))
    old = desk.clock()
    desk.clock.go_on(days=30)
    visits = []
    for _ in range(4):
        desk.clock.go_on(minutes=10)
        stamped = {number: desk.clock() for number in range(12)}
        site.pages["/rss"] = sitemap(site, dict.fromkeys(range(40), old) | stamped)
        site.requests.clear()
        desk.read()
        visits.append(len(asked_for(site)))

    assert visits == [10, 2, 0, 0]


def test_a_change_that_is_still_to_come_is_not_believed(desk: Desk, site: Site) -> None:
    read_first(desk, site, range(5))
    desk.clock.go_on(days=30)
    site.requests.clear()
    site.pages["/rss"] = sitemap(site, {1: desk.clock().replace(year=2031)})
    desk.read()

    assert asked_for(site) == []
