"""Something slow beside the event loop, on a thread that never holds up the end of the process.

asyncio's own threads are waited for when a program ends: a mail server that says nothing for
fifteen minutes would keep a daemon that long. What is cut off here was marked before it began.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


async def aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do the work on a thread of its own and return what it returns."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if outcome.done():  # nobody waits any more
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(result)  # type: ignore[arg-type]  # T itself may allow None

    def run() -> None:
        result, error = None, None
        try:
            result = work(*args, **kwargs)
        except BaseException as caught:  # noqa: BLE001 - it is raised where it is waited for
            error = caught
        with suppress(RuntimeError):  # the loop has ended before us
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name=f"aside {work.__name__}", daemon=True).start()
    return await outcome
