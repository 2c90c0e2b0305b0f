"""The kinds of source, in one table. A new kind is a file beside this one and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extract.article import Refusal
from crawler.kinds.feed import read_feed
from crawler.kinds.listing import Listing, Unreadable
from crawler.kinds.section import read_section
from crawler.kinds.sitemap import read_sitemap

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.kinds.listing import Listed

KINDS: dict[str, Callable[[Listed], Listing]] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "section": read_section,
}


def read_listing(page: Listed) -> Listing | Refusal:
    """Return the links of a listing, or in a sentence why it gives none."""
    try:
        return KINDS[page.kind](page)
    except Unreadable as error:
        return Refusal("not-a-" + page.kind, f"the {page.kind} cannot be read: {error}")
