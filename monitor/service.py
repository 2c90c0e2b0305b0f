"""The daemon's work: reading, digesting, delivering, tidying, over one archive. Keeps no clock."""

from __future__ import annotations

import logging
import os
from contextlib import aclosing
from typing import TYPE_CHECKING

from config.load import load
from crawler.crawl import crawl
from db.errors import StoreError
from db.outbox import Outbox
from monitor.aside import aside
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
AT_START = ("contact", "limits", "network", "politeness")  # what a running crawl keeps

logger = logging.getLogger(__name__)


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
        self,
        names: AsyncIterable[str],
        on_read: Callable[[str], Awaitable[None]],
        on_fault: Callable[[], None],
    ) -> None:
        """Visit sources by name until there are no more; call back after each is accounted for.

        When it cannot go on it calls `on_fault`, and raises the fault once the names have ended.
        """

        async def visits() -> AsyncGenerator[Visit, None]:
            async for name in names:
                source = self.settings.source_named(name)
                if source is None or not source.enabled:  # taken out while it waited
                    await on_read(name)
                    continue
                try:
                    visit = self._rounds.visit(source)
                except StoreError as error:
                    if not error.passes:
                        raise
                    logger.warning("visit put off source=%s: %s", name, error)
                    await on_read(name)
                else:
                    yield visit

        async def reported(report: Report) -> None:
            try:
                await self._rounds.reported(report)
            except Exception as error:
                if not (isinstance(error, StoreError) and error.passes):
                    on_fault()
                    raise
                logger.warning("visit not accounted for source=%s: %s", report.source, error)
            await on_read(report.source)

        async with aclosing(visits()) as feed:
            await crawl(self.settings, self._writer, feed, reported, self._clock, grace_s=GRACE_S)

    async def expect_digests(self) -> None:
        """Note that mailboxes wait for what their topics find, and for a digest, from now on."""
        topics = self.settings.topics_of_mailboxes()
        names = self.settings.topic_names
        await self._writer.run(self._outbox.awaited, topics, names, self._clock())
        for mailbox in self.settings.mailboxes:
            if self._reader.slot_passed_at(mailbox.name) is None:
                await self._writer.run(self._outbox.slot_passed, mailbox.name, self._clock())

    async def digest(self, mailbox: Mailbox, slot: str, due_at: datetime) -> None:
        """Compose what a mailbox has not had yet; a long digest takes seconds."""
        now = self._clock()
        args = (self.settings, self._reader, self._outbox, mailbox)
        await aside(compose_digest, *args, slot=slot, now=now)
        await self._writer.run(self._outbox.slot_passed, mailbox.name, due_at)

    async def deliver(self) -> None:
        """Hand to their channels the digests that are due; servers may be slow."""
        now = self._clock()
        tally = await aside(deliver_due, self.settings, self._reader, self._outbox, now=now)
        for problem in tally.problems:
            logger.warning("mail not delivered: %s", problem)

    async def tidy(self) -> None:
        """Let go of what retention no longer keeps."""
        await self._rounds.tidy()

    def reload(self) -> None:
        """Read the user's files again. Raises ConfigError, changing nothing, when they are bad."""
        settings = load(self.settings.folder, os.environ)
        self._rounds.use(settings, compiled(settings))
        for table in AT_START:
            if getattr(settings, table) != getattr(self.settings, table):
                logger.warning("%s has changed: restart tilik for all of it to take effect", table)
        self.settings = settings
