"""`tilik source add` finds a working way into every newspaper, and says why where there is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sites.asking import settings
from sites.newspapers import NEWSPAPERS, NOW, publish
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


def look(site: Site, page: str = "/") -> Survey:
    return asyncio.run(survey(settings([site.port]), site.url + page, lambda: NOW))


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
        page = site.pages[path(number)]
        assert isinstance(page, bytes)
        body = page.partition(b"\r\n\r\n")[2].decode()
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
