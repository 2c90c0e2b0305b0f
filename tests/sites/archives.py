"""Small newspapers whose older stories lie on further pages, a story for every day.

`publish` puts the stories of `days` days on a site, number 0 of today; the listings are laid over
them, and always show a few of the newest only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sites.newspapers import headlines, page
from sites.paper import RSS, XML, headline, path, rss, story
from sites.server import answer

if TYPE_CHECKING:
    from sites.server import Site

NOW = datetime(2026, 8, 7, 16, 5, tzinfo=UTC)
A_PAGE = 5


def day_of(number: int) -> datetime:
    return NOW - timedelta(days=number, hours=2)


def publish(site: Site, days: int) -> None:
    """Put dated stories on a site."""
    site.pages["/robots.txt"] = answer("User-agent: *\nAllow: /\n", "text/plain")
    for number in range(days):
        at = f"<meta property='article:published_time' content='{day_of(number).isoformat()}'>"
        site.pages[path(number)] = answer(story(number).replace("<meta", f"{at}<meta"))


def numbered(site: Site, days: int, form: str = "/indeks?page={}", pager: str = "") -> None:
    """List them on numbered pages; `pager` is the link to the next one, else numbers are shown."""
    last = -(-days // A_PAGE)
    for number in range(1, last + 1):
        shown = [n for n in range(max(1, number - 2), min(last, number + 2) + 1) if n != number]
        numbers = "".join(f"<a href='{form.format(n)}'>{n}</a>" for n in shown)
        following = pager.format(form.format(number + 1)) if number < last else ""
        listed = headlines(range(A_PAGE * (number - 1), min(A_PAGE * number, days)))
        address = form.format(number) if number > 1 else "/indeks"
        site.pages[address] = page(listed + (following if pager else numbers))


def calendar(site: Site, days: int, form: str = "/indeks/%Y/%m/%d") -> None:
    """List them on a page for each day, which leads to the days of its week before it."""
    for number in range(days):
        week = "".join(
            f"<a href='{day_of(n):{form}}'>{day_of(n).day}</a>"
            for n in range(number + 1, min(number + 8, days))
        )
        listed = page(f"<table>{week}</table>{headlines([number])}")
        site.pages[f"{day_of(number):{form}}"] = listed
        if number == 0:
            site.pages["/indeks"] = listed


def sitemaps(site: Site, days: int) -> None:
    """List them in sitemaps of a day each, behind an index that dates them."""
    rows = []
    for number in range(days):
        at = day_of(number)
        rows.append(
            f"<sitemap><loc>{site.url}/peta-{number}.xml</loc><lastmod>{at:%Y-%m-%d}</lastmod></sitemap>"
        )
        entry = f"<url><loc>{site.url}{path(number)}</loc><lastmod>{at.isoformat()}</lastmod></url>"
        site.pages[f"/peta-{number}.xml"] = answer(f"<urlset>{entry}</urlset>", XML)
    site.pages["/indeks"] = answer(f"<sitemapindex>{''.join(rows)}</sitemapindex>", XML)


def feeds(site: Site, days: int) -> None:
    """List them in a feed that goes on (RFC 5005)."""
    link = "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='next' href='/indeks?paged={}'/>"
    for first in range(0, days, A_PAGE):
        beyond = first + A_PAGE
        rows = [(site.url + path(n), headline(n)) for n in range(first, min(beyond, days))]
        following = link.format(beyond) if beyond < days else ""
        body = rss(rows).replace("<channel>", f"<channel>{following}")
        site.pages[f"/indeks?paged={first}" if first else "/indeks"] = answer(body, RSS)
