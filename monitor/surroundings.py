"""What happens around the daemon: files that change, a clock that is set. Acts on neither."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from watchfiles import DefaultFilter, awatch

from monitor.schedule import clock_jump

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from datetime import datetime
    from pathlib import Path

    from watchfiles import Change

DEBOUNCE_MS = 400  # editors write a file in several steps

logger = logging.getLogger(__name__)


async def file_changes(folder: Path, stopping: asyncio.Event) -> AsyncGenerator[None, None]:
    """Tell each time that the user's files have changed, until `stopping` is set.

    The folder is watched, not the files: editors rename.
    """
    try:
        async for _ in awatch(
            folder, stop_event=stopping, watch_filter=_TomlFilter(), debounce=DEBOUNCE_MS
        ):
            yield
    except (OSError, RuntimeError) as error:  # too many watches, a strange file system
        logger.warning("%s cannot be watched, SIGHUP reloads it: %s", folder, error)


async def clock_jumps(
    clock: Callable[[], datetime], heartbeat_s: float, stopping: asyncio.Event
) -> AsyncGenerator[timedelta, None]:
    """Tell each time that the clock has gone otherwise than time, until `stopping` is set."""
    while not stopping.is_set():
        seen_at, ticks_s = clock(), time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), heartbeat_s)
        passed = timedelta(seconds=time.monotonic() - ticks_s)
        jump = clock_jump(seen_at + passed, clock())
        if jump is not None and not stopping.is_set():
            yield jump


class _TomlFilter(DefaultFilter):
    """Looks at TOML files only: the archive beside them changes all the time."""

    def __call__(self, change: Change, path: str) -> bool:
        del change
        return path.endswith(".toml")
