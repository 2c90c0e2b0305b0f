"""Takes out of a text what the page puts around a story: links, labels, counters, tails. Never prose.

First version: the lexicon on lines of text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.extract.article import Removal

if TYPE_CHECKING:
    from crawler.extract.article import Article

_READ_ALSO = re.compile(r"^\W*(?:baca|simak|lihat|tonton)\s*juga\b.{0,200}$", re.IGNORECASE)


def cut_furniture(article: Article) -> Article:
    """Take furniture lines out of the article and report them."""
    kept, removals = [], []
    for line in article.text.split("\n"):
        if _READ_ALSO.match(line):
            removals.append(Removal("furniture", "a link to another story", line))
        else:
            kept.append(line)
    return replace(article, text="\n".join(kept), removals=article.removals + tuple(removals))
