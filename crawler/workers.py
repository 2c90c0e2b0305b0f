"""Parsing and extraction in processes of their own, with limits, behind concurrent.futures.

A page that eats memory or time costs its worker, never the daemon. Nothing here knows a source.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from weakref import WeakSet

from crawler.extract.article import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

A = TypeVar("A")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one page may cost, and after how many pages the workers are replaced."""

    memory_bytes: int = 2**30
    soft_s: float = 8  # of CPU time; then the worker gives up by itself, in Python code
    hard_s: int = 10  # of CPU time; then the kernel ends it, in C code too
    wall_s: float = 60  # by the clock: on a busy machine a good page takes long, too
    pages: int = 2_000  # max_tasks_per_child stalls on CPython 3.11 and 3.12


class TooSlow(BaseException):
    """Raised in a worker by its timer; a BaseException, so that no library swallows it."""


class Workers:
    """A pool that outlives its workers. `do` returns the result, or a Refusal that says why not."""

    def __init__(self, count: int, bounds: Bounds | None = None) -> None:
        self._count = count
        self._bounds = bounds or Bounds()
        self._pool: ProcessPoolExecutor | None = None
        self._pools = WeakSet[ProcessPoolExecutor]()  # also those that finish their last page
        self._begun = 0
        self._alone = asyncio.Lock()
        self._starting = asyncio.Lock()

    async def do(self, work: Callable[[A], R], argument: A) -> R | Refusal:
        """Run a function of one picklable value in a worker, within the limits."""
        pool = await self._current()
        try:
            return await self._run(pool, work, argument)
        except BrokenProcessPool:
            self._drop(pool)
        # One page broke the pool and took all in flight with it: each of them once more, alone.
        async with self._alone:
            pool = await self._start(1)
            try:
                return await self._run(pool, work, argument)
            except BrokenProcessPool:
                return Refusal("poisonous", "reading this page breaks the reader: it is left alone")
            finally:
                self._drop(pool)

    def close(self) -> None:
        """End the workers at once; nobody waits for what they are at any more."""
        for pool in list(self._pools):
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 - public only from 3.14 on
                process.kill()
            self._drop(pool)

    async def _current(self) -> ProcessPoolExecutor:
        async with self._starting:
            self._begun += 1
            if self._pool is not None and self._begun % self._bounds.pages == 0:
                self._pool.shutdown(wait=False)  # what it has in its queue is still done
                self._pool = None
            if self._pool is None:
                self._pool = await self._start(self._count)
            return self._pool

    async def _start(self, count: int) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["crawler.extract.extraction", "crawler.kinds.table"])
        pool = ProcessPoolExecutor(
            count, context, initializer=_begin, initargs=(self._bounds.memory_bytes,)
        )
        self._pools.add(pool)
        # The first process waits for the fork server to import what it reads with: half a second
        # in which nothing would be fetched, were it waited for on the loop.
        await asyncio.to_thread(_start_guarded, pool)
        return pool

    async def _run(
        self, pool: ProcessPoolExecutor, work: Callable[[A], R], argument: A
    ) -> R | Refusal:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, _limited, self._bounds, work, argument)

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


def _start_guarded(pool: ProcessPoolExecutor) -> None:
    """Start the first process, and with it the fork server, in a thread of its own.

    Ctrl-C in a terminal goes to every process of the command. What the fork server and its children
    inherit holds from their first instruction on; without it, one that still imports shows a trace.
    And the fork server looks for its modules in the folder it was called from, where the user may
    have a `config` or `db` of his own, unless the environment forbids it.
    """
    resource_tracker.ensure_running()  # were it started below, it would undo what is blocked
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    is_safe = "PYTHONSAFEPATH" in os.environ
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    try:
        pool.submit(os.getpid)
    finally:
        if not is_safe:
            os.environ.pop("PYTHONSAFEPATH", None)  # another pool that starts may have done so
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(memory_bytes: int) -> None:
    """Set a worker up: bounded memory, deaf to the terminal, and never outliving its parent."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _too_slow)
    signal.signal(signal.SIGALRM, _too_slow)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _limited(bounds: Bounds, work: Callable[[A], R], argument: A) -> R | Refusal:
    """Do the work under three limits: timers for Python code, CPU time for C code."""
    used_s = resource.getrusage(resource.RUSAGE_SELF)
    so_far_s = int(used_s.ru_utime + used_s.ru_stime)
    _, hardest = resource.getrlimit(resource.RLIMIT_CPU)
    # Counts the life of the process, so it moves on with every page.
    resource.setrlimit(resource.RLIMIT_CPU, (so_far_s + bounds.hard_s, hardest))
    signal.setitimer(signal.ITIMER_PROF, bounds.soft_s)
    signal.setitimer(signal.ITIMER_REAL, bounds.wall_s)
    try:
        return work(argument)
    except TooSlow:
        return Refusal("too-slow", f"reading this page takes more than {bounds.soft_s:g} s")
    except MemoryError:
        limit_mib = bounds.memory_bytes >> 20
        return Refusal("too-large", f"reading this page takes more than {limit_mib} MiB")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_slow(*_: Any) -> NoReturn:  # noqa: ANN401 - the signature of a signal handler
    raise TooSlow


def _end_with_parent() -> None:
    """Without this a killed daemon leaves its workers behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
