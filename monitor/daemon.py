"""The clock, the queue of visits, signals and reload. Nothing is decided here, nothing fetched.

APScheduler wakes us and remembers nothing: all due times stand in the archive.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.load import ConfigError
from db.errors import StoreError
from monitor.schedule import digest_slots, first_visit, next_digest, visit_time
from monitor.surroundings import clock_jumps, file_changes
from monitor.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from config.settings import Mailbox, Source
    from db.reader import Reader
    from monitor.work import Work

OUTBOX_INTERVAL = timedelta(minutes=1)
TIDY_INTERVAL = timedelta(days=1)
DIGEST_CATCH_UP = timedelta(days=1)  # what was missed longer ago is merged into the next digest
RETRY_S = 60.0  # a digest that could not be composed is tried again
HEARTBEAT_S = 30.0  # how often the clock is compared with the time that has really passed
STOP_LIMIT_S = 7.0  # what visits and mails under way may take when we are told to stop
CUT_OFF_S = 1.0  # and what they may take to end when they are cut off

logger = logging.getLogger(__name__)


class Daemon:
    """Runs until it is told to stop."""

    def __init__(  # noqa: PLR0913 - three that it joins, three limits
        self,
        work: Work,
        reader: Reader,
        clock: Callable[[], datetime],
        *,
        heartbeat_s: float = HEARTBEAT_S,
        stop_limit_s: float = STOP_LIMIT_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._work = work
        self._reader = reader
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._stop_limit_s = stop_limit_s
        self._retry = timedelta(seconds=retry_s)
        self._turns = Turns()
        self._stopping = asyncio.Event()
        self._delivering = asyncio.Lock()
        self._fault: StoreError | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # A job that comes late still runs, once; the library's grace of a second drops it.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    async def run(self) -> None:
        """Keep everything going; return after SIGTERM or SIGINT. Raises what ended it otherwise."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        await self._work.expect_digests()
        self._plan()
        self._scheduler.start()
        reading = asyncio.create_task(self._work.read(self._names(), self._read, self.stop))
        beside = [
            asyncio.create_task(self._watch_files()),
            asyncio.create_task(self._watch_clock()),
        ]
        logger.info("tilik runs sources=%d", len(self._enabled()))
        await self._until_stopped(reading)
        await asyncio.gather(*beside)
        self._scheduler.shutdown(wait=False)
        if self._fault is not None:
            raise self._fault
        if not reading.cancelled():
            reading.result()
        logger.info("tilik has stopped")

    def stop(self) -> None:
        """Take no more visits; what is under way gets a moment to finish."""
        if not self._stopping.is_set():
            logger.info("tilik stops")
            self._stopping.set()
            self._turns.end()

    async def _until_stopped(self, reading: asyncio.Task[None]) -> None:
        """Wait, then let visits end and a mail under way be marked; cut off what takes too long."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
        self.stop()
        self._scheduler.pause()
        delivered = asyncio.create_task(self._delivering.acquire())
        _, late = await asyncio.wait({reading, delivered}, timeout=self._stop_limit_s)
        for task in late:
            logger.warning("cut off what did not end within %g s", self._stop_limit_s)
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CUT_OFF_S)

    async def _do(self, job: Callable[..., Awaitable[None]], *args: object) -> None:
        """Carry out one job. What goes wrong costs this time only, unless the store has failed."""
        try:
            await job(*args)
        except asyncio.CancelledError:
            logger.info("cut off job=%s", job.__name__.strip("_"))
        except StoreError as error:
            logger.warning("%s: %s", job.__name__.strip("_"), error)
            if not error.passes:
                self._fault = self._fault or error
                self.stop()
        except Exception:
            logger.exception("job failed job=%s", job.__name__.strip("_"))

    def _plan(self, shift: timedelta = timedelta(0)) -> None:
        """Give every source and mailbox its job, and take away those of what is no more."""
        wanted = {f"source:{source.name}" for source in self._enabled()}
        wanted |= {f"digest:{mailbox.name}" for mailbox in self._work.settings.mailboxes}
        for job in self._scheduler.get_jobs():
            if job.id.startswith(("source:", "digest:")) and job.id not in wanted:
                job.remove()
        for source in self._enabled():
            self._plan_source(source, shift)
        for mailbox in self._work.settings.mailboxes:
            self._plan_digest(mailbox, self._clock())
        self._plan_always("deliver", self._deliver, OUTBOX_INTERVAL)
        self._plan_always("tidy", self._work.tidy, TIDY_INTERVAL)

    def _plan_at(
        self, name: str, due_at: datetime, job: Callable[..., Awaitable[None]], *args: object
    ) -> None:
        wait = max(due_at - self._clock(), timedelta(0))
        self._scheduler.add_job(
            self._do,
            "date",
            run_date=datetime.now(UTC) + wait,  # the scheduler's clock may be another than ours
            args=[job, *args],
            id=name,
            replace_existing=True,
        )

    def _plan_always(
        self, name: str, job: Callable[[], Awaitable[None]], interval: timedelta
    ) -> None:
        self._scheduler.add_job(
            self._do,
            "interval",
            seconds=interval.total_seconds(),
            next_run_time=datetime.now(UTC),
            args=[job],
            id=name,
            replace_existing=True,
        )

    # sources

    async def _names(self) -> AsyncGenerator[str, None]:
        while (name := await self._turns.next()) is not None and not self._stopping.is_set():
            yield name

    async def _enqueue(self, name: str, host: str) -> None:
        self._turns.add(name, host)

    async def _read(self, name: str) -> None:
        """Plan the next visit of a source when one has ended."""
        self._turns.done(name)
        source = self._work.settings.source_named(name)
        if source is not None and source.enabled and not self._stopping.is_set():
            # A visit that could not be accounted for has left its old time: not again at once.
            self._plan_source(source, pause_s=self._work.settings.pace_of(source).first_s)

    def _plan_source(
        self, source: Source, shift: timedelta = timedelta(0), pause_s: float = 0
    ) -> None:
        """Wake us when a source is due; if that has passed, after a pause.

        One that is declared otherwise than it was read need not wait for what was wrong with it.
        """
        now, pace = self._clock(), self._work.settings.pace_of(source)
        state = self._reader.source(source.name)
        if state is None or state.due_at is None:
            due_at = first_visit(source.name, pace.first_s, now)
        elif state.way not in {None, source.way}:
            due_at = now
        else:
            is_ill = state.failures > 0
            due_at = visit_time(state.due_at + shift, pace.ceiling_s, now, is_ill=is_ill)
        if due_at <= now:
            due_at = now + timedelta(seconds=pause_s)
        self._plan_at(f"source:{source.name}", due_at, self._enqueue, source.name, source.host)

    def _enabled(self) -> list[Source]:
        return [source for source in self._work.settings.sources if source.enabled]

    # digests

    def _plan_digest(self, mailbox: Mailbox, earliest: datetime) -> None:
        now = self._clock()
        due_at = (
            max(now, earliest)
            if self._missed(mailbox, now)
            else next_digest(mailbox.times, mailbox.zone, now)
        )
        self._plan_at(f"digest:{mailbox.name}", due_at, self._digest, mailbox.name)

    async def _digest(self, name: str) -> None:
        """Compose for the last slot that fell due (several missed ones make one digest)."""
        mailbox = self._work.settings.mailbox_named(name)
        if mailbox is None:
            return
        now = self._clock()
        try:
            if missed := self._missed(mailbox, now):
                slot, due_at = missed[-1]
                await self._work.digest(mailbox, slot, due_at)
        finally:
            self._plan_digest(mailbox, now + self._retry)
        await self._deliver()

    def _missed(self, mailbox: Mailbox, now: datetime) -> list[tuple[str, datetime]]:
        passed_at = self._reader.slot_passed_at(mailbox.name)
        after = max(passed_at or now, now - DIGEST_CATCH_UP)
        return digest_slots(mailbox.times, mailbox.zone, after=after, until=now)

    async def _deliver(self) -> None:
        if not self._stopping.is_set():
            async with self._delivering:
                await self._work.deliver()

    # the user's files, and the clock

    async def _watch_files(self) -> None:
        async for _ in file_changes(self._work.settings.folder, self._stopping):
            await self._do(self._reload)

    def _hang_up(self) -> None:
        self._scheduler.add_job(self._do, args=[self._reload])

    async def _reload(self) -> None:
        try:
            self._work.reload()
        except ConfigError as error:
            said = " | ".join(str(error).splitlines())
            logger.warning("files not reloaded, going on with the last good state: %s", said)
            return
        await self._work.expect_digests()
        self._plan()
        logger.info("files reloaded sources=%d", len(self._enabled()))

    async def _watch_clock(self) -> None:
        """Plan anew when the clock was set: what was missed runs once.

        When it was set back, the due times in the archive are as much too late.
        """
        async for jump in clock_jumps(self._clock, self._heartbeat_s, self._stopping):
            logger.warning("the clock moved by_s=%d", jump.total_seconds())
            self._plan(shift=min(jump, timedelta(0)))
