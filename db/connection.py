"""The files themselves: connections, transactions, and who may write. Knows no table.

One process writes, on one thread, through one connection. Everybody else reads only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from sqlite_utils import Database

from db import schema, search
from db.errors import StoreDamaged, StoreFailed
from db.lock import locked
from db.translation import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils import Migrations

ARCHIVE = "tilik.db"
PAGES = "pages.db"
BUSY_TIMEOUT_S = 30.0

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


class Writer:
    """The one place that may change the archive: a lock, a thread, a connection.

    Raises StoreBusy when another instance holds the folder, StoreRefused when it cannot be
    written, StoreDamaged when the file is no archive of ours or of a newer version.
    """

    def __init__(self, folder: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = folder / ARCHIVE
        self._turn = threading.Lock()  # the outbox marks from a thread of its own
        self._failure: StoreFailed | None = None
        with contextlib.ExitStack() as undo:
            self._lock = locked(folder)
            undo.callback(os.close, self._lock)
            self._db = open_for_writing(self.path, schema.archive, busy_timeout_s)
            undo.callback(self._db.conn.close)
            with self.transaction() as connection:
                search.renew(connection)
            undo.pop_all()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing of it; the lock is taken at the start, so it never upgrades.

        After a disk has failed once, it is refused: a second commit may be told it has succeeded
        though the first, which it rests on, was lost.
        """
        with self._turn:
            if self._failure is not None:
                raise self._failure
            try:
                with translated(self.path), _whole(self._db.conn) as connection:
                    yield connection
            except StoreFailed as failure:
                self._failure = failure
                raise

    async def run(self, verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a verb of the store on the writer's thread; the loop goes on meanwhile."""
        return await asyncio.wrap_future(self._thread.submit(verb, *args, **kwargs))

    def close(self) -> None:
        """Finish what is queued, fold the log into the file and let go of the lock."""
        self._thread.shutdown(wait=True)
        with self._turn:
            with contextlib.suppress(sqlite3.Error):
                self._db.conn.execute("pragma wal_checkpoint(truncate)")
            self._db.conn.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_for_writing(
    path: Path, migrations: Migrations, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Database:
    """Open or create one of our files and bring its tables up to date.

    What is damaged, somebody else's or newer is refused before a byte of it is touched. Before
    the tables change, the file as it was is kept beside it.
    """
    version = len(_names(migrations))
    with translated(path):
        if _has_bytes(path):
            found = _recognised(path, version, busy_timeout_s)
        else:
            found = 0
            path.touch(mode=0o600)
        connection = _connected(path, "rw", busy_timeout_s)
        try:
            for pragma in _WRITER_PRAGMAS:
                connection.execute(pragma)
            db = Database(connection)
            if migrations.pending(db):
                if found:
                    _keep_old(connection, path, found)
                _migrate(db, migrations, version)
        except BaseException:
            connection.close()
            raise
        return db


def open_for_reading(
    path: Path, migrations: Migrations, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> sqlite3.Connection:
    """Open one of our files read-only; such a connection can never checkpoint or write.

    Raises StoreDamaged with advice when there is no archive yet, or one of another version.
    """
    if not _has_bytes(path):
        raise _no_archive(path)
    version = len(_names(migrations))
    with translated(path):
        connection = _connected(path, "ro", busy_timeout_s)
        try:
            _refuse_other_versions(connection, path, version)
            connection.execute("pragma query_only=on")
            connection.execute("pragma trusted_schema=off")
        except BaseException:
            connection.close()
            raise
        return connection


@contextlib.contextmanager
def _whole(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("begin immediate")
    try:
        yield connection
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # the first error is the one to be told
                connection.execute("rollback")
        raise


def _connected(path: Path, mode: str, busy_timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,  # Writer and Reader take turns by a lock of their own
    )


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _no_archive(path: Path) -> StoreDamaged:
    return StoreDamaged(f"{path}: no archive here yet. `tilik crawl` makes one.")


def _recognised(path: Path, version: int, busy_timeout_s: float) -> int:
    """Look at a file without touching it and return its version. Raises StoreDamaged."""
    with contextlib.closing(_connected(path, "ro", busy_timeout_s)) as connection:
        found = _version(connection, path, version)
        (answer,) = connection.execute("pragma quick_check(1)").fetchone()
    if answer != "ok":
        raise StoreDamaged(
            f"{path}: the file is damaged ({answer}). "
            "Nothing was changed; move it away or restore a backup."
        )
    return found


def _version(connection: sqlite3.Connection, path: Path, known: int) -> int:
    """Return a file's version, 0 while it is empty.

    Raises StoreDamaged when it is somebody else's, or of a newer tilik.
    """
    (application_id,) = connection.execute("pragma application_id").fetchone()
    (found,) = connection.execute("pragma user_version").fetchone()
    (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    if application_id != schema.APPLICATION_ID and (application_id or found or tables):
        raise StoreDamaged(f"{path}: a database, but not tilik's. Nothing was changed.")
    if found > known:
        raise StoreDamaged(
            f"{path}: written by a newer tilik (schema {found}, this one knows {known}). "
            "Upgrade tilik, or restore the copy from before its upgrade."
        )
    return int(found)


def _refuse_other_versions(connection: sqlite3.Connection, path: Path, known: int) -> None:
    """Refuse an older file too: a reader cannot bring tables up to date. Raises StoreDamaged."""
    found = _version(connection, path, known)
    if not found:
        raise _no_archive(path)
    if found < known:
        raise StoreDamaged(
            f"{path}: written by an older tilik (schema {found}, this one needs {known}). "
            "`tilik crawl` or `tilik run` brings it up to date."
        )


def _migrate(db: Database, migrations: Migrations, version: int) -> None:
    """Bring the tables up to date, all of it or nothing: with half of it the file is not ours."""
    with db.atomic():
        db.conn.execute(f"pragma application_id={schema.APPLICATION_ID}")
        migrations.apply(db)
        db.conn.execute(f"pragma user_version={version}")


def _keep_old(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep the file as it is before an upgrade, complete or not at all, as NAME.schema-N.db."""
    kept = path.with_name(f"{path.stem}.schema-{version}.db")
    half = kept.with_suffix(".part")
    half.unlink(missing_ok=True)
    connection.execute("vacuum into ?", (str(half),))
    half.chmod(0o600)
    half.rename(kept)


def _names(migrations: Migrations) -> list[str]:
    return [migration.name for migration in migrations._migrations]  # noqa: SLF001 - no public list


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
