"""The order in which a story's text is repaired, with one reason per position. Nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.repairs.furniture import cut_furniture
from crawler.repairs.learned import cut_learned
from crawler.repairs.repetition import cut_text, unprotect
from crawler.repairs.typography import make_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.extract.article import Article


def cut_repetition(article: Article) -> Article:
    """Take copies out of the text, then the marks that told it what may repeat."""
    text, removals = cut_text(article.text)
    return replace(article, text=unprotect(text), removals=article.removals + removals)


REPAIRS: Final[tuple[Callable[[Article], Article], ...]] = (
    # First: the marks that the tree step left in the text must be read before anything moves.
    cut_repetition,
    # Before furniture: its lexicon knows words, not their invisible or doubled spaces.
    make_plain,
    # Late: a label is only recognised when it stands alone on its line.
    cut_furniture,
    # Last: which lines are head and tail is counted in the text that all others have left.
    cut_learned,
)


def repair(article: Article) -> Article:
    """Apply every repair in its order."""
    for step in REPAIRS:
        article = step(article)
    return article
