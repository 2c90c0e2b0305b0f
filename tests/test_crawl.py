"""Whole rounds against served sites: what is stored, what is asked, and what a person is told."""

from __future__ import annotations

import resource
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sites import paper, server
from sites.paper import RSS, headline, path, publish, rss, sitemap, story
from sites.server import Asked, Site, answer, lasting, redirect, status

from db.connection import Writer
from db.errors import StoreError

if TYPE_CHECKING:
    import socket

    from conftest import Desk

GOOD = range(4)
NOTED_LATE_S = 0.25  # a server that is busy may note the first of two requests late


def whole(number: int) -> str:
    return "\n".join(paper.paragraphs(number))


# the ordinary day


def test_the_first_round_stores_every_story_silently_and_whole(desk: Desk, site: Site) -> None:
    addresses = publish(site, range(12))
    report = desk.declare(desk.source(site)).read_one()

    assert report.reason is None
    assert report.outcomes == {"baseline": 12}
    assert desk.texts() == {url: whole(n) for n, url in enumerate(addresses)}
    assert {each.revision.content.headline for each in desk.stories()} == set(
        map(headline, range(12))
    )
    assert {each.revision.event for each in desk.stories()} == {None}
    assert site.paths()[0] == "/robots.txt"
    assert sorted(site.paths()) == sorted(["/robots.txt", "/rss", *map(path, range(12))])


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_a_second_round_over_the_same_asks_once_and_changes_nothing(
    desk: Desk, site: Site, kind: str
) -> None:
    addresses = publish(site, GOOD)
    links = "".join(f"<a href='{url}'>{headline(n)}</a>" for n, url in enumerate(addresses))
    page = {
        "feed": rss(zip(addresses, map(headline, GOOD), strict=True)),
        "sitemap": sitemap(addresses),
    }
    site.pages["/rss"] = lasting(page.get(kind, f"<html><body>{links}</body></html>"))
    desk.declare(desk.source(site, kind=kind))
    desk.read()
    before = desk.stories()
    site.requests.clear()
    desk.clock.go_on(minutes=15)
    report = desk.read_one()

    assert report.is_unchanged
    assert report.outcomes == {}
    assert desk.stories() == before
    assert [(asked.path, asked.is_conditional) for asked in site.requests] == [("/rss", True)]


def test_a_revisit_of_an_unchanged_story_is_one_conditional_request(desk: Desk, site: Site) -> None:
    publish(site, GOOD)
    desk.declare(desk.source(site))
    desk.read()
    site.requests.clear()
    desk.clock.go_on(hours=2)
    report = desk.read_one()

    assert report.outcomes == {"same": len(GOOD)}
    assert sorted(site.paths()) == sorted(["/rss", *map(path, GOOD)])
    assert all(asked.is_conditional for asked in site.requests)
    assert {each.revisions for each in desk.stories()} == {1}


def test_robots_are_asked_for_once_a_day_whatever_restarts(desk: Desk, site: Site) -> None:
    publish(site, GOOD)
    desk.declare(desk.source(site))
    asked = []
    for hours in (0, 8, 8, 8):
        desk.clock.go_on(hours=hours)
        desk.read()
        asked.append(len(site.asked("/robots.txt")))

    assert asked == [1, 1, 1, 2]


def test_what_became_of_stories_is_told_from_the_second_round_on(desk: Desk, site: Site) -> None:
    publish(site, GOOD)
    desk.declare(desk.source(site))
    desk.read()
    publish(site, [*GOOD, 9], at=desk.clock())
    edited = [*paper.paragraphs(1)[:3], "Bupati membatalkan rencana itu pada rapat semalam."]
    site.pages[path(1)] = lasting(story(1, edited))
    site.pages[path(2)] = lasting(story(2).replace(headline(2), "Judul yang Sama Sekali Lain Kini"))
    site.pages[path(3)] = status(410)
    desk.clock.go_on(hours=2)
    report = desk.read_one()

    assert report.outcomes == {"new": 1, "same": 1, "edited": 1, "retitled": 1, "gone": 1}
    events = {each.url.removeprefix(site.url): each.revision.event for each in desk.stories()}
    assert events == {
        path(0): None,
        path(1): "edited",
        path(2): "retitled",
        path(3): "gone",
        path(9): "new",
    }


def test_a_story_that_two_sources_list_is_stored_once(desk: Desk, site: Site) -> None:
    publish(site, GOOD)
    desk.declare(desk.source(site), desk.source(site, name="desa-2"))
    reports = desk.read()

    assert len(desk.stories()) == len(GOOD)
    assert {report.reason for report in reports.values()} == {None}


def test_twenty_sources_on_one_host_never_ask_more_than_its_pause_allows(
    desk: Desk, site: Site
) -> None:
    publish(site, [0])
    for number in range(20):
        site.pages[f"/{number}"] = lasting(rss([]))
    sources = [desk.source(site, f"/{number}", name=f"desa-{number}") for number in range(20)]
    desk.declare(*sources, politeness={"delay_s": 0.1, "jitter": 0.0}).read()
    requests = sorted(site.requests, key=lambda asked: asked.began_s)
    times = [asked.began_s for asked in requests]

    assert len(requests) == 21
    assert all(later.began_s >= earlier.ended_s for earlier, later in pairwise(requests))
    for first, second in combinations(range(21), 2):  # in no stretch of time more than promised
        assert times[second] - times[first] > (second - first) * 0.1 - NOTED_LATE_S


# when a server has had enough


def test_a_story_that_can_no_longer_be_read_keeps_its_text_and_is_left_in_peace(
    desk: Desk, site: Site
) -> None:
    addresses = publish(site, GOOD)
    desk.declare(desk.source(site))
    desk.read()
    site.pages[path(0)] = answer("")
    site.pages[path(1)] = status(403)
    desk.clock.go_on(hours=2)
    report = desk.read_one()
    site.requests.clear()
    desk.clock.go_on(minutes=15)
    desk.read()

    assert report.outcomes == {"same": 2, "unread": 2}
    assert desk.texts() == {url: whole(n) for n, url in enumerate(addresses)}
    assert site.paths() == ["/rss"]


def test_one_story_behind_a_lock_does_not_silence_its_source(desk: Desk, site: Site) -> None:
    publish(site, range(12))
    site.pages[path(0)] = status(403)
    report = desk.declare(desk.source(site)).read_one()

    assert report.wait_s is None
    assert report.outcomes == {"baseline": 11, "postponed": 1}


def test_a_server_that_asks_us_to_wait_is_left_at_once_and_nothing_is_lost(
    desk: Desk, site: Site
) -> None:
    publish(site, range(12))
    site.pages[path(0)] = status(429, Retry_After="120")
    desk.declare(desk.source(site))
    report = desk.read_one()
    asked = site.paths()
    site.pages[path(0)] = lasting(story(0))
    desk.clock.go_on(minutes=3)
    desk.read()

    assert report.wait_s == 120
    assert "asks us to wait (HTTP 429)" in (report.complaint or "")
    assert asked == ["/robots.txt", "/rss", path(0)]
    assert len(desk.stories()) == 12


def test_a_host_that_asks_us_to_wait_is_asked_by_no_source_even_after_a_restart(
    desk: Desk, site: Site
) -> None:
    publish(site, range(2))
    site.pages["/sibuk"] = status(503, Retry_After="3600")
    desk.declare(desk.source(site, "/sibuk", name="sibuk")).read()
    desk.declare(desk.source(site), desk.source(site, "/sibuk", name="sibuk"))
    site.requests.clear()
    desk.clock.go_on(minutes=59)
    waiting = desk.read()  # every round is a new process, as far as the crawler knows
    asked = site.paths()
    site.pages["/sibuk"] = lasting(rss([]), RSS)
    desk.clock.go_on(minutes=2)
    after = desk.read()

    assert asked == []
    assert "has asked us to wait" in (waiting["desa"].detail or "")
    assert waiting["desa"].wait_s == 60
    assert after["desa"].outcomes == {"baseline": 2}


def test_a_server_that_fails_again_and_again_is_left_for_this_visit(desk: Desk, site: Site) -> None:
    publish(site, range(30))
    for number in range(2, 30):
        site.pages[path(number)] = status(500)
    desk.declare(desk.source(site))
    report = desk.read_one()
    for number in range(2, 30):
        site.pages[path(number)] = lasting(story(number))
    desk.clock.go_on(minutes=15)
    desk.read()

    assert report.requests <= 12
    assert "in a row could not be read" in (report.complaint or "")
    assert len(desk.stories()) == 30


def test_a_disk_that_takes_no_more_ends_the_round_and_loses_nothing(desk: Desk, site: Site) -> None:
    addresses = publish(site, range(12))
    good = site.pages[path(3)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fills_the_disk(line: socket.socket, asked: Asked) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**12, hard))
        assert callable(good)
        good(line, asked)

    desk.declare(desk.source(site))
    site.pages[path(3)] = fills_the_disk
    try:
        with pytest.raises(StoreError, match=r"\.db: "):
            desk.read()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    site.pages[path(3)] = good
    desk.read()

    assert desk.texts() == {url: whole(n) for n, url in enumerate(addresses)}


# articles in several sheets


def three_sheets(site: Site, number: int) -> list[str]:
    """Lay a story out in three sheets, and return its paragraphs in order."""
    address = path(number)
    texts = [paper.paragraphs(each) for each in (number, number + 1, number + 2)]
    following = [f"{address}?page=2", f"{address}?page=3", None]
    for page, text in enumerate(texts):
        name = address if page == 0 else f"{address}?page={page + 1}"
        site.pages[name] = lasting(story(number, text, following=following[page]))
    return [paragraph for text in texts for paragraph in text]


def test_an_article_in_three_sheets_is_stored_whole_and_once(desk: Desk, site: Site) -> None:
    (url,) = publish(site, [10])
    expected = "\n".join(three_sheets(site, 10))
    desk.declare(desk.source(site))
    desk.read()
    desk.clock.go_on(hours=2)
    again = desk.read_one()

    assert desk.texts() == {url: expected}
    assert again.outcomes == {"same": 1}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(status(500), id="500"),
        pytest.param(status(404), id="404"),
        pytest.param(answer(""), id="empty"),
        pytest.param(server.reset, id="reset"),
        pytest.param(server.hangs, id="hangs"),
    ],
)
def test_an_article_waits_for_a_sheet_that_fails_and_is_never_shortened(
    desk: Desk,
    site: Site,
    fault: Any,  # noqa: ANN401 - a reply of the site
) -> None:
    (url,) = publish(site, [10])
    expected = "\n".join(three_sheets(site, 10))
    last = site.pages[path(10) + "?page=3"]
    desk.declare(desk.source(site), limits={"timeout_s": 0.5})
    site.pages[path(10) + "?page=3"] = fault
    first = desk.read_one()
    stored_first = desk.texts()
    site.pages[path(10) + "?page=3"] = last
    desk.clock.go_on(hours=1)
    desk.read()
    stored_then = desk.texts()
    site.pages[path(10)] = lasting(story(10, following=f"{path(10)}?page=2") + "<!-- 2 -->")
    site.pages[path(10) + "?page=3"] = fault
    desk.clock.go_on(hours=2)
    revisit = desk.read_one()

    assert first.outcomes == {"postponed": 1}
    assert "sheet 3 of the article: " in first.troubles[0][1]
    assert stored_first == {}
    assert stored_then == {url: expected}
    assert revisit.outcomes == {"unread": 1}
    assert desk.texts() == {url: expected}


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_fault_that_cannot_even_be_noted_is_told_as_what_the_archive_says(
    desk: Desk, site: Site, *, is_noted: bool
) -> None:
    (known, moved) = (site.url + path(n) for n in (0, 1))
    publish(site, [0])
    desk.declare(desk.source(site)).read()
    site.pages[path(1)] = redirect(known)
    site.pages["/rss"] = answer(rss([(moved, headline(1))]), RSS)
    with Writer(desk.folder) as writer, writer.transaction() as connection:
        connection.execute("update revision set more = '{}'")  # what no version of ours can read
        if not is_noted:
            connection.execute(
                "create trigger full before update on link "
                "begin select raise(abort, 'no room'); end"
            )
    report = desk.read_one()

    if is_noted:
        assert (report.reason, report.outcomes["fault"]) == (None, 1)
    else:
        assert (report.reason, report.detail) == ("store", f"{desk.folder / 'tilik.db'}: no room")
