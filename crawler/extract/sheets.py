"""An article in several sheets: which address is next, and one Article from all. Never fetches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.extract.article import Article


def next_sheet(tree: HtmlElement, url: str) -> str | None:
    """Give the address of the next sheet of the same article; null on the last one."""
    del tree, url
    return None


def stitch(first: Article, rest: Sequence[Article]) -> Article:
    """Join the sheets of one article in their order."""
    return replace(
        first,
        text="\n".join([first.text, *(sheet.text for sheet in rest)]),
        sheets=1 + len(rest),
        next_sheet=rest[-1].next_sheet if rest else first.next_sheet,
    )
