"""A listing page (home, section, index) to those of its links that look like stories.

Looks at addresses and link texts only: no list of sites, no selector.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.addresses import canonical, is_same_site, resolved
from crawler.extract.article import Page, Refusal
from crawler.extract.parse import parse
from crawler.kinds.listing import Found, Listing, Unreadable, clean_title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADLINE_WORDS = 4  # menu entries and categories rarely have more than three
HEADLINE_CHARACTERS = 20
DENSE_CHARACTERS = 8  # the same for scripts without spaces
SLUG = re.compile(r"[^/]*[^/\d-]-(?:[^/-]+-){2,}[^/-]+")  # four parts or more, joined by hyphens
NUMBER = re.compile(r"\d{4,}")
DATE_PATH = re.compile(r"/(19|20)\d\d/\d{1,2}(/|\Z)")
DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
LISTING_PATH = re.compile(
    r"/(tags?|topi[ck]s?|kategori|category|rubrik|author|penulis|indeks|index|search|cari|page"
    r"|login|register|video|foto|photo|gallery|galeri)(/|\Z)",
    re.IGNORECASE,
)


def read_section(page: Page, *, limit: int, links: str | None) -> Listing:
    """Return what looks like stories on a listing page, in page order. Raises Unreadable.

    `links` is a piece of text that article addresses must contain; null asks for none.
    """
    tree = parse(page)
    if isinstance(tree, Refusal):
        raise Unreadable(tree.detail)
    url, base = page.url, _base(tree, page.url)
    found: dict[str, Found] = {}
    for anchor in tree.iter("a"):
        address = resolved(base, anchor.get("href") or "")
        if not address or not is_same_site(address, url) or address == canonical(url):
            continue
        if links is not None and links not in address:
            continue
        text = clean_title(anchor.text_content()) or clean_title(anchor.get("title")) or ""
        known = found.get(address)
        if known is not None:
            if len(text) > len(known.title or ""):
                found[address] = Found(address, text or None)
            continue
        if len(found) < limit and (links is not None or _is_story(address, text)):
            found[address] = Found(address, text or None)
    if not found:
        raise Unreadable("it has no links that look like stories")
    return Listing(tuple(found.values()))


def _is_story(url: str, text: str) -> bool:
    path = urlsplit(url).path
    if LISTING_PATH.search(path):
        return False
    is_headline = (
        len(text) >= DENSE_CHARACTERS
        if DENSE.search(text)
        else len(text.split()) >= HEADLINE_WORDS and len(text) >= HEADLINE_CHARACTERS
    )
    has_slug = SLUG.search(path) is not None
    is_numbered = NUMBER.search(path) is not None or NUMBER.search(urlsplit(url).query) is not None
    return (is_headline and (has_slug or is_numbered)) or (
        has_slug and bool(DATE_PATH.search(path))
    )


def _base(tree: HtmlElement, url: str) -> str:
    """Return what relative links start from: `<base href>`, where the page has one."""
    for element in tree.iter("base"):
        try:
            return str(urljoin(url, element.get("href") or ""))
        except ValueError:
            break
    return url
