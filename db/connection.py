"""The files themselves: lock, connections, transactions, and sqlite3's errors as ours.

One process writes, on one thread, through one connection. Everybody else reads only.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from db import schema
from db.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils import Migrations

ARCHIVE = "tilik.db"
PAGES = "pages.db"
LOCK = "tilik.lock"
BUSY_TIMEOUT_S = 30

P = ParamSpec("P")
T = TypeVar("T")

_WRITER_PRAGMAS = (
    "pragma page_size=16384",  # 4 kB bodies in smaller pages waste half of them
    "pragma journal_mode=wal",
    "pragma synchronous=full",  # what we said is stored is on the disk
    "pragma foreign_keys=on",
    "pragma trusted_schema=off",
    "pragma journal_size_limit=67108864",
)
_DAMAGED = ("malformed", "not a database", "corrupt")
_FULL = ("full", "disk i/o", "readonly")


class Writer:
    """The one place that may change the archive: a lock, a thread, a connection.

    Raises StoreBusy when another instance holds the folder, StoreRefused when it cannot be
    written, StoreDamaged when the file is no archive of ours or of a newer version.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / ARCHIVE
        self._lock = _locked(folder)
        try:
            self._db = open_for_writing(self.path, schema.archive)
        except BaseException:
            os.close(self._lock)
            raise
        self._turn = threading.Lock()  # the daemon's outbox marks from a thread of its own
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing of it; the lock is taken at the start, so it never upgrades."""
        with self._turn, translated(self.path):
            connection = self._db.conn
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise
            connection.execute("commit")

    async def run(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a verb of the store on the writer's thread; the loop goes on meanwhile."""
        return await asyncio.wrap_future(self._thread.submit(verb, *args, **kwargs))

    def close(self) -> None:
        """Finish what is queued, fold the log into the file and let go of the lock."""
        self._thread.shutdown(wait=True)
        with contextlib.suppress(sqlite3.Error):
            self._db.conn.execute("pragma wal_checkpoint(truncate)")
        self._db.conn.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_for_writing(path: Path, migrations: Migrations) -> Database:
    """Open or create one of our files and bring its tables up to date."""
    with translated(path):
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in _WRITER_PRAGMAS:
                connection.execute(pragma)
            _recognised(connection, path, len(_names(migrations)))
            db = Database(connection)
            if migrations.pending(db):
                migrations.apply(db)
                connection.execute(f"pragma application_id={schema.APPLICATION_ID}")
                connection.execute(f"pragma user_version={len(_names(migrations))}")
        except BaseException:
            connection.close()
            raise
        path.chmod(0o600)
        return db


def open_for_reading(path: Path, time_limit_steps: int = 2_000_000_000) -> Database:
    """Open one of our files read-only; such a connection can never checkpoint or write.

    Raises StoreDamaged with advice when there is no archive yet.
    """
    if not path.exists():
        raise StoreDamaged(f"{path}: no archive here yet. `tilik crawl` makes one.")
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("pragma query_only=on")
        connection.execute("pragma trusted_schema=off")
        connection.set_progress_handler(lambda: 1, time_limit_steps)
        return Database(connection)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn sqlite3's errors into ours, with the path and what to do next."""
    try:
        yield
    except sqlite3.Error as error:
        words = str(error).lower()
        if any(word in words for word in _DAMAGED):
            raise StoreDamaged(
                f"{path}: the file is damaged or no database ({error}). "
                "Nothing was changed; restore a backup or move it away."
            ) from error
        if any(word in words for word in _FULL):
            free_bytes = _free_bytes(path)
            raise StoreFull(
                f"{path}: cannot write ({error}); {free_bytes:,} bytes free. "
                "What was stored is safe; make room and start again."
            ) from error
        if "locked" in words or "busy" in words:
            raise StoreBusy(f"{path}: another program holds the file ({error}).") from error
        if "unable to open" in words:
            raise StoreRefused(f"{path}: cannot be opened ({error}).") from error
        raise StoreError(f"{path}: {error}") from error


def _locked(folder: Path) -> int:
    """Hold the folder's lock file; the kernel lets go of it when the process ends, however."""
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreRefused(f"{path}: cannot be written ({error.strerror}).") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise StoreBusy(
            f"{folder}: another tilik is at work here (process {holder}). "
            "Wait for it, or stop it first."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _recognised(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Refuse a file that is somebody else's, or that a newer tilik has written."""
    (application_id,) = connection.execute("pragma application_id").fetchone()
    (user_version,) = connection.execute("pragma user_version").fetchone()
    (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    if tables and application_id != schema.APPLICATION_ID:
        raise StoreDamaged(f"{path}: a database, but not tilik's. Nothing was changed.")
    if user_version > version:
        raise StoreDamaged(
            f"{path}: written by a newer tilik (schema {user_version}, this one knows {version}). "
            "Upgrade tilik, or restore the backup from before its upgrade."
        )


def _names(migrations: Migrations) -> list[str]:
    return [migration.name for migration in migrations._migrations]  # noqa: SLF001 - no public list


def _free_bytes(path: Path) -> int:
    try:
        stat = os.statvfs(path.parent)
    except OSError:
        return 0
    return stat.f_bavail * stat.f_frsize


def library_weakness() -> str | None:
    """Name the flaw of an old SQLite, None when there is none.

    3.7.0 to 3.51.2 can lose a commit when a checkpoint meets another connection's commit; we
    write through one connection only, which closes it, but other programs may not.
    """
    fixed_in_branch = {(3, 44): 6, (3, 50): 7}
    version = sqlite3.sqlite_version_info
    patch = fixed_in_branch.get((version[0], version[1]))
    if version >= (3, 51, 3) or (patch is not None and version[2] >= patch):
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} is older than 3.51.3: let no other program write to "
        "the archive while tilik runs"
    )
