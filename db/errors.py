"""What can go wrong with the store, as one small tree; sqlite3's own errors never leave this room.

StoreError
├── StoreBusy      another instance holds the lock (exit status 75)
├── StoreDamaged   the file is not what it should be, or is newer than this program (65)
├── StoreFull      the disk is full or fails (74)
└── StoreRefused   the folder cannot be written (73)
"""

from __future__ import annotations


class StoreError(Exception):
    """The store could not do what was asked; the sentence says what, where and what next."""

    exit_status = 70


class StoreBusy(StoreError):  # noqa: N818 - named for what it says, not for what it is
    """Another instance holds the lock, or another program holds the file."""

    exit_status = 75


class StoreDamaged(StoreError):  # noqa: N818
    """The file is damaged, is no archive of tilik's, or was written by a newer tilik."""

    exit_status = 65


class StoreFull(StoreError):  # noqa: N818
    """The disk is full, or reading or writing failed."""

    exit_status = 74


class StoreRefused(StoreError):  # noqa: N818
    """The folder or the file cannot be created or written."""

    exit_status = 73
