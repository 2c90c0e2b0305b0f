"""What is believed of a newspaper, and which places are taken: tables over values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sites.newspapers import NOW

from crawler.discover.beliefs import language_of, name_of, region_of, zone_of
from crawler.discover.choice import Trial, chosen, newest, stale
from crawler.discover.home import Home, read_home
from crawler.discover.places import Candidate, Kind, declared_sitemaps, given
from crawler.extract.article import Page
from crawler.kinds.listing import Found

HOME = "https://kabar-desa.example"


# beliefs


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.kabar-desa.example/", "kabar-desa"),
        ("https://kabar-desa.co.id/berita", "kabar-desa"),
        ("https://riau.kabar-desa.com", "riau-kabar-desa"),
        ("https://m.kabar.desa.id", "kabar"),
        ("http://127.0.0.1:8000/", "127-0-0-1-8000"),
        ("http://localhost/", "localhost"),
        ("https://com.id/", "com"),
        ("http://[::1]:8000/", "1-8000"),
        (f"https://{'panjang-' * 7}x.{'y' * 60}.example/", ("panjang-" * 7)[:50].strip("-")),
    ],
)
def test_a_source_is_named_after_what_is_particular_in_its_host(url: str, name: str) -> None:
    assert name_of(url).startswith(name)
    assert len(name_of(url)) <= 50


@pytest.mark.parametrize(
    ("langs", "lang"),
    [
        (["id"] * 10, "id"),
        (["id"] * 8 + ["en"] * 2, "id"),
        (["id"] * 7 + ["en"] * 3, None),
        (["id"], "id"),
        (["id", None, None], None),
        ([], None),
    ],
)
def test_a_language_is_that_of_nearly_all_stories(langs: list[str | None], lang: str) -> None:
    assert language_of(langs) == lang


def at(zone: timezone | ZoneInfo | int) -> datetime:
    tz = timezone(timedelta(hours=zone)) if isinstance(zone, int) else zone
    return datetime(2026, 8, 7, 9, 0, tzinfo=tz)


@pytest.mark.parametrize(
    ("times", "country", "lang", "zone"),
    [
        pytest.param([at(ZoneInfo("Asia/Jayapura"))] * 3, None, None, "Asia/Jayapura", id="named"),
        pytest.param([at(8)] * 3, "ID", None, "Asia/Makassar", id="offset-in-country"),
        pytest.param([at(7)] * 9 + [at(2)], "ID", "id", "Asia/Jakarta", id="most"),
        pytest.param([at(7)] * 3, None, "id", "Asia/Jakarta", id="country-of-the-language"),
        pytest.param([at(7)] * 3, None, "en", None, id="language-of-many-countries"),
        pytest.param([at(2)] * 3, "ID", "id", None, id="offset-not-of-the-country"),
        pytest.param([at(UTC)] * 3, "ID", "id", None, id="only-utc-and-several-zones"),
        pytest.param([at(UTC)] * 3, "KP", "ko", "Asia/Pyongyang", id="only-utc-and-one-zone"),
        pytest.param([], None, "ko", None, id="nothing-printed-nothing-declared"),
        pytest.param([at(2)] * 3, "DE", "de", "Europe/Berlin", id="summer-time"),
    ],
)
def test_a_zone_is_what_is_printed_and_fits_the_country(
    times: list[datetime], country: str | None, lang: str | None, zone: str | None
) -> None:
    assert zone_of(times, country, lang) == zone


@pytest.mark.parametrize(
    ("home", "region"),
    [
        pytest.param(Home("https://kabar.id/"), "Indonesia", id="domain"),
        pytest.param(Home("https://kabar.id/", place="Riau"), "Riau", id="declared-place"),
        pytest.param(Home("https://kabar.com/", country="Indonesia"), "Indonesia", id="name"),
        pytest.param(Home("https://kabar.com/", country="kp"), "Korea (North)", id="code"),
        pytest.param(Home("https://kabar.com/"), None, id="unknown"),
        pytest.param(Home("https://kabar.tv/"), None, id="a-domain-for-its-letters"),
        pytest.param(Home("https://kabar.id/", country="Atlantis"), "Indonesia", id="no-country"),
    ],
)
def test_a_region_is_what_the_page_or_its_domain_declares(home: Home, region: str | None) -> None:
    assert region_of(home) == region


# the home page


def home(head: str = "", body: str = "", lang: str = "") -> Home:
    html = f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"
    read = read_home(Page(f"{HOME}/", html.encode(), NOW))
    assert isinstance(read, Home)
    return read


@pytest.mark.parametrize(
    ("link", "is_feed"),
    [
        ("rel='alternate' type='application/rss+xml'", True),
        ("rel='alternate' type='application/atom+xml'", True),
        ("rel='Alternate Nofollow' type='APPLICATION/FEED+JSON'", True),
        ("rel='alternate' type='text/xml'", True),
        ("rel='alternate' type='application/json'", False),
        ("rel='alternate' hreflang='en'", False),
        ("rel='stylesheet' type='application/rss+xml'", False),
    ],
)
def test_a_feed_is_a_link_that_says_so(link: str, is_feed: bool) -> None:  # noqa: FBT001 - a column of the table
    said = home(f"<link {link} href='/umpan'>")

    assert said.feeds == ((f"{HOME}/umpan",) if is_feed else ())


def test_feeds_of_comments_are_left_out_and_linked_feeds_come_last() -> None:
    alternate = "<link rel='alternate' type='application/rss+xml' href='{}'>"
    head = alternate.format("/comments/feed/") + alternate.format("/b")
    said = home(head, "<a href='/desa/rss.xml'>RSS</a><a href='/b'>B</a><a href='/cari'>Cari</a>")

    assert said.feeds == (f"{HOME}/b", f"{HOME}/desa/rss.xml")


def test_country_and_place_are_read_wherever_a_page_declares_them() -> None:
    geo = "<meta name='geo.region' content='ID-RI'><meta name='geo.placename' content='Riau'>"
    linked = (
        '<script type="application/ld+json">{"@graph": [{"publisher": {"address": '
        '{"addressCountry": {"name": "ID"}, "addressRegion": "Papua"}}}]}</script>'
    )
    deep = f'<script type="application/ld+json">{"[" * 900}{"]" * 900}</script>'

    assert (home(geo).country, home(geo).place) == ("ID", "Riau")
    assert (home(linked).country, home(linked).place) == ("ID", "Papua")
    assert (home(lang="id-ID").country, home(lang="en-US").country) == ("ID", None)
    assert home(deep).country is None


def test_a_title_is_the_name_of_the_paper_in_one_plain_line() -> None:
    assert home("<title>Kabar Desa - Berita Terbaru Hari Ini</title>").title == "Kabar Desa"
    assert home("<title>Kabar\n\u202eDesa\x07</title>").title == "Kabar Desa"
    assert home("<title>A</title><meta property='og:site_name' content='B'>").title == "B"
    assert home("<title>  </title>").title is None


# places


def test_sitemaps_of_news_go_first_among_those_of_robots() -> None:
    robots = (
        b"User-agent: *\r\nSITEMAP:/semua.xml\r\nSitemap: https://kabar-desa.example/news.xml\r\n"
        b"Sitemap: ftp://x/\r\n# Sitemap: /tidak.xml\r\nSitemap: /semua.xml"
    )

    found = [each.url.removeprefix(HOME) for each in declared_sitemaps(robots, f"{HOME}/")]
    assert found == ["/news.xml", "/semua.xml"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<?xml version='1.0'?><rss version='2.0'>", "feed"),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", "feed"),
        (b' {"version": "https://jsonfeed.org/version/1.1"', "feed"),
        (b"<?xml version='1.0'?><sitemapindex>", "sitemap"),
        (b"\x1f\x8b\x08\x00", "sitemap"),
        (b"<!DOCTYPE html><html><feed>", None),
        (b"", None),
    ],
)
def test_an_address_that_is_a_listing_itself_is_known_by_its_beginning(
    body: bytes, kind: str | None
) -> None:
    candidate = given(HOME, body)

    assert (candidate.kind if candidate else None) == kind


# the choice


def trial(
    kind: Kind, path: str, numbers: range, *, is_titled: bool = True, is_dated: bool = True
) -> Trial:
    found = tuple(
        Found(
            f"{HOME}/{n}",
            "Judul" if is_titled else None,
            NOW - timedelta(hours=n) if is_dated else None,
        )
        for n in numbers
    )
    return Trial(Candidate(kind, f"{HOME}{path}", "x"), found)


FEED = trial("feed", "/rss", range(20))
PART = trial("feed", "/desa/rss", range(5))
NEWS = trial("sitemap", "/news.xml", range(60))
ALL = trial("sitemap", "/sitemap.xml", range(160), is_titled=False)
UNDATED = trial("sitemap", "/peta.xml", range(900), is_titled=False, is_dated=False)
PAGE = trial("section", "/", range(30), is_dated=False)
OTHER_PAGE = trial("section", "/", range(100, 130), is_dated=False)


@pytest.mark.parametrize(
    ("trials", "best"),
    [
        pytest.param([FEED, PART], [FEED], id="a-part-adds-nothing"),
        pytest.param([PART, FEED], [FEED], id="the-fuller-first"),
        pytest.param([NEWS, FEED], [FEED, NEWS], id="a-news-sitemap-adds"),
        pytest.param([ALL, FEED, PAGE], [FEED], id="a-feed-that-covers-the-page"),
        pytest.param([FEED, OTHER_PAGE], [FEED, OTHER_PAGE], id="a-feed-that-does-not"),
        pytest.param([UNDATED, PAGE], [PAGE], id="a-page-before-all-that-ever-was"),
        pytest.param([UNDATED], [UNDATED], id="the-last-resort"),
        pytest.param([ALL, PAGE], [ALL], id="a-dated-sitemap"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_best_combination_is_chosen(trials: list[Trial], best: list[Trial]) -> None:
    assert chosen(trials, NOW) == best


def test_a_place_that_lists_only_old_stories_is_stale() -> None:
    assert stale([NOW - timedelta(days=29), None], NOW) is None
    assert "of 2026-07-07" in (stale([NOW - timedelta(days=31)], NOW) or "")
    assert stale([None], NOW) is None


def test_samples_are_the_newest_and_no_twins() -> None:
    twins = [Found(f"{HOME}/a"), Found(f"{HOME}/a/amp"), Found("http://m.kabar-desa.example/a")]
    dated = [Found(f"{HOME}/{n}", None, NOW - timedelta(hours=n)) for n in (3, 1, 2)]

    assert newest(twins, 10) == twins[:1]
    assert [link.url[-1] for link in newest(dated, 2)] == ["1", "2"]
