"""A listing page (home, section, index) to those of its links that look like stories.

Looks at addresses and link texts only: no list of sites, no selector.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import lxml.html
from lxml import etree

from crawler.addresses import is_same_site, resolved
from crawler.kinds.listing import Found, Listing, Unreadable

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


def read_section(
    body: bytes, url: str, *, limit: int, links: str | None, encoding: str | None
) -> Listing:
    """Return what looks like stories on a listing page, in page order. Raises Unreadable.

    `links` is a piece of text that article addresses must contain; null asks for none.
    """
    tree = _tree(body, encoding)
    found: dict[str, Found] = {}
    for anchor in tree.iter("a"):
        address = resolved(url, anchor.get("href") or "")
        if not address or not is_same_site(address, url) or address == url:
            continue
        if links is not None and links not in address:
            continue
        text = " ".join(anchor.text_content().split()) or (anchor.get("title") or "")
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


def _tree(body: bytes, encoding: str | None) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding=encoding or _sniffed(body), huge_tree=False)
    try:
        tree = lxml.html.document_fromstring(body, parser=parser)
    except (etree.ParserError, LookupError, ValueError) as error:
        raise Unreadable(f"it is not HTML ({error})") from error
    return tree


def _sniffed(body: bytes) -> str | None:
    """UTF-8 where it decodes; otherwise lxml looks for a <meta charset>."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"
