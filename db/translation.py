"""sqlite3's errors to ours, by their codes: a sentence with the path and what to do next."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

from db.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreRefused,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIMARY_CODE = 0xFF  # the rest of an extended code says more than we need

_MEANINGS: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreBusy,
        "another program holds the file ({error}). Close it there, or wait and try again.",
    ),
    sqlite3.SQLITE_LOCKED: (
        StoreBusy,
        "another part of tilik holds the file ({error}). Try again.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreDamaged,
        "the file is damaged ({error}). Nothing was changed; move it away or restore a backup.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreDamaged,
        "this is no database ({error}). Nothing was changed; move it away or restore a backup.",
    ),
    sqlite3.SQLITE_FULL: (
        StoreFull,
        "cannot write ({error}); {free_bytes:,} bytes are free. Make room and it goes on.",
    ),
    sqlite3.SQLITE_IOERR_SHMSIZE: (  # no room for the index beside the log; nothing was lost
        StoreFull,
        "no room beside it ({error}); {free_bytes:,} bytes are free. Make room and it goes on.",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreFailed,
        "the disk failed ({error}); {free_bytes:,} bytes are free. Mend it, then start again.",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreRefused,
        "cannot be written ({error}). Make the file and its folder writable for this user.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreRefused,
        "cannot be opened ({error}). Even to read it, this user must be able to write its folder.",
    ),
    sqlite3.SQLITE_INTERRUPT: (
        StoreError,
        "the question takes too long and was given up ({error}). Ask for less.",
    ),
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let nothing of sqlite3's out of the block: only our own tree, with the path in front."""
    try:
        yield
    except sqlite3.Error as error:
        # Errors of the module itself (a closed connection) carry no code.
        code = getattr(error, "sqlite_errorcode", 0)
        general = _MEANINGS.get(code & _PRIMARY_CODE, (StoreError, "{error}"))
        kind, sentence = _MEANINGS.get(code, general)
        said = sentence.format(error=error, free_bytes=_free_bytes(path))
        raise kind(f"{path}: {said}") from error


def _free_bytes(path: Path) -> int:
    try:
        stat = os.statvfs(path.parent)
    except OSError:
        return 0
    return stat.f_bavail * stat.f_frsize
