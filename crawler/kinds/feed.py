"""A feed (RSS 0.9x to 2.0, RDF, Atom, JSON Feed) to the links it lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crawler.addresses import named, objection, resolved
from crawler.extract.dates import read_moment
from crawler.kinds.listing import (
    Found,
    Listing,
    Unreadable,
    child_text,
    clean_title,
    local,
    xml_root,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml import etree

    from crawler.kinds.listing import Listed

DATES = ("pubdate", "published", "date", "issued", "updated", "modified")


def read_feed(page: Listed) -> Listing:
    """Return the links of a feed, in its order. Raises Unreadable when it is no feed."""
    if page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json_feed(page)
    root, complaint = xml_root(page.body, page.url, page.encoding)
    if local(root) not in ("rss", "rdf", "feed"):
        raise Unreadable(f"it is no feed: its root element is <{local(root)}>")
    links: dict[str, Found] = {}
    for item in _items(root):
        address = _address(item, page.url)
        if address and address not in links:
            title = clean_title(child_text(item, "title"))
            links[address] = Found(address, title, _moment(child_text(item, *DATES), page))
        if len(links) >= page.limit:
            break
    if not links and complaint:
        raise Unreadable(complaint)
    return Listing(tuple(links.values()), older=_older(root, page.url), complaint=complaint)


def _older(root: etree._Element, url: str) -> tuple[str, ...]:
    """Return where a feed says that it goes on (RFC 5005)."""
    channel = next((child for child in root if local(child) == "channel"), root)
    links = (child for child in channel if local(child) == "link")
    going = (link for link in links if link.get("rel") in ("next", "prev-archive"))
    found = (resolved(link.base or url, link.get("href") or "") for link in going)
    return tuple(address for address in found if address and address != url)


def _items(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        if local(element) in ("item", "entry"):
            yield element


def _address(item: etree._Element, url: str) -> str | None:
    """Return the address of an item: the original link, its link, or a GUID that is an address.

    RSS 0.90 and 1.0 name an item by `rdf:about`, which serves when nothing else does. An address
    that may be asked for goes before one that may not.
    """
    links: list[str | None] = []
    others: list[str | None] = []
    names: list[str | None] = []
    for child in item:
        kind, text = local(child), (child.text or "").strip()
        base = child.base or url  # heeds every xml:base above it
        if kind == "origlink" and text:  # a counting service put its own address into `link`
            return named(base, text)
        if kind == "link":
            href = child.get("href")
            if href and child.get("rel", "alternate") == "alternate":
                (links if "html" in child.get("type", "html") else others).append(named(base, href))
            links.append(named(base, text))
        elif kind in ("guid", "id") and child.get("isPermaLink", "true").lower() == "true":
            names.append(_web_address(base, text))
    about = next((str(value) for key, value in item.items() if str(key).endswith("}about")), "")
    given = [each for each in (*links, *others, *names, _web_address(url, about)) if each]
    return next((each for each in given if not objection(each)), given[0] if given else None)


def _web_address(base: str, name: str) -> str | None:
    """Return the name of an item if it is a web address, None for any other."""
    return named(base, name) if name.startswith(("http:", "https:")) else None


def _moment(date: str | None, page: Listed) -> datetime | None:
    moment = read_moment(date, zone=page.zone, now=page.now, origin="feed") if date else None
    return moment.at if moment else None


def _json_feed(page: Listed) -> Listing:
    url = page.url
    try:
        feed: Any = json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is neither XML nor JSON ({error})") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("it is JSON, but has no list of items as a JSON Feed has")
    links: dict[str, Found] = {}
    for item in items[: page.limit]:
        if not isinstance(item, dict):
            continue
        link = str(item.get("url") or item.get("external_url") or "")
        address = named(url, link) or _web_address(url, str(item.get("id") or ""))
        if not address or address == url:
            continue
        date = str(item.get("date_published") or item.get("date_modified") or "")
        title = clean_title(str(item.get("title") or "") or None)
        links.setdefault(address, Found(address, title, _moment(date, page)))
    following = resolved(url, str(feed.get("next_url") or ""))
    older = (following,) if following and following != url else ()
    return Listing(tuple(links.values()), older=older)
