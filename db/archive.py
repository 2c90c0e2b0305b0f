"""What the crawl writes: sources, links, stories and their revisions. Speaks to no network.

Every verb is one transaction, and doing it twice has the effect of once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import life, rows, tally
from db.records import UNWATCHED
from db.template import taught
from db.twins import twin_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from db.connection import Writer
    from db.life import Outcome
    from db.records import Arrivals, Content, Event, Link, Quarantined, Validators
    from db.template import Lesson, Template

# A page that answers 404 once may be a hiccup of the newsroom's server; twice in a row, at visits
# an hour or more apart, it is withdrawn. 410 says so itself.
MISSING_VISITS = 2
# A link waits for its twin, of whichever source, to be read; not for one that nobody reads.
TWIN_WAITS_S = 86_400
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
        listed = [_link_row(link, source, at) for link in links]
        with self._writer.transaction() as connection:
            before = connection.total_changes
            connection.executemany(
                "insert into link (url, key, source, found_at, is_baseline, is_backfilled, title, "
                "published_at, attempts, not_before, reason, detail) "
                "select :url, :key, :source, :at, :is_baseline, :is_backfilled, :title, "
                ":published_at, 0, 0, :reason, :detail "
                "where not exists (select 1 from alias where key = :key) and not exists "
                "(select 1 from link where key = :key and (reason = :older "
                "or reason is null and attempts = 0 and found_at > :fresh)) "
                "on conflict (url) do nothing",
                listed,
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
        claim: str | None = None,
        validators: Mapping[str, Validators] | None = None,
        is_silent: bool = False,
        is_backfilled: bool = False,
    ) -> Outcome:
        """Record what a page says now, and return what that means for its story.

        `claim` is the address that the page calls its own, null when it is one of its addresses
        anyway; another story is believed to be this one only when the texts agree.
        `is_silent` stores a new story without an event: it was there before tilik first looked.
        `is_backfilled` does so, too, and marks it: it was found when it was no news any more.
        A text that shrank at once is held back: the story keeps its last full state.
        """
        at = rows.stamp(now)
        addresses = [url, *sorted(set(aliases) - {url})]
        with self._writer.transaction() as connection:
            story_id = life.story_named(connection, addresses)
            outcome: Outcome
            if story_id is not None:
                outcome = life.read_again(connection, story_id, content, at)
            elif twin_id := life.twin_of(connection, addresses, claim, content):
                story_id, outcome = twin_id, "same"  # a twin leaves things out: no edit
            else:
                outcome = _first_outcome(is_silent=is_silent, is_backfilled=is_backfilled)
                event: Event | None = "new" if outcome == "new" else None
                story_id = life.begin(connection, source, url, content, event=event, at=at)
                if is_backfilled:
                    life.mark_backfilled(connection, story_id)
                tally.count(connection, source, content, at)
            life.name(connection, story_id, addresses, claim)
            if outcome != "shrunk":  # a page held back is asked for in full the next time
                _keep_validators(connection, validators or {}, at)
        return outcome

    def reread(self, story_id: int, content: Content, now: datetime) -> bool:
        """Keep what another extractor makes of a story's newest state; True if it reads otherwise.

        A change of extractor is never an edit: the state that differs has no event. One that reads
        the same only gets the extractor's name. The next page is compared with the outcome.
        """
        with self._writer.transaction() as connection:
            return life.renew(connection, story_id, content, rows.stamp(now))

    def unchanged(self, story_id: int, now: datetime) -> None:
        """Note that the server says a story's page is as it was."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update story set checked_at = ?, missing = 0 where id = ?",
                (rows.stamp(now), story_id),
            )

    def unread(self, story_id: int, now: datetime) -> None:
        """Note that a story was looked at in vain, so that it is not looked at again at once."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update story set checked_at = ? where id = ?", (rows.stamp(now), story_id)
            )

    def missed(self, story_id: int, *, now: datetime, is_final: bool) -> bool:
        """Note that a story's page is not there; return whether that makes it gone.

        `is_final`: the server said that it will not come back (410).
        """
        at = rows.stamp(now)
        with self._writer.transaction() as connection:
            connection.execute(
                "update story set checked_at = ?, missing = missing + 1, "
                "is_final = is_final or ? where id = ?",
                (at, is_final, story_id),
            )
            (missing, gone_at) = connection.execute(
                "select missing, gone_at from story where id = ?", (story_id,)
            ).fetchone()
            if gone_at is not None or (missing < MISSING_VISITS and not is_final):
                return False
            life.withdraw(connection, story_id, at)
        return True

    def trimmed(self, keep: int) -> int:
        """Let go of old states of stories that have more than `keep`; return how many."""
        with self._writer.transaction() as connection:
            return life.trim(connection, keep)

    def taught(self, source: str, lesson: Lesson, extractor: str) -> Template:
        """Learn from a judged story where its source keeps its bodies, and return what is known."""
        with self._writer.transaction() as connection:
            row = connection.execute(
                "select facts from template where source = ? and extractor = ?",
                (source, extractor),
            ).fetchone()
            template = taught(rows.template(row[0]) if row else None, lesson)
            connection.execute(
                "insert or replace into template (source, extractor, facts) values (?, ?, ?)",
                (source, extractor, rows.template_facts(template)),
            )
        return template

    def tidied(self, before: datetime) -> int:
        """Let go of lines that were counted but not seen since a time; return how many."""
        with self._writer.transaction() as connection:
            return tally.tidy(connection, rows.stamp(before))

    def refused(self, url: str, reason: str, detail: str) -> None:
        """Settle a link that gives no article; it is not asked for again."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update link set reason = ?, detail = ?, attempts = attempts + 1 where url = ?",
                (reason, detail, url),
            )

    def postponed(self, url: str, not_before: datetime, detail: str) -> None:
        """Leave a link waiting, to be tried again not before a time; `detail` says why."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update link set attempts = attempts + 1, not_before = ?, detail = ? where url = ?",
                (rows.stamp(not_before), detail, url),
            )

    def visited(  # noqa: PLR0913 - one row of facts about one visit
        self,
        source: str,
        *,
        now: datetime,
        due_at: datetime,
        reason: str | None,
        is_fault: bool,
        arrivals: Arrivals = UNWATCHED,
        way: str | None = None,
    ) -> None:
        """Account for one visit. `reason` is null when all went well; `is_fault` counts it.

        `way` is a fingerprint of where and how the source was read, null when that is not known;
        what failed another way does not count any more.
        """
        at, due, watched = rows.stamp(now), rows.stamp(due_at), rows.arrivals_text(arrivals)
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into source (name, failures, way) values (?, 0, ?) "
                "on conflict (name) do update set way = excluded.way, "
                "failures = case when way <> excluded.way then 0 else failures end, "
                "failing_since = case when way <> excluded.way then null else failing_since end",
                (source, way),
            )
            if is_fault:
                connection.execute(
                    "update source set last_visit_at = ?, due_at = ?, arrivals = ?, reason = ?, "
                    "failures = failures + 1, failing_since = coalesce(failing_since, ?) "
                    "where name = ?",
                    (at, due, watched, reason, at, source),
                )
            else:
                connection.execute(
                    "update source set last_visit_at = ?, due_at = ?, arrivals = ?, reason = ?, "
                    "failures = 0, failing_since = null, last_success_at = ?, "
                    "first_success_at = coalesce(first_success_at, ?) where name = ?",
                    (at, due, watched, reason, at, at, source),
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

    def host_closed(self, host: str, until: datetime) -> None:
        """Keep until when a host has asked us to wait."""
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into host (name, closed_until) values (?, ?) "
                "on conflict (name) do update set closed_until = excluded.closed_until",
                (host, rows.stamp(until)),
            )

    def quarantined(self, page: Quarantined) -> None:
        """Keep a page that broke its reader from being read again while it is as it is."""
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into quarantine (url, page_hash, extractor, reason, detail, since) "
                "values (?, ?, ?, ?, ?, ?) on conflict (url) do update set "
                "page_hash = excluded.page_hash, extractor = excluded.extractor, "
                "reason = excluded.reason, detail = excluded.detail, since = excluded.since",
                (
                    page.url,
                    page.page_hash,
                    page.extractor,
                    page.reason,
                    page.detail,
                    rows.stamp(page.since),
                ),
            )

    def released(self, url: str) -> None:
        """Let a page go that is another one by now, and was read."""
        with self._writer.transaction() as connection:
            connection.execute("delete from quarantine where url = ?", (url,))


def _first_outcome(*, is_silent: bool, is_backfilled: bool) -> Outcome:
    if is_backfilled:
        return "backfilled"
    return "baseline" if is_silent else "new"


def _link_row(link: Link, source: str, at: int | None) -> rows.Row:
    reason, detail = PASSED_OVER if link.is_passed_over else (None, None)
    return {
        "url": link.url,
        "key": twin_key(link.url),
        "source": source,
        "at": at,
        "is_baseline": int(link.is_baseline),
        "is_backfilled": int(link.is_backfilled),
        "title": link.title,
        "published_at": rows.stamp(link.published_at),
        "reason": reason,
        "detail": detail,
        "older": PASSED_OVER[0],
        "fresh": at and at - TWIN_WAITS_S,
    }


def _keep_validators(
    connection: sqlite3.Connection, validators: Mapping[str, Validators], at: int | None
) -> None:
    connection.executemany(
        "insert into validator (url, etag, last_modified, fetched_at) values (?, ?, ?, ?) "
        "on conflict (url) do update set etag = excluded.etag, "
        "last_modified = excluded.last_modified, fetched_at = excluded.fetched_at",
        [(url, v.etag, v.last_modified, at) for url, v in validators.items()],
    )
