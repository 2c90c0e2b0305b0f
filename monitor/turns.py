"""Whose turn it is: sources that are due wait in line at their host. Knows no clock, reads nothing.

Few visits of one host are out at once, so a host that hangs, or has much to be read, holds up
nobody but its own sources.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque

AT_ONCE = 2  # of one host: while one visit extracts or stores, the next may ask


class Turns:
    """Names of sources in the order in which they may be visited."""

    def __init__(self) -> None:
        self._hosts: dict[str, str] = {}  # of the sources that wait or are being visited
        self._taken: Counter[str] = Counter()
        self._lines: defaultdict[str, deque[str]] = defaultdict(deque)
        self._ready: asyncio.Queue[str | None] = asyncio.Queue()

    def add(self, name: str, host: str) -> None:
        """Put a source in the line of its host, unless it is there or is being visited."""
        if name in self._hosts:
            return
        self._hosts[name] = host
        self._lines[host].append(name)
        self._move(host)

    async def next(self) -> str | None:
        """Wait for the next source that may be visited; None when there are to be no more."""
        return await self._ready.get()

    def done(self, name: str) -> None:
        """Note that the visit to a source has ended; the next of its host may be visited."""
        host = self._hosts.pop(name)
        self._taken[host] -= 1
        self._move(host)

    def end(self) -> None:
        """Let nobody wait any longer, once those who may be visited now have been named."""
        self._ready.put_nowait(None)

    def _move(self, host: str) -> None:
        line = self._lines[host]
        while line and self._taken[host] < AT_ONCE:
            self._taken[host] += 1
            self._ready.put_nowait(line.popleft())
        if not line:
            del self._lines[host]
        if not self._taken[host]:
            del self._taken[host]
