"""Pure: where a list of stories goes on: its next page, and the days and months of its archive.

Knows no site and never fetches; a list that only programs in the browser continue has no next page.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.addresses import canonical, is_same_site, resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

PAGE_NAMES = frozenset(
    {"page", "paged", "p", "pg", "hal", "halaman", "start", "offset", "pagenum", "pageno"}
)
PATH_PAGE = re.compile(r"/(?:page|halaman|hal|p)[/-](\d{1,4})/?\Z|/(\d{1,3})/?\Z")
NEXT_WORDS = re.compile(
    r"[\s›»→>]*(next( page)?|older( posts| entries)?|selanjutnya|berikutnya|halaman berikutnya"
    r"|lebih lama|далее|дальше|следующая|下一页|下一頁|다음)?[\s›»→>]*",
    re.IGNORECASE,
)
NEXT_CHARACTERS = 30
DAY = re.compile(r"((?:19|20)\d\d)[-.]?(\d\d)(?:[-.]?(\d\d))?|(\d\d)[-.](\d\d)[-.]((?:19|20)\d\d)")
DAY_PATH = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})(?:/(\d{1,2}))?/?\Z")
PARTS = {  # of a date that a form asks for in three fields
    "day": frozenset({"day", "d", "dd", "tgl", "tanggal", "hari"}),
    "month": frozenset({"month", "m", "mm", "bln", "bulan"}),
    "year": frozenset({"year", "y", "yy", "yyyy", "thn", "tahun"}),
}
WRITTEN_IN = re.compile(r"((?:19|20)\d\d)[-_/.]?(0[1-9]|1[0-2])(?!\d)")
ZONES = timedelta(days=1)  # a day of the newspaper begins and ends at another time in UTC


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of a list: the list, and the number of the page, 1 when it has none."""

    of: tuple[str, str, tuple[tuple[str, str], ...]]
    number: int


def older_pages(tree: HtmlElement, base: str, url: str, since: datetime) -> tuple[str, ...]:
    """Return where the list on a page goes on: its next page, then its days since a date."""
    links = list(_links(tree, base, url))
    following = _next(links, canonical(url))
    days = {
        address: period[0]
        for address, _ in links
        if (period := period_of(address)) and period[1] + ZONES >= since.date()
    }
    return tuple(dict.fromkeys([*following, *sorted(days, key=days.__getitem__, reverse=True)]))


def period_of(url: str) -> tuple[date, date] | None:
    """Return the first and last day that an address of an archive names; null when it is none."""
    parts = urlsplit(url)
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name not in PAGE_NAMES]
    if not asked:
        last = parts.path.rstrip("/").rsplit("/", 1)[-1]
        return _in_path(parts.path) or _written(last)
    if len(asked) == 1:
        return _written(asked[0][1])
    named = {
        part: value
        for name, value in asked
        for part, names in PARTS.items()
        if name.lower() in names
    }
    if len(named) != len(asked):
        return None
    return _period(named.get("year"), named.get("month"), named.get("day"))


def is_before(url: str, since: datetime) -> bool:
    """Whether an address has a month in it, and one that was over by a date."""
    found = WRITTEN_IN.search(urlsplit(url).path)
    period = _period(found[1], found[2], None) if found else None
    return period is not None and period[1] + ZONES < since.date()


def _links(tree: HtmlElement, base: str, url: str) -> Iterator[tuple[str, HtmlElement]]:
    """Yield the addresses of a page's links within its site, other than its own."""
    here = canonical(url)
    for link in tree.iter("a", "link"):
        address = resolved(base, link.get("href") or "")
        if address and address != here and is_same_site(address, url):
            yield address, link


def _next(links: Iterable[tuple[str, HtmlElement]], url: str) -> list[str]:
    """Return the next page: what is declared as that, the next number, or what says so."""
    here, numbered, said = _place(url), dict[int, str](), list[str]()
    for address, link in links:
        if "next" in (link.get("rel") or "").lower().split():
            return [address]
        if link.tag != "a":
            continue
        there = _place(address)
        if there.of == here.of and there.number > here.number:
            numbered.setdefault(there.number, address)
        text = " ".join(link.text_content().split())
        if 0 < len(text) <= NEXT_CHARACTERS and NEXT_WORDS.fullmatch(text):
            said.append(address)
    return [numbered[min(numbered)]] if numbered else said[:1]


def _place(url: str) -> _Place:
    parts = urlsplit(url)
    number, query = 1, []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in PAGE_NAMES and value.isdecimal():
            number = int(value[:9])
        else:
            query.append((name, value))
    path = parts.path
    found = None if period_of(url) else PATH_PAGE.search(path)
    if found:
        number, path = int(found[1] or found[2]), path[: found.start()]
    host = (parts.hostname or "").removeprefix("www.")
    return _Place((host, path.rstrip("/"), tuple(sorted(query))), number)


def _in_path(path: str) -> tuple[date, date] | None:
    found = DAY_PATH.search(path)
    return _period(found[1], found[2], found[3]) if found else None


def _written(text: str) -> tuple[date, date] | None:
    found = DAY.fullmatch(text)
    if found is None:
        return None
    if found[6]:
        return _period(found[6], found[5], found[4])
    return _period(found[1], found[2], found[3])


def _period(year: str | None, month: str | None, day: str | None) -> tuple[date, date] | None:
    """Return a day, or a month where no day is named; null when there is no such day."""
    try:
        first = date(int(year or ""), int(month or ""), int(day or 1))
    except ValueError:
        return None
    last = first if day else first.replace(day=monthrange(first.year, first.month)[1])
    return first, last
