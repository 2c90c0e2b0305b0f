"""Raw pages, compressed, by the hash of their bytes, in a file of their own.

Losing pages.db loses no story: it is evidence and the material for extracting again.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

from db import schema
from db.connection import BUSY_TIMEOUT_S, PAGES, open_for_writing
from db.errors import StoreDamaged
from db.translation import translated

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

LEVEL = 3  # 1.2 ms for 160 kB, to an eighth; level 9 costs six times that for a tenth less


def page_hash(body: bytes) -> str:
    """Name a page by its bytes."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


class Pages:
    """The store of raw pages. A page is put here before the revision that names it is recorded."""

    def __init__(self, folder: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = folder / PAGES
        self._db = open_for_writing(self.path, schema.pages, busy_timeout_s)

    def put(self, url: str, body: bytes, now: datetime) -> str:
        """Keep a page and return its hash; a page that is already here is kept once."""
        name = page_hash(body)
        packed = zstd.compress(body, LEVEL)
        with translated(self.path):
            self._db.conn.execute(
                "insert or ignore into page (hash, url, stored_at, body) values (?, ?, ?, ?)",
                (name, url, int(now.timestamp()), packed),
            )
        return name

    def get(self, name: str) -> bytes | None:
        """Return the bytes of a page, None when retention has let it go."""
        with translated(self.path):
            row = self._db.conn.execute("select body from page where hash = ?", (name,)).fetchone()
        if row is None:
            return None
        try:
            body = zstd.decompress(row[0])
        except zstd.ZstdError:
            body = b""
        if page_hash(body) != name:
            raise StoreDamaged(
                f"{self.path}: page {name} is damaged. No story needs it; move the file away "
                "and a new one is begun."
            )
        return body

    def prune(self, before: datetime) -> int:
        """Let go of pages stored before a time, and return how many."""
        with translated(self.path):
            done = self._db.conn.execute(
                "delete from page where stored_at < ?", (int(before.timestamp()),)
            )
        return done.rowcount

    def close(self) -> None:
        """Close the file."""
        self._db.conn.close()
