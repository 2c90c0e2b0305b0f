"""Turns a Page into the Article a reader would read, or a Refusal that says why not. Never fetches.

Pure: the same page gives the same answer in any order and any process, and hostile bytes give a
Refusal, not an exception.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.blocks import tree_blocks
from crawler.extract.article import Article, Refusal
from crawler.extract.body import description, read_body
from crawler.extract.head import read_head
from crawler.extract.language import language_of
from crawler.extract.parse import parse
from crawler.extract.refusals import is_doubtful, judge
from crawler.extract.sheets import next_sheet
from crawler.extract.slim import slim
from crawler.repairs.order import repair
from crawler.repairs.repetition import cut_tree, protect, settle, tree_copies

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.extract.article import Head, Page


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
    return (judge(page, article) if is_doubtful(article) else None) or article


def _article(tree: HtmlElement, page: Page, head: Head) -> Article:
    described = description(tree)
    slim(tree)
    blocks = tree_blocks(tree)
    copies = tree_copies(blocks)
    uncut = copy(tree) if copies else None
    removals = cut_tree(blocks, copies)
    if copies:
        blocks = tree_blocks(tree)
    protect(blocks)
    body = read_body(tree, blocks, page.url, head.headline, described)
    text = body.text
    if uncut is not None:
        # A cut may move the extractor's choice of body: the page as it came says what is lost.
        whole = read_body(uncut, tree_blocks(uncut), page.url, head.headline, described)
        text, removals = settle(text, whole.text, removals)
    article = repair(
        Article(
            url=page.url,
            text=text,
            head=head,
            removals=(*removals, *body.removals),
            related=body.related,
            learned=page.furniture,
        )
    )
    return replace(article, lang=language_of(article.text, declared=page.lang or head.lang))
