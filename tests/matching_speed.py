"""`make matching`: what a story costs against many topics, beside one FTS5 query per topic.

CPU time; stories and topics are drawn alike in every run. Exit status 1 when a limit is passed.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import time
from itertools import accumulate
from typing import TYPE_CHECKING

from test_query_reference import as_fts5

from db.words import folded
from monitor.query.index import TopicIndex
from monitor.query.parser import parse
from monitor.query.story import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from monitor.query.tree import Tree

STORIES = 60
WORDS = 450  # of a story
VOCABULARY = 30_000
COMMON = 2_000  # words that are in more than one story of a hundred
MOST_MS = {10: 0.3, 1_000: 0.6, 10_000: 2.5}
LEAST_RATIO = 50  # of FTS5's time to ours, at 1,000 topics
BEGINNINGS, ENDINGS = "bdgjklmnprstw", ("a", "e", "i", "o", "u", "ang", "er")


class News:
    """Words, stories and topics."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - seeded, to measure alike
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words[self._new_word()] = None
        self.vocabulary = sorted(words, key=len)  # the commonest words are short ones
        # Zipf's law with Mandelbrot's constant: how often newspapers use their words.
        self.often = list(accumulate(1 / (rank + 2.7) for rank in range(1, VOCABULARY + 1)))

    def _new_word(self) -> str:
        syllables = self.chance.randint(1, 4)
        return "".join(
            self.chance.choice(BEGINNINGS) + self.chance.choice(ENDINGS) for _ in range(syllables)
        )

    def any_words(self, count: int) -> list[str]:
        """Draw words as often as stories use them."""
        return self.chance.choices(self.vocabulary, cum_weights=self.often, k=count)

    def telling_words(self, count: int) -> list[str]:
        """Draw words as watchlists use them."""
        return self.chance.choices(self.vocabulary[COMMON:], k=count)

    def story(self) -> Text:
        words = self.any_words(WORDS)
        lines = (" ".join(words[start : start + 40]) + "." for start in range(8, WORDS, 40))
        return Text(" ".join(words[:8]), "\n".join(lines), lang="id")

    def query(self, kind: str) -> str:
        """Write a topic of two to four clauses.

        Of kind "frequent" its words are those of the stories, so that many topics match; that
        shows what a match costs, and has no limit.
        """
        draw = self.any_words if kind == "frequent" else self.telling_words
        count = self.chance.randint(2, 4)
        if kind == "concepts":
            names = self.chance.sample(range(40), count)
            return " ".join(f"@c{name}" for name in names) + f" NOT {draw(1)[0]}"
        clauses = [self._clause(draw) for _ in range(count)]
        return " ".join([*clauses, *([f"NOT {draw(1)[0]}"] if self.chance.random() < 0.3 else [])])

    def _clause(self, draw: Callable[[int], list[str]]) -> str:
        one, two, *others = draw(self.chance.randint(4, 8))
        return self.chance.choice(
            [
                one,
                f'"{one} {two}"',
                f"({one} OR {' OR '.join(others)})",
                f"({one} NEAR/5 {two})",
                f"title:{one}",
                f"({one[:5]}* OR {two})",
            ]
        )

    def concepts(self) -> dict[str, list[str]]:
        """Give forty concepts of 25 aliases, a third of them phrases."""
        return {
            f"c{nth}": self.telling_words(17) + [" ".join(self.telling_words(2)) for _ in range(8)]
            for nth in range(40)
        }


def ours_ms(index: TopicIndex, stories: list[Text]) -> Iterator[float]:
    for story in stories:
        start = time.process_time()
        index.match(story)
        yield 1000 * (time.process_time() - start)


def fts5_ms(trees: Collection[Tree], stories: list[Text]) -> Iterator[float]:
    """Ask each query of a table that holds one story, as alerts on FTS5 alone would have to."""
    queries = [as_fts5(tree) for tree in trees]
    db = sqlite3.connect(":memory:")
    db.execute(
        "create virtual table search using fts5(headline, text, "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    for story in stories:
        start = time.process_time()
        db.execute("delete from search")
        db.execute("insert into search values (?, ?)", (folded(story.headline), folded(story.body)))
        for query in queries:
            db.execute("select 1 from search where search match ?", [query]).fetchone()
        yield 1000 * (time.process_time() - start)
    db.close()


def main() -> int:
    news, is_slow = News(seed=5), False
    stories, concepts = [news.story() for _ in range(STORIES)], news.concepts()
    for kind in ("telling", "concepts", "frequent"):
        for count, most_ms in MOST_MS.items():
            trees = {str(nth): parse(news.query(kind), concepts) for nth in range(count)}
            index = TopicIndex(trees)
            index.match(stories[0])
            spent_ms = sorted(ours_ms(index, stories))
            median_ms = statistics.median(spent_ms)
            matches = statistics.mean(len(index.match(story)) for story in stories)
            limit = "" if kind == "frequent" else f" (at most {most_ms})"
            is_slow |= bool(limit) and median_ms > most_ms
            print(
                f"{kind:<9} {count:>6,} topics: {median_ms:6.2f} ms{limit:<14}, slowest "
                f"{spent_ms[-1]:6.2f} ms, {matches:7.1f} matches"
            )
            if count == 1_000 and kind == "telling":
                ratio = statistics.median(fts5_ms(trees.values(), stories[:10])) / median_ms
                is_slow |= ratio < LEAST_RATIO
                print(f"{'':<25} FTS5 takes {ratio:.0f} times as long (at least {LEAST_RATIO})")
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
