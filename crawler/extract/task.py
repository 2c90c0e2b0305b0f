"""What a worker is asked to do with a page. The crawling process imports this, not trafilatura."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crawler.extract.article import Article, Page, Refusal

# Counted up whenever the same page may now give another text: stories of one version are compared.
EXTRACTOR_VERSION: Final = f"4+trafilatura-{version('trafilatura')}"


def extract_page(page: Page) -> Article | Refusal:
    """Give the article of a page, or the reason why there is none."""
    # A round in which every answer is "unchanged" never comes here, and never pays 0.1 s of CPU.
    from crawler.extract.extraction import extract  # noqa: PLC0415

    return extract(page)
