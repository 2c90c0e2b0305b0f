"""How far the reading of a source's past has come: its older pages, read and unread.

A backfill that is cut off goes on from here. Every verb is one transaction, and doing it twice has
the effect of once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from db import rows
from db.archive import PASSED_OVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from db.connection import Writer


STANDS = timedelta(days=1)  # what is on the third page today is on the fourth tomorrow


class Backfill:
    """The verbs by which a backfill keeps its place."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def began(self, source: str, since: datetime, now: datetime) -> None:
        """Keep the place of a backfill that went as far back, unless its pages have moved on."""
        to, lately = rows.stamp(since), rows.stamp(now - STANDS)
        with self._writer.transaction() as connection:
            connection.execute(
                "delete from older_page where source = ?1 and (not exists (select 1 from "
                "older_page where source = ?1 and read_at >= ?3) or exists (select 1 from "
                "older_page where source = ?1 and since > ?2))",
                (source, to, lately),
            )

    def wanted(self, source: str, since: datetime) -> None:
        """Let what the first visit passed over be read, unless it is known to be older."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update link set reason = null, detail = null, is_backfilled = 1 "
                "where source = ? and reason = ? and coalesce(published_at, ?) >= ?",
                (source, PASSED_OVER[0], rows.stamp(since), rows.stamp(since)),
            )

    def turned(
        self, source: str, page: str, older: Iterable[str], *, since: datetime, now: datetime
    ) -> None:
        """Note that a page was read, and the older pages that it leads to."""
        to = rows.stamp(since)
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into older_page (source, url, since, read_at) values (?, ?, ?, ?) "
                "on conflict (source, url) do update set read_at = excluded.read_at",
                (source, page, to, rows.stamp(now)),
            )
            connection.executemany(
                "insert into older_page (source, url, since) values (?, ?, ?) "
                "on conflict (source, url) do nothing",
                [(source, url, to) for url in older],
            )

    def ended(self, source: str) -> None:
        """Forget the pages of a backfill that has come to its end."""
        with self._writer.transaction() as connection:
            connection.execute("delete from older_page where source = ?", (source,))
