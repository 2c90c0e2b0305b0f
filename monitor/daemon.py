"""The clock, the queue of visits, signals and reload. Nothing is decided here, nothing fetched.

APScheduler wakes us and remembers nothing: all due times stand in the archive.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from watchfiles import DefaultFilter, awatch

from config.load import ConfigError
from monitor.schedule import digest_slots, first_visit, next_digest

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from config.settings import Mailbox, Settings, Source
    from db.reader import Reader

OUTBOX_INTERVAL_S = 60
DIGEST_CATCH_UP = timedelta(days=1)  # what was missed longer ago is merged into the next digest
HOUSEKEEPING = timedelta(days=1)

logger = logging.getLogger(__name__)


class Work(Protocol):
    """What the daemon keeps going; everything that has an effect is behind these verbs."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    async def read(
        self, names: AsyncIterable[str], on_read: Callable[[str], Awaitable[None]]
    ) -> None:
        """Visit sources by name until there are no more; call back after each is accounted for."""

    async def digest(self, mailbox: Mailbox, slot: str, due_at: datetime) -> None:
        """Compose what a mailbox has not had yet."""

    async def deliver(self) -> None:
        """Hand to their channels the digests that are due."""

    async def tidy(self) -> None:
        """Let go of what retention no longer keeps."""

    def reload(self) -> None:
        """Read the user's files again. Raises ConfigError, and changes nothing, when they are bad."""


class Daemon:
    """Runs until it is told to stop."""

    def __init__(self, work: Work, reader: Reader, clock: Callable[[], datetime]) -> None:
        self._work = work
        self._reader = reader
        self._clock = clock
        self._due: asyncio.Queue[str | None] = asyncio.Queue()
        self._stopping = asyncio.Event()
        self._delivering = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A job that comes late still runs, once; the library's grace of a second drops it.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def run(self) -> None:
        """Keep everything going; return after SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._plan()
        self._scheduler.add_job(
            self._deliver, "interval", seconds=OUTBOX_INTERVAL_S, next_run_time=self._clock()
        )
        self._scheduler.add_job(self._work.tidy, "interval", seconds=HOUSEKEEPING.total_seconds())
        self._scheduler.start()
        watching = asyncio.create_task(self._watch_files())
        logger.info("tilik runs sources=%d", len(self._enabled()))
        try:
            await self._work.read(self._names(), self._read)
        finally:
            self._scheduler.shutdown(wait=False)
            self._stopping.set()
            await watching
            async with self._delivering:  # a mail under way is marked before we go
                logger.info("tilik has stopped")

    def stop(self) -> None:
        """Take no more visits; what is under way gets a moment to finish."""
        if not self._stopping.is_set():
            logger.info("tilik stops")
            self._stopping.set()
            self._due.put_nowait(None)

    async def _names(self) -> AsyncIterator[str]:
        while (name := await self._due.get()) is not None and not self._stopping.is_set():
            yield name

    # sources

    async def _enqueue(self, name: str) -> None:
        self._due.put_nowait(name)

    async def _read(self, name: str) -> None:
        """Plan the next visit of a source, and mail at once what a mailbox may have been due."""
        source = self._work.settings.source_named(name)
        if source is not None and source.enabled and not self._stopping.is_set():
            self._plan_source(source)

    def _plan(self) -> None:
        """Give every source and mailbox its job, and take away those of what is no more."""
        wanted = {f"source:{source.name}" for source in self._enabled()}
        wanted |= {f"digest:{mailbox.name}" for mailbox in self._work.settings.mailboxes}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(("source:", "digest:")) and job.id not in wanted:
                job.remove()
        for source in self._enabled():
            self._plan_source(source)
        for mailbox in self._work.settings.mailboxes:
            self._plan_digest(mailbox)

    def _plan_source(self, source: Source) -> None:
        now = self._clock()
        state = self._reader.source(source.name)
        interval_s = source.interval_s or self._work.settings.politeness.interval_s
        due_at = state.due_at if state else None
        self._scheduler.add_job(
            self._enqueue,
            "date",
            run_date=max(due_at or first_visit(source.name, interval_s, now), now),
            args=[source.name],
            id=f"source:{source.name}",
            replace_existing=True,
        )

    def _enabled(self) -> list[Source]:
        return [source for source in self._work.settings.sources if source.enabled]

    # digests

    def _plan_digest(self, mailbox: Mailbox) -> None:
        now = self._clock()
        is_missed = bool(self._missed(mailbox, now))
        self._scheduler.add_job(
            self._digest,
            "date",
            run_date=now if is_missed else next_digest(mailbox.times, mailbox.zone, now),
            args=[mailbox.name],
            id=f"digest:{mailbox.name}",
            replace_existing=True,
        )

    async def _digest(self, name: str) -> None:
        """Compose for the last slot that fell due (several missed ones make one digest)."""
        mailbox = self._work.settings.mailbox_named(name)
        if mailbox is None:
            return
        missed = self._missed(mailbox, self._clock())
        if missed:
            slot, due_at = missed[-1]
            await self._work.digest(mailbox, slot, due_at)
        self._plan_digest(mailbox)
        await self._deliver()

    def _missed(self, mailbox: Mailbox, now: datetime) -> list[tuple[str, datetime]]:
        passed_at = self._reader.slot_passed_at(mailbox.name)
        after = max(passed_at or now, now - DIGEST_CATCH_UP)
        return digest_slots(mailbox.times, mailbox.zone, after=after, until=now)

    async def _deliver(self) -> None:
        if not self._stopping.is_set():
            async with self._delivering:
                await self._work.deliver()

    # the user's files

    async def _watch_files(self) -> None:
        """Reload when a file of the user's changes; the folder is watched, for editors rename."""
        async for _ in awatch(
            self._work.settings.folder, stop_event=self._stopping, watch_filter=_TomlFilter()
        ):
            self._reload()

    def _reload(self) -> None:
        try:
            self._work.reload()
        except ConfigError as error:
            logger.warning("files not reloaded, going on with the last good state: %s", error)
            return
        self._plan()
        logger.info("files reloaded sources=%d", len(self._enabled()))


class _TomlFilter(DefaultFilter):
    """Looks at TOML files only: the archive beside them changes all the time."""

    def __call__(self, change: object, path: str) -> bool:
        return path.endswith(".toml")
