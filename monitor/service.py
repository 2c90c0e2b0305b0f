"""The daemon's work: reading, digesting, delivering, tidying, over one archive. Keeps no clock."""

from __future__ import annotations

import asyncio
import os
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

from config.load import load
from crawler.crawl import crawl
from db.outbox import Outbox
from db.pages import Pages
from monitor.deliver import compose_digest, deliver_due
from monitor.rounds import Rounds
from monitor.watch import compiled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
    from datetime import datetime

    from config.settings import Mailbox, Settings
    from crawler.visits import Report, Visit
    from db.connection import Writer
    from db.reader import Reader

GRACE_S = 5.0  # for visits under way when we are told to stop; the rest is due again


class Service:
    """What a daemon does, one verb each."""

    def __init__(
        self, settings: Settings, writer: Writer, reader: Reader, clock: Callable[[], datetime]
    ) -> None:
        self.settings = settings
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._outbox = Outbox(writer)
        self._rounds = Rounds(settings, compiled(settings), writer, reader, clock)

    async def read(
        self, names: AsyncIterable[str], on_read: Callable[[str], Awaitable[None]]
    ) -> None:
        """Visit sources by name until there are no more; call back after each is accounted for."""

        async def visits() -> AsyncGenerator[Visit, None]:
            async for name in names:
                source = self.settings.source_named(name)
                if source is not None:
                    yield self._rounds.visit(source)

        async def reported(report: Report) -> None:
            await self._rounds.reported(report)
            await on_read(report.source)

        async with aclosing(visits()) as feed:
            await crawl(self.settings, self._writer, feed, reported, self._clock, grace_s=GRACE_S)

    async def digest(self, mailbox: Mailbox, slot: str, due_at: datetime) -> None:
        """Compose what a mailbox has not had yet, on a thread: a long digest takes seconds."""
        await asyncio.to_thread(
            compose_digest,
            self.settings,
            self._reader,
            self._outbox,
            mailbox,
            slot=slot,
            now=self._clock(),
        )
        await self._writer.run(self._outbox.slot_passed, mailbox.name, due_at)

    async def deliver(self) -> None:
        """Hand to their channels the digests that are due, on a thread: servers may be slow."""
        await asyncio.to_thread(
            deliver_due, self.settings, self._reader, self._outbox, now=self._clock()
        )

    async def tidy(self) -> None:
        """Let go of raw pages that retention no longer keeps."""
        before = self._clock() - timedelta(days=self.settings.retention.pages_days)
        await self._writer.run(_prune, self.settings, before)

    def reload(self) -> None:
        """Read the user's files again. Raises ConfigError, and changes nothing, when they are bad."""
        settings = load(self.settings.folder, os.environ)
        self._rounds.use(settings, compiled(settings))
        self.settings = settings


def _prune(settings: Settings, before: datetime) -> None:
    pages = Pages(settings.folder)
    try:
        pages.prune(before)
    finally:
        pages.close()
