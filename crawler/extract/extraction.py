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
from crawler.extract.body import description, read_body, read_known
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
    from crawler.extract.body import Body
    from db.template import Template


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
    template = page.template
    known = _known(tree, page, head, template) if template else None
    if known and template and template.is_used and not page.is_checked:
        return replace(known, next_sheet=following)  # built like the others: it is an article
    article = _taught(_written(_judged(tree, page, head), page, head), known)
    article = replace(article, next_sheet=following)
    return (judge(page, article) if is_doubtful(article) else None) or article


def _taught(article: Article, known: Article | None) -> Article:
    """Note in the lesson of a judged story whether it reads the same where it was learned to be."""
    if known is None or article.lesson is None:
        return article
    return replace(article, lesson=replace(article.lesson, agrees=known.text == article.text))


def _known(tree: HtmlElement, page: Page, head: Head, template: Template) -> Article | None:
    """Read the body where it was learned to be; null where that takes a judge."""
    if not template.is_tried:
        return None
    body = read_known(tree, template, page.url, head.headline)
    if body is None:
        return None
    article = _written(body, page, head)
    # What stands twice may be a caption or a hidden copy: only the page around it tells.
    is_twice = any(removal.repair == "repetition" for removal in article.removals)
    return article if template.is_usual(article.text) and not is_twice else None


def _written(body: Body, page: Page, head: Head) -> Article:
    article = repair(
        Article(
            url=page.url,
            text=body.text,
            head=head,
            removals=body.removals,
            related=body.related,
            learned=page.furniture,
            lesson=body.lesson,
        )
    )
    return replace(article, lang=language_of(article.text, declared=page.lang or head.lang))


def _judged(tree: HtmlElement, page: Page, head: Head) -> Body:
    """Let the whole extractor read the body. The tree is used up."""
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
    # A cut page is no longer built as the site builds it.
    lesson = None if copies else body.lesson
    return replace(body, text=text, removals=(*removals, *body.removals), lesson=lesson)
