"""One process per folder: a lock file that the kernel lets go of, however the process ends."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from db.errors import StoreBusy, StoreRefused

if TYPE_CHECKING:
    from pathlib import Path

LOCK = "tilik.lock"


def locked(folder: Path) -> int:
    """Hold the lock of a folder until the descriptor that is returned is closed.

    Raises StoreBusy when another process holds it, StoreRefused when there can be none.
    """
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreRefused(
            f"{path}: cannot be written ({error.strerror}). "
            "The folder must exist and be writable for this user."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise StoreBusy(
            f"{folder}: another tilik is at work here (process {holder}). "
            "Wait for it, or stop it first."
        ) from None
    except OSError as error:
        os.close(descriptor)
        raise StoreRefused(
            f"{path}: cannot be locked ({error.strerror}). "
            "Use a folder on a disk of this machine: network file systems lose commits."
        ) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor
