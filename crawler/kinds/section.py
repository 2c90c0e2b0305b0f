"""A listing page (home, section, index) to those of its links that look like stories.

`shapes` tells stories from menu, by addresses and link texts only: no list of sites, no selector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.addresses import canonical, is_same_site, named
from crawler.extract.article import Page, Refusal
from crawler.extract.parse import parse
from crawler.kinds.listing import Found, Listing, Unreadable, clean_title
from crawler.kinds.paging import older_pages
from crawler.kinds.shapes import stories_among

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.kinds.listing import Listed


def read_section(page: Listed) -> Listing:
    """Return what looks like stories on a listing page, in page order. Raises Unreadable.

    With a `since`, also the pages where it goes on, as far back as that.
    """
    tree = parse(Page(page.url, page.body, fetched_at=page.now, encoding=page.encoding))
    if isinstance(tree, Refusal):
        raise Unreadable(tree.detail)
    titles = links_of(tree, page.url, page.links, page.select)
    is_declared = page.links is not None or page.select is not None
    taken = set(titles) if is_declared else stories_among(titles)
    found = [
        Found(address, max(texts, key=len) or None)
        for address, texts in titles.items()
        if address in taken
    ]
    older = older_pages(tree, _base(tree, page.url), page.url, page.since) if page.since else ()
    if not found and not older:
        raise Unreadable(
            "it has no links at what `select` names"
            if page.select is not None
            else "it has no links that look like stories"
        )
    return Listing(tuple(found[: page.limit]), older=older)


def links_of(
    tree: HtmlElement, url: str, links: str | None = None, select: str | None = None
) -> dict[str, list[str]]:
    """Return the links of a page within its site, in page order, each with its texts."""
    base, found = _base(tree, url), dict[str, list[str]]()
    boxes = [tree] if select is None else tree.cssselect(select, translator="html")
    for anchor in (anchor for box in boxes for anchor in box.iter("a")):
        address = named(base, anchor.get("href") or "")
        if not address or not is_same_site(address, url) or address == canonical(url):
            continue
        if links is None or links in address:
            text = clean_title(anchor.text_content()) or clean_title(anchor.get("title"))
            found.setdefault(address, []).append(text or "")
    return found


def _base(tree: HtmlElement, url: str) -> str:
    """Return what relative links start from: `<base href>`, where the page has one."""
    for element in tree.iter("base"):
        try:
            return str(urljoin(url, element.get("href") or ""))
        except ValueError:
            break
    return url
