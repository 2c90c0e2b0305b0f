"""What the crawl writes: sources, links, stories and their revisions. Speaks to no network.

Every verb is one transaction, and doing it twice has the effect of once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from db import rows
from db.changes import compare, judge
from db.words import folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from db.connection import Writer
    from db.records import Content, Event, Link, Validators

Outcome = Literal["new", "baseline", "same", "edited", "retitled", "returned", "shrunk"]

# A page that answers 404 once may be a hiccup of the newsroom's server; twice in a row, at visits
# an hour or more apart, it is withdrawn. 410 says so itself.
MISSING_VISITS = 2
PASSED_OVER = ("older", "it was there before the first visit, beyond the newest that were read")


class Archive:
    """The verbs by which a crawl changes the archive."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def links_found(
        self,
        source: str,
        links: Iterable[Link],
        validators: Mapping[str, Validators],
        now: datetime,
    ) -> int:
        """Keep the links that are new to us, and how to ask the next time; return their number.

        Both in one transaction: a crash between them would answer "unchanged" to a feed whose
        stories were never read.
        """
        at = rows.stamp(now)
        with self._writer.transaction() as connection:
            before = connection.total_changes
            connection.executemany(
                "insert into link (url, source, found_at, is_baseline, title, published_at, "
                "attempts, not_before, reason, detail) select ?, ?, ?, ?, ?, ?, 0, 0, ?, ? "
                "where not exists (select 1 from alias where alias.url = ?) "
                "on conflict (url) do nothing",
                [
                    (
                        link.url,
                        source,
                        at,
                        int(link.is_baseline),
                        link.title,
                        rows.stamp(link.published_at),
                        *(PASSED_OVER if link.is_passed_over else (None, None)),
                        link.url,
                    )
                    for link in links
                ],
            )
            found = connection.total_changes - before
            _keep_validators(connection, validators, at)
        return found

    def recorded(  # noqa: PLR0913 - one row of facts about one page
        self,
        source: str,
        url: str,
        content: Content,
        *,
        now: datetime,
        aliases: Iterable[str] = (),
        validators: Mapping[str, Validators] | None = None,
        is_silent: bool = False,
    ) -> Outcome:
        """Record what a page says now, and return what that means for its story.

        `is_silent` stores a new story without an event: it was there before tilik first looked.
        A text that shrank at once is held back: the story keeps its last full state.
        """
        at = rows.stamp(now)
        addresses = {url, *aliases}
        with self._writer.transaction() as connection:
            story_id = _story_at(connection, addresses)
            outcome: Outcome
            if story_id is None:
                story_id = _new_story(connection, source, url, content, at)
                event: Event | None = None if is_silent else "new"
                _add_revision(connection, content, _state(story_id, event, 0.0, at))
                outcome = "baseline" if is_silent else "new"
            else:
                outcome = _read_again(connection, story_id, content, at)
            connection.executemany(
                "insert into alias (url, story_id) values (?, ?) on conflict (url) do nothing",
                [(address, story_id) for address in sorted(addresses)],
            )
            connection.executemany(
                "delete from link where url = ?", [(address,) for address in addresses]
            )
            _keep_validators(connection, validators or {}, at)
        return outcome

    def unchanged(self, story_id: int, now: datetime) -> None:
        """Note that the server says a story's page is as it was."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update story set checked_at = ?, missing = 0 where id = ?",
                (rows.stamp(now), story_id),
            )

    def missed(self, story_id: int, *, now: datetime, is_final: bool) -> bool:
        """Note that a story's page is not there; return whether that makes it gone.

        `is_final`: the server said that it will not come back (410).
        """
        at = rows.stamp(now)
        with self._writer.transaction() as connection:
            connection.execute(
                "update story set checked_at = ?, missing = missing + 1 where id = ?",
                (at, story_id),
            )
            (missing, gone_at) = connection.execute(
                "select missing, gone_at from story where id = ?", (story_id,)
            ).fetchone()
            if gone_at is not None or (missing < MISSING_VISITS and not is_final):
                return False
            last = _newest(connection, story_id)
            state = _state(story_id, "gone", 0.0, at)
            _insert_revision(connection, {**last, "page_hash": None, **state})
            connection.execute("update story set gone_at = ? where id = ?", (at, story_id))
        return True

    def refused(self, url: str, reason: str, detail: str) -> None:
        """Settle a link that gives no article; it is not asked for again."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update link set reason = ?, detail = ?, attempts = attempts + 1 where url = ?",
                (reason, detail, url),
            )

    def postponed(self, url: str, not_before: datetime) -> None:
        """Leave a link waiting, to be tried again not before a time."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update link set attempts = attempts + 1, not_before = ? where url = ?",
                (rows.stamp(not_before), url),
            )

    def visited(
        self, source: str, *, now: datetime, due_at: datetime, reason: str | None, is_fault: bool
    ) -> None:
        """Account for one visit. `reason` is null when all went well; `is_fault` counts it."""
        at, due = rows.stamp(now), rows.stamp(due_at)
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into source (name, failures) values (?, 0) on conflict do nothing",
                (source,),
            )
            if is_fault:
                connection.execute(
                    "update source set last_visit_at = ?, due_at = ?, failures = failures + 1, "
                    "reason = ?, failing_since = coalesce(failing_since, ?) where name = ?",
                    (at, due, reason, at, source),
                )
            else:
                connection.execute(
                    "update source set last_visit_at = ?, due_at = ?, failures = 0, reason = ?, "
                    "failing_since = null, last_success_at = ?, "
                    "first_success_at = coalesce(first_success_at, ?) where name = ?",
                    (at, due, reason, at, at, source),
                )

    def robots_read(self, origin: str, status: int, body: bytes, now: datetime) -> None:
        """Keep a site's robots.txt; the answer holds for a day."""
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into robots (origin, fetched_at, status, body) values (?, ?, ?, ?) "
                "on conflict (origin) do update set fetched_at = excluded.fetched_at, "
                "status = excluded.status, body = excluded.body",
                (origin, rows.stamp(now), status, body),
            )


def _keep_validators(
    connection: sqlite3.Connection, validators: Mapping[str, Validators], at: int | None
) -> None:
    connection.executemany(
        "insert into validator (url, etag, last_modified, fetched_at) values (?, ?, ?, ?) "
        "on conflict (url) do update set etag = excluded.etag, "
        "last_modified = excluded.last_modified, fetched_at = excluded.fetched_at",
        [(url, v.etag, v.last_modified, at) for url, v in validators.items()],
    )


def _story_at(connection: sqlite3.Connection, addresses: Iterable[str]) -> int | None:
    for address in sorted(addresses):
        row = connection.execute("select story_id from alias where url = ?", (address,)).fetchone()
        if row:
            return int(row[0])
    return None


def _new_story(
    connection: sqlite3.Connection, source: str, url: str, content: Content, at: int | None
) -> int:
    cursor = connection.execute(
        "insert into story (source, url, first_seen_at, checked_at, published_at, missing) "
        "values (?, ?, ?, ?, ?, 0)",
        (source, url, at, at, rows.stamp(content.published_at)),
    )
    return int(cursor.lastrowid or 0)


def _read_again(
    connection: sqlite3.Connection, story_id: int, content: Content, at: int | None
) -> Outcome:
    """Compare a page with the newest state of its story and keep what is different."""
    row = _newest(connection, story_id)
    before = rows.revision(row).content
    verdict = judge(before, content)
    is_back = row["event"] == "gone"
    connection.execute(
        "update story set checked_at = ?, missing = 0, gone_at = case when ? then null "
        "else gone_at end, published_at = coalesce(published_at, ?) where id = ?",
        (at, is_back and verdict != "shrunk", rows.stamp(content.published_at), story_id),
    )
    if verdict == "shrunk" or (verdict == "same" and not is_back):
        return verdict
    event: Literal["edited", "retitled", "returned"]
    event = "returned" if is_back or verdict == "same" else verdict
    significance = compare(before, content).significance
    _add_revision(connection, content, _state(story_id, event, significance, at))
    return event


def _newest(connection: sqlite3.Connection, story_id: int) -> rows.Row:
    cursor = connection.execute(
        "select * from revision where story_id = ? order by id desc limit 1", (story_id,)
    )
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def _state(story_id: int, event: Event | None, significance: float, at: int | None) -> rows.Row:
    return {"story_id": story_id, "event": event, "significance": significance, "seen_at": at}


def _add_revision(connection: sqlite3.Connection, content: Content, state: rows.Row) -> None:
    """Insert a state of a story and make it the one that search finds."""
    story_id = state["story_id"]
    last = connection.execute(
        "select r.headline, r.text from revision r join story s on s.revision_id = r.id "
        "where s.id = ?",
        (story_id,),
    ).fetchone()
    if last:
        connection.execute(
            "insert into search (search, rowid, headline, text) values ('delete', ?, ?, ?)",
            (story_id, folded(last[0]), folded(last[1])),
        )
    _insert_revision(connection, {**rows.content_row(content), **state})
    connection.execute(
        "insert into search (rowid, headline, text) values (?, ?, ?)",
        (story_id, folded(content.headline), folded(content.text)),
    )


def _insert_revision(connection: sqlite3.Connection, row: rows.Row) -> None:
    cursor = connection.execute(
        "insert into revision (story_id, event, seen_at, significance, fingerprint, headline, "
        "text, lang, published_at, extractor, page_hash, more) "
        "values (:story_id, :event, :seen_at, :significance, :fingerprint, :headline, "
        ":text, :lang, :published_at, :extractor, :page_hash, :more)",
        row,
    )
    connection.execute(
        "update story set revision_id = ? where id = ?", (cursor.lastrowid, row["story_id"])
    )
