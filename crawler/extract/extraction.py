"""Turns a Page into the Article a reader would read, or a Refusal that says why not. Never fetches.

Pure: the same page gives the same answer in any order and any process, and hostile bytes give a
Refusal, not an exception.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from crawler.extract.article import Article, Refusal
from crawler.extract.body import read_body
from crawler.extract.head import read_head
from crawler.extract.language import language_of
from crawler.extract.parse import parse
from crawler.extract.refusals import judge, refusal
from crawler.extract.sheets import next_sheet
from crawler.repairs.order import repair
from crawler.repairs.repetition import cut_tree, protect

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extract.article import Head, Page

# Counted up whenever the same page may now give another text: stories of one version are compared.
EXTRACTOR_VERSION: Final = f"1+trafilatura-{version('trafilatura')}"


def extract(page: Page) -> Article | Refusal:
    """Give the article of a page, repaired and reported, or the reason why there is none."""
    tree = parse(page)
    if isinstance(tree, Refusal):
        return tree
    head = read_head(
        tree,
        page.url,
        zone=page.zone,
        now=page.fetched_at,
        feed_title=page.title,
        feed_published=page.published,
    )
    following = next_sheet(tree, page.url)
    article = replace(_article(tree, page, head), next_sheet=following)
    refused = judge(tree, article.text, head.headline, is_free=head.is_free)
    if refused is None and not article.text:
        return refusal("not-an-article")
    return refused or article


def _article(tree: HtmlElement, page: Page, head: Head) -> Article:
    removals = cut_tree(tree)
    protect(tree)
    text = read_body(tree, page.url, head.headline)
    article = repair(Article(url=page.url, text=text, head=head, removals=removals))
    return replace(article, lang=language_of(article.text, declared=page.lang or head.lang))
