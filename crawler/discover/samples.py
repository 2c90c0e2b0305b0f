"""Reads a few stories that a listing names, to show what the source would give. Stores nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from crawler.addresses import asked_whole
from crawler.extract.article import Page, Refusal
from crawler.extract.task import extract_page
from crawler.fetch import Answer
from crawler.whole import Read, read_whole
from db.learned import NOTHING_LEARNED
from db.template import is_checked
from db.words import tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from config.settings import Limits, Source
    from crawler.errand import Outside
    from crawler.extract.article import Article, Moment
    from crawler.kinds.listing import Found
    from crawler.workers import Workers
    from db.learned import Learned

SAMPLES = 10  # enough to see what a source gives, little for the newspaper
BEGINNING_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Sample:
    """What a reader would see of one story. Null or empty where the page is silent."""

    url: str
    headline: str | None
    published: Moment | None
    authors: tuple[str, ...]
    words: int
    beginning: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An address that gave no article, and why, in a sentence."""

    url: str
    detail: str


class Samples:
    """Reads stories, each once however many sources list it."""

    def __init__(
        self, outside: Outside, workers: Workers, limits: Limits, clock: Callable[[], datetime]
    ) -> None:
        self._outside = outside
        self._workers = workers
        self._limits = limits
        self._clock = clock
        self._known: dict[str, Sample | Refused] = {}

    async def read(
        self, source: Source, link: Found, learned: Learned = NOTHING_LEARNED
    ) -> Sample | Refused:
        """Return what a story says, read with what is known of its source."""
        if link.url not in self._known:
            self._known[link.url] = await self._read(source, link, learned)
        return self._known[link.url]

    async def _read(self, source: Source, link: Found, learned: Learned) -> Sample | Refused:
        async def extracted(answer: Answer) -> Article | Refusal:
            page = Page(
                url=answer.url,
                body=answer.body,
                fetched_at=self._clock(),
                encoding=answer.encoding,
                zone=source.zone,
                lang=source.lang,
                title=link.title,
                published=link.published_at,
                furniture=learned.furniture,
                template=learned.template,
                is_checked=is_checked(link.url),
            )
            return await self._workers.do(extract_page, page)

        url = asked_whole(link.url, source.whole) if source.whole else link.url
        ask = partial(self._outside.ask, limit_bytes=self._limits.page_bytes)
        outcome = await read_whole(url, ask, extracted)
        if isinstance(outcome, Answer):
            return Refused(link.url, f"the page is not there (HTTP {outcome.status})")
        if not isinstance(outcome, Read):
            return Refused(link.url, outcome.detail)
        return _sample(link, outcome.article)


def _sample(link: Found, article: Article) -> Sample:
    beginning = " ".join(article.text[: 2 * BEGINNING_CHARACTERS].split())
    return Sample(
        url=link.url,
        headline=article.head.headline or link.title,
        published=article.head.published,
        authors=article.head.authors,
        words=len(tokens(article.text)),
        beginning=beginning[:BEGINNING_CHARACTERS],
        lang=article.lang,
    )
