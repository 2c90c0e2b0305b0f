"""An article in several sheets: which address is next, and one Article from all. Never fetches.

The next sheet has the address of this one but for the number of the page; whatever else a page
calls "next" is another article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawler.extract.article import Removal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.extract.article import Article

MAX_SHEETS: Final = 20
_ALL: Final = 0  # the number of the sheet that holds the whole article

_QUERY_KEYS: Final = frozenset(
    ("page", "halaman", "hal", "pg", "p", "paged", "pagenum", "showpage")
)
_PATH_NUMBER = re.compile(
    r"(?:[/_-](?:page|halaman|hal|p)[/_-]?)(\d{1,2})/?(?=\.html?$|$)|/(\d{1,2})/?$"
)
_PATH_ALL = re.compile(r"/all/?$")
_LEVELS = 5  # how far up a box of comments is looked for
# What an address of a sheet must have, asked before it is taken apart.
_MARKED = re.compile(
    r"[?&/_-](?:(?:page|halaman|hal|pg|p|paged|pagenum|showpage|single)(?:=|[/_-]?\d)"
    r"|(?:\d{1,2}|all)/?(?:#.*)?$)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|komentar|disqus|respon", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Address:
    """An address without the number of the sheet, and that number: 1 when it has none."""

    base: tuple[str, str, tuple[tuple[str, str], ...]]
    number: int

    @property
    def name(self) -> str:
        """The last part of the path without its ending; empty where the query names the article."""
        return self.base[1].rpartition("/")[2].partition(".")[0]


def next_sheet(tree: HtmlElement, url: str) -> str | None:
    """Give the address of the next sheet of the same article; null on the last one.

    When a page offers the whole article on one sheet, that is the next.
    """
    here = _address(url)
    if here is None or here.number == _ALL or here.number >= MAX_SHEETS:
        return None
    found: dict[int, str] = {}
    name = here.name
    for link in tree.iter("a", "link"):
        href = (link.get("href") or "").strip()
        is_whole = href.startswith(("/", "http"))  # the name of the article must then be in it
        if (is_whole and name not in href) or not _MARKED.search(href):
            continue
        target = _target(link, href, url)
        there = _address(target) if target else None
        if target and there and there.base == here.base and not _is_comments(link):
            found.setdefault(there.number, target)
    return found.get(_ALL) or found.get(here.number + 1)


def stitch(first: Article, rest: Sequence[Article]) -> Article:
    """Join the sheets of one article in their order; what two sheets share stands once."""
    lines = first.text.split("\n")
    whole, removals, related = first, list(first.removals), list(first.related)
    sheets = first.sheets
    for sheet in rest:
        new = sheet.text.split("\n")
        seam = _shared(lines, new)
        if len(seam) < len(new):
            sheets += sheet.sheets
        removals.extend(sheet.removals)
        removals.extend(Removal("sheets", "the seam of two sheets", line) for line in seam)
        related.extend(sheet.related)
        lines += new[len(seam) :]
        whole = sheet
    return replace(
        first,
        text="\n".join(lines),
        removals=tuple(removals),
        related=tuple(dict.fromkeys(related)),
        sheets=sheets,
        next_sheet=whole.next_sheet,
    )


def _shared(lines: Sequence[str], new: Sequence[str]) -> list[str]:
    """Give the lines a sheet begins with that stand before: the lead again, or the last lines."""
    old, fresh = [_folded(line) for line in lines], [_folded(line) for line in new]
    lead = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, fresh, strict=False)))
    behind = fresh[lead:]
    tail = max(
        (n for n in range(1, min(len(old), len(behind)) + 1) if old[-n:] == behind[:n]), default=0
    )
    return list(new[: lead + tail])


def _folded(line: str) -> str:
    return " ".join(re.findall(r"\w+", line.casefold()))


def _target(link: HtmlElement, href: str, url: str) -> str | None:
    """Give where a link leads; null when the page does not call it the next, or it is broken."""
    if link.tag == "link" and "next" not in (link.get("rel") or "").split():
        return None
    try:
        return urljoin(url, href).partition("#")[0]
    except ValueError:  # a bracket where the host should be
        return None


def _is_comments(link: HtmlElement) -> bool:
    """Whether the link turns the pages of the comments."""
    around = (link, *islice(link.iterancestors(), _LEVELS))
    names = (f"{e.get('class', '')} {e.get('id', '')}" for e in around if e.tag != "body")
    return bool(_COMMENTS.search(link.get("href") or "")) or any(map(_COMMENTS.search, names))


def _address(url: str) -> _Address | None:
    """Take an address apart; null when it is none, or a front page."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    numbers, query = [], []
    for key, value in parse_qsl(parts.query):
        if key.lower() in _QUERY_KEYS and (value.isdigit() or value == "all"):
            numbers.append(_ALL if value == "all" else int(value[:4]))
        elif key.lower() == "single":
            numbers.append(_ALL)
        else:
            query.append((key, value))
    path, number = _path(parts.path)
    numbers.append(number)
    if path.strip("/") == "" and not query:
        return None
    chosen = next((number for number in numbers if number != 1), 1)
    return _Address((host, path, tuple(sorted(query))), chosen)


def _path(path: str) -> tuple[str, int]:
    if match := _PATH_ALL.search(path):
        return path[: match.start()], _ALL
    match = _PATH_NUMBER.search(path)
    if match and 1 < int(match[1] or match[2]) <= MAX_SHEETS:
        return (path[: match.start()] + path[match.end() :]).rstrip("/"), int(match[1] or match[2])
    return path.rstrip("/"), 1
