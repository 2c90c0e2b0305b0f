"""A saved text, one block per line, through the same repairs as a page. Reads no head."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.extract.article import Article, Head
from crawler.extract.language import language_of
from crawler.repairs.order import repair

if TYPE_CHECKING:
    from crawler.extract.article import Page

MARKUP = re.compile(rb"<(!doctype|html|head|body|div|p|article|script|span|meta)\b", re.IGNORECASE)


def is_plain(body: bytes) -> bool:
    """Whether bytes are text without markup: UTF-8, no NUL, none of the usual elements."""
    if b"\0" in body or MARKUP.search(body):
        return False
    try:
        return bool(body.decode().strip())
    except UnicodeDecodeError:
        return False


def extract_plain(page: Page) -> Article:
    """Return the text of a plain page after all repairs."""
    lines = (" ".join(line.split()) for line in page.body.decode("utf-8-sig").splitlines())
    text = "\n".join(line for line in lines if line)
    article = repair(Article(url=page.url, text=text, head=Head()))
    return replace(article, lang=language_of(article.text, declared=page.lang))
