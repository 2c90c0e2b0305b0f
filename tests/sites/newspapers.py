"""Small newspapers that each list their stories in another way; none of them exists.

`NEWSPAPERS` names them; each puts its pages on a site and says by what it should be read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING

from sites.paper import RSS, XML, headline, path, rss, sitemap, story
from sites.server import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sites.server import Site

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
NUMBERS = range(12)
JSON_FEED = "application/feed+json"
ATOM = "application/atom+xml"
MENU = (("/", "Beranda"), ("/tentang", "Tentang Kami"), ("/tag/desa", "Desa"))
SHELL = "<div id='app'></div><script src='/app.js'></script>"
ENGLISH = (
    "The villagers of the northern bank have rebuilt the bridge that was lost in the flood.",
    "They worked for three weeks, and the council said that it would pay for the ropes.",
    "Children were the first to cross it on their way to school, which is on the other side.",
    "The old ferry will be kept for the market days, when there are more people than usual.",
    "Not all of the money has been spent, and the rest is for a roof over the landing stage.",
)


@dataclass(frozen=True)
class Newspaper:
    """How to publish a newspaper, and the places (kind, path) by which it should be read."""

    publish: Callable[[Site], None]
    places: tuple[tuple[str, str], ...]


def page(body: str, *, head: str = "", menu: Iterable[tuple[str, str]] = MENU) -> bytes:
    """Lay out a page that is no story."""
    links = "".join(f"<li><a href='{href}'>{text}</a></li>" for href, text in menu)
    return answer(
        f"<!DOCTYPE html><html lang='id-ID'><head><title>Kabar Desa - Berita Terbaru</title>{head}"
        f"</head><body><nav><ul>{links}</ul></nav><main>{body}</main></body></html>"
    )


def headlines(numbers: Iterable[int] = NUMBERS, end: str = "") -> str:
    """List stories as a home page does."""
    return "".join(
        f"<h3><a href='{path(number)}{end}'>{headline(number)}</a></h3>" for number in numbers
    )


def stories(site: Site) -> None:
    """Put the stories on a site."""
    for number in NUMBERS:
        site.pages[path(number)] = answer(story(number))


def alternate(href: str, kind: str) -> str:
    """Declare a feed."""
    return f"<link rel='alternate' type='{kind}' title='Kabar Desa' href='{href}'>"


def feed(site: Site, at: datetime = NOW) -> bytes:
    """Write the feed of the paper."""
    rows = [(site.url + path(number), headline(number)) for number in NUMBERS]
    return answer(rss(rows, at=at - timedelta(hours=1)), RSS)


def feed_declared(site: Site) -> None:
    site.pages["/"] = page(headlines(), head=alternate("/siaran/berita", RSS))
    site.pages["/siaran/berita"] = feed(site)


def feed_linked(site: Site) -> None:
    site.pages["/"] = page(headlines() + "<a href='/berita/rss'>RSS</a>")
    site.pages["/berita/rss"] = feed(site)


def feed_undeclared(site: Site) -> None:
    site.pages["/"] = page(SHELL, menu=())
    site.pages["/rss.xml"] = feed(site)


def feed_dead(site: Site) -> None:
    site.pages["/"] = page(headlines(), head=alternate("/rss", RSS))
    site.pages["/rss"] = feed(site, NOW - timedelta(days=400))


def feed_behind_denied_home(site: Site) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /$\n", "text/plain")
    site.pages["/"] = page(headlines())
    site.pages["/feed"] = feed(site)


def only_sitemap_index(site: Site) -> None:
    months = [(f"2026-{month:02}", f"2026-{month:02}-01") for month in range(8, 1, -1)]
    rows = "".join(
        f"<sitemap><loc>{site.url}/peta-{month}.xml</loc><lastmod>{changed}</lastmod></sitemap>"
        for month, changed in months
    )
    site.pages["/"] = page(SHELL, menu=())
    site.pages["/sitemap.xml"] = answer(f"<sitemapindex>{rows}</sitemapindex>", XML)
    for month, _ in months[1:]:
        site.pages[f"/peta-{month}.xml"] = answer(sitemap([]), XML)
    site.pages["/peta-2026-08.xml"] = answer(sitemap(site.url + path(n) for n in NUMBERS), XML)


def only_news_sitemap(site: Site) -> None:
    space = "http://www.google.com/schemas/sitemap-news/0.9"
    rows = "".join(
        f"<url><loc>{site.url}{path(n)}</loc><news:news><news:publication_date>"
        f"{NOW - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
        f"<news:title>{headline(n)}</news:title></news:news></url>"
        for n in NUMBERS
    )
    robots = f"User-agent: *\nAllow: /\nSitemap: {site.url}/semua.xml\nsitemap: {site.url}/news.xml"
    site.pages["/robots.txt"] = answer(robots, "text/plain")
    site.pages["/"] = page(SHELL, menu=())
    site.pages["/news.xml"] = answer(f'<urlset xmlns:news="{space}">{rows}</urlset>', XML)


def only_sections(site: Site) -> None:
    menu = (*MENU, ("/desa", "Desa"), ("/ekonomi", "Ekonomi"))
    site.pages["/"] = page("<h1>Selamat datang di Kabar Desa</h1>", menu=menu)
    site.pages["/desa"] = page(headlines(range(6)), menu=menu)
    site.pages["/ekonomi"] = page(headlines(range(6, 12)), menu=menu)
    site.pages["/tentang"] = page("<p>Koran untuk diuji.</p>", menu=menu)


def behind_consent(site: Site) -> None:
    wall = (
        "<div role='dialog' style='position:fixed;inset:0'><h2>Kami menghargai privasi Anda</h2>"
        "<p>Kami dan 812 mitra menyimpan kuki di perangkat Anda untuk iklan yang dipilih.</p>"
        "<a href='/kebijakan-privasi-dan-kuki'>Baca kebijakan privasi kami selengkapnya</a>"
        "<a href='/setuju?kembali=%2F'>Setuju dan lanjut membaca berita</a></div>"
    )
    site.pages["/"] = page(wall + headlines())


def json_feed(site: Site) -> None:
    items = [{"id": str(n), "url": path(n)[1:], "title": headline(n)} for n in NUMBERS]
    site.pages["/"] = page(SHELL, head=alternate("umpan.json", JSON_FEED), menu=())
    site.pages["/umpan.json"] = answer(json.dumps({"version": "1.1", "items": items}), JSON_FEED)


def atom_relative(site: Site) -> None:
    entries = "".join(
        f"<entry><title>{escape(headline(n))}</title><link href='{path(n)[len('/berita/') :]}'/>"
        f"<updated>{NOW - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}</updated></entry>"
        for n in NUMBERS
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/berita/">{entries}</feed>'
    site.pages["/"] = page(SHELL, head=alternate("umpan/atom", ATOM), menu=())
    site.pages["/umpan/atom"] = answer(body, ATOM)


def amp_twins(site: Site) -> None:
    for number in NUMBERS:
        twin = story(number).replace("<meta", f"<link rel='canonical' href='{path(number)}'><meta")
        site.pages[path(number) + "/amp"] = answer(twin)
    site.pages["/"] = page(headlines(end="/amp") + headlines())


def calendar_archives(site: Site) -> None:
    days = "".join(
        f"<a href='/arsip/2026/08/{day:02}'>Semua berita tanggal {day} Agustus 2026</a>"
        for day in range(1, 8)
    )
    menu = (*MENU, ("/arsip", "Arsip"))
    site.pages["/"] = page(days, menu=menu)
    site.pages["/arsip"] = page(days + headlines(), menu=menu)


def with_pages(site: Site) -> None:
    pager = "".join(
        f"<a href='/?page={n}'>Ke halaman {n} dari daftar berita</a>" for n in (2, 3, 4)
    )
    site.pages["/"] = page(headlines(range(6)) + pager)
    site.pages["/?page=2"] = page(headlines(range(6, 12)) + pager)


def mixed_languages(site: Site) -> None:
    for number in NUMBERS[::2]:
        site.pages[path(number)] = answer(story(number, ENGLISH).replace("'id'", "'en'"))
    feed_declared(site)


NEWSPAPERS = {
    "feed-declared": Newspaper(feed_declared, (("feed", "/siaran/berita"),)),
    "feed-linked": Newspaper(feed_linked, (("feed", "/berita/rss"),)),
    "feed-undeclared": Newspaper(feed_undeclared, (("feed", "/rss.xml"),)),
    "feed-dead": Newspaper(feed_dead, (("section", "/"),)),
    "feed-behind-denied-home": Newspaper(feed_behind_denied_home, (("feed", "/feed"),)),
    "only-sitemap-index": Newspaper(only_sitemap_index, (("sitemap", "/sitemap.xml"),)),
    "only-news-sitemap": Newspaper(only_news_sitemap, (("sitemap", "/news.xml"),)),
    "only-sections": Newspaper(only_sections, (("section", "/desa"), ("section", "/ekonomi"))),
    "behind-consent": Newspaper(behind_consent, (("section", "/"),)),
    "json-feed": Newspaper(json_feed, (("feed", "/umpan.json"),)),
    "atom-relative": Newspaper(atom_relative, (("feed", "/umpan/atom"),)),
    "amp-twins": Newspaper(amp_twins, (("section", "/"),)),
    "calendar-archives": Newspaper(calendar_archives, (("section", "/arsip"),)),
    "with-pages": Newspaper(with_pages, (("section", "/"),)),
    "mixed-languages": Newspaper(mixed_languages, (("feed", "/siaran/berita"),)),
}


def publish(site: Site, name: str) -> Newspaper:
    """Put a newspaper on a site and return what is to be found."""
    newspaper = NEWSPAPERS[name]
    site.pages["/robots.txt"] = answer("User-agent: *\nAllow: /\n", "text/plain")
    stories(site)
    newspaper.publish(site)
    return newspaper
