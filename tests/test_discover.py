"""`tilik source add` finds a working way into every newspaper, and says why where there is none."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sites.asking import settings
from sites.newspapers import NEWSPAPERS, NOW, alternate, headlines, page, publish
from sites.paper import headline, path, rss
from sites.server import Site, answer, status

from crawler.discover.places import USUAL_FEEDS
from crawler.discover.scout import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADLINES = {headline(number) for number in range(12)}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


def look(site: Site, at: str = "/") -> Survey:
    return asyncio.run(survey(settings([site.port]), site.url + at, lambda: NOW))


@pytest.mark.parametrize("name", NEWSPAPERS)
def test_a_working_way_is_found_into(site: Site, name: str) -> None:
    expected = publish(site, name)

    seen = look(site)

    found = [(each.kind, each.url.removeprefix(site.url)) for each in seen.proposals]
    assert found == list(expected.places), seen.failed
    for proposal in seen.proposals:
        assert {sample.headline for sample in proposal.samples} <= HEADLINES
        assert len(proposal.samples) == min(10, proposal.listed), proposal.refused


def test_a_newspaper_that_declares_its_feed_is_asked_for_nothing_else(site: Site) -> None:
    publish(site, "feed-declared")

    seen = look(site)

    listings = [path for path in site.paths() if not path.startswith("/berita/")]
    assert listings == ["/robots.txt", "/", "/siaran/berita"]
    assert seen.requests == len(site.requests) - 1  # robots.txt is the manners' own


def test_of_a_sitemap_index_a_part_is_enough_to_see_what_it_is_worth(site: Site) -> None:
    publish(site, "only-sitemap-index")

    seen = look(site)

    assert [each.listed for each in seen.proposals] == [12]
    assert sum("/peta-" in path for path in site.paths()) == 3


def test_a_story_that_prints_no_time_has_the_time_of_its_feed(site: Site) -> None:
    publish(site, "feed-declared")

    (proposal,) = look(site).proposals

    times = {sample.published.at for sample in proposal.samples if sample.published}
    assert times == {NOW.replace(second=0) - timedelta(hours=1)}


def test_a_feed_that_is_given_itself_is_taken(site: Site) -> None:
    publish(site, "feed-declared")

    seen = look(site, "/siaran/berita")

    assert [each.url for each in seen.proposals] == [f"{site.url}/siaran/berita"]
    assert "/" not in site.paths()


def test_language_zone_and_region_are_believed_from_texts_printed_zones_and_the_page(
    site: Site,
) -> None:
    publish(site, "feed-declared")
    for number in range(12):
        reply = site.pages[path(number)]
        assert isinstance(reply, bytes)
        body = reply.partition(b"\r\n\r\n")[2].decode()
        dated = body.replace("</h1>", f"</h1><p>Jumat, 7 Agustus 2026 {number:02}:15 WITA</p>")
        site.pages[path(number)] = answer(dated)

    seen = look(site)

    assert (seen.title, seen.lang, seen.zone) == ("Kabar Desa", "id", "Asia/Makassar")
    assert seen.region == "Indonesia"


def test_a_newspaper_of_several_languages_is_given_none(site: Site) -> None:
    publish(site, "mixed-languages")

    seen = look(site)

    assert seen.lang is None
    assert seen.langs == ("en", "id")


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        pytest.param(status(403), "does not let us in", id="forbidden"),
        pytest.param(status(404), "not there (HTTP 404)", id="not-there"),
        pytest.param(status(500), "the server failed", id="server-error"),
        pytest.param(answer(b"\x89PNG\r\n\x1a\n" + b"\0" * 99), "no HTML", id="picture"),
        pytest.param(answer(b""), "empty page", id="empty"),
    ],
)
def test_a_page_that_cannot_be_read_is_asked_for_once_and_told(
    site: Site, reply: bytes, sentence: str
) -> None:
    site.pages["/"] = reply

    seen = look(site)

    assert seen.proposals == ()
    assert sentence in seen.failed[0].detail
    assert site.paths() == ["/robots.txt", "/"]


def test_a_site_that_denies_everything_is_told_so_and_not_asked_again(site: Site) -> None:
    publish(site, "feed-declared")
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /\n", "text/plain")

    seen = look(site)

    assert seen.proposals == ()
    assert all("robots.txt does not permit it" in each.detail for each in seen.failed)
    assert site.paths() == ["/robots.txt"]


def test_a_page_without_any_listing_says_what_was_tried(site: Site) -> None:
    site.pages["/"] = answer("<!DOCTYPE html><html><body><p>Segera hadir.</p></body></html>")

    seen = look(site)

    told = {each.url.removeprefix(site.url): each.detail for each in seen.failed}
    assert seen.proposals == ()
    assert "no links that look like stories" in told["/"]
    assert "not there (HTTP 404)" in told["/feed"]
    assert "not there (HTTP 404)" in told["/sitemap.xml"]


def test_a_feed_whose_stories_cannot_be_read_gives_way_to_the_home_page(site: Site) -> None:
    publish(site, "feed-declared")
    rows = [(f"{site.url}/hilang/{n}", f"Berita yang hilang nomor {n}") for n in range(12)]
    site.pages["/siaran/berita"] = answer(rss(rows), "application/rss+xml")

    seen = look(site)

    assert [(each.kind, each.url) for each in seen.proposals] == [("section", f"{site.url}/")]
    told = {each.url.removeprefix(site.url): each.detail for each in seen.failed}
    assert "only 0 of 10 sample stories could be read" in told["/siaran/berita"]


def test_a_feed_that_leaves_most_of_the_home_page_out_is_not_alone(site: Site) -> None:
    publish(site, "feed-declared")
    rows = [(site.url + path(n), headline(n)) for n in range(4)]
    site.pages["/siaran/berita"] = answer(rss(rows), "application/rss+xml")

    seen = look(site)

    assert [each.kind for each in seen.proposals] == ["feed", "section"]


def test_a_server_that_fails_again_and_again_is_left_alone(site: Site) -> None:
    publish(site, "only-sections")
    for name in USUAL_FEEDS:
        site.pages[f"/{name}"] = status(500)

    seen = look(site)

    assert sum(f"/{name}" in site.paths() for name in USUAL_FEEDS) == 5
    assert any("5 addresses in a row" in each.detail for each in seen.failed)


def test_what_a_page_declares_leads_to_no_address_that_is_refused(site: Site) -> None:
    publish(site, "behind-consent")
    with Site("127.0.0.2") as canary:
        site.pages["/robots.txt"] = answer(f"Sitemap: {canary.url}/peta.xml", "text/plain")
        site.pages["/"] = page(headlines(), head=alternate(f"{canary.url}/rss", "text/xml"))
        ports = [site.port, canary.port]
        seen = asyncio.run(survey(settings(ports), site.url, lambda: NOW))

        assert canary.connections == 0
    assert [each.kind for each in seen.proposals] == ["section"]
    assert sum("127.0.0.2" in each.url for each in seen.failed) == 2


def test_a_page_that_declares_no_end_of_feeds_makes_few_requests(site: Site) -> None:
    publish(site, "behind-consent")
    many = "".join(alternate(f"/rss/{number}", "text/xml") for number in range(500))
    robots = "\n".join(f"Sitemap: {site.url}/peta/{number}.xml" for number in range(500))
    site.pages["/robots.txt"] = answer(robots, "text/plain")
    site.pages["/"] = page(headlines(), head=many)

    seen = look(site)

    assert [each.kind for each in seen.proposals] == ["section"]
    assert sum(path.startswith(("/rss/", "/peta/")) for path in site.paths()) == 10
