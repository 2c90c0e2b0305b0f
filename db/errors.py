"""What can go wrong with the store, as one small tree; sqlite3's own errors never leave this room.

StoreError
├── StoreBusy      another instance holds the lock, or another program the file (exit status 75)
├── StoreDamaged   the file is not what it should be, or of another version than this program (65)
├── StoreFailed    the disk fails: nothing more is written until a new start (74)
├── StoreFull      the disk is full: it goes on by itself when there is room again (74)
└── StoreRefused   the folder or the file cannot be written (73)
"""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked; the sentence says what, where and what next."""

    exit_status = 70
    passes = False  # whether it may be over by itself, so that a daemon goes on


class StoreBusy(StoreError):  # noqa: N818 - named for what it says, not for what it is
    """Another instance holds the lock, or another program holds the file."""

    exit_status = 75
    passes = True


class StoreDamaged(StoreError):  # noqa: N818
    """The file is damaged, is no archive of tilik's, or belongs to another version of it."""

    exit_status = 65


class StoreFailed(StoreError):  # noqa: N818
    """Reading or writing failed: what the disk says it has written is no longer believed."""

    exit_status = 74


class StoreFull(StoreError):  # noqa: N818
    """The disk is full."""

    exit_status = 74
    passes = True


class StoreRefused(StoreError):  # noqa: N818
    """The folder or the file cannot be created or written."""

    exit_status = 73
