"""Leaves alone the pages that broke their reader: by address and state, until either changes.

Without it a poisonous listing, or a story due for a re-visit, would cost two workers each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crawler.extract.article import Page, Refusal
from crawler.extract.task import EXTRACTOR_VERSION
from crawler.kinds.listing import Listed
from crawler.workers import Workers
from db.pages import page_hash
from db.records import Quarantined

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from crawler.workers import Bounds
    from db.archive import Archive
    from db.connection import Writer
    from db.reader import Reader

A = TypeVar("A")
R = TypeVar("R")

DEADLY = ("poisonous", "too-slow")  # what cost a worker its life, or all the time it may have


class Quarantine(Workers):
    """Workers that remember which pages they could not bear."""

    def __init__(  # noqa: PLR0913, PLR0917 - the workers' own, and where it is remembered
        self,
        count: int,
        bounds: Bounds,
        writer: Writer,
        archive: Archive,
        reader: Reader,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(count, bounds)
        self._writer = writer
        self._archive = archive
        self._reader = reader
        self._clock = clock

    async def do(self, work: Callable[[A], R], argument: A) -> R | Refusal:
        """Read a page, unless this very state of it is in quarantine."""
        if not isinstance(argument, Page | Listed):
            return await super().do(work, argument)
        url, body = argument.url, argument.body
        known = self._reader.quarantined(url)
        if (
            known is not None
            and known.extractor == EXTRACTOR_VERSION
            and known.page_hash == page_hash(body)
        ):
            return Refusal(known.reason, known.detail)
        outcome = await super().do(work, argument)
        if isinstance(outcome, Refusal) and outcome.reason in DEADLY:
            state = Quarantined(
                url,
                page_hash(body),
                EXTRACTOR_VERSION,
                outcome.reason,
                outcome.detail,
                self._clock(),
            )
            await self._writer.run(self._archive.quarantined, state)
        elif known is not None:
            await self._writer.run(self._archive.released, url)
        return outcome
