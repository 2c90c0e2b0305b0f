"""Takes out of a text the lines that stand on many stories of its source. Learns nothing itself.

What is furniture was decided from counts (db.furniture); here a known line is only found again, at
the head or tail. Never the story's own headline or byline, and never most of a text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.extract.article import Removal
from db.furniture import HEAD_LINES, LEARNED, TAIL_LINES, is_own, key_of

if TYPE_CHECKING:
    from crawler.extract.article import Article

MOST_TAKEN = 0.5  # a text that would lose more is made of such lines: a notice, a table of prices


def cut_learned(article: Article) -> Article:
    """Take the known furniture of the source out of the text, and report it."""
    if not article.learned:
        return article
    lines = article.text.split("\n")
    going = {
        place
        for place, line in enumerate(lines)
        if (place < HEAD_LINES or place >= len(lines) - TAIL_LINES)
        and key_of(line) in article.learned
        and not is_own(line, article.head.headline, article.head.authors)
    }
    if sum(len(lines[place]) for place in going) > MOST_TAKEN * len(article.text):
        going = set()
    return replace(
        article,
        text="\n".join(line for place, line in enumerate(lines) if place not in going),
        removals=(
            *article.removals,
            *(Removal("furniture", LEARNED, lines[place]) for place in sorted(going)),
        ),
        learned=frozenset(),
    )
