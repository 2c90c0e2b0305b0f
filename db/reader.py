"""Everything that is asked of the archive, in verbs of the product. Never changes a byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from db import rows, search
from db.asking import STORY, Asking
from db.learned import Learned
from db.life import STORY_AT
from db.outbox import WATCHED, waits_since
from db.records import Breadth, Hit, Looked, Totals, Validators
from db.twins import twin_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from db.records import (
        Delivery,
        Furniture,
        Link,
        Mute,
        Quarantined,
        Revision,
        SourceState,
        Story,
        Unread,
    )

_LOOKED = "story.id, first_seen_at, checked_at, gone_at, is_final"
_COUNTED = (
    "select source.*, (select count(*) from story where story.source = source.name) as stories, "
    "(select count(*) from link where link.source = source.name and link.reason is null) "
    "as waiting from source"
)

# A story is as old as its publication, where the page says it and it is not still to come.
_AGE = "min(first_seen_at, coalesce(published_at, first_seen_at))"


class Reader(Asking):
    """Read-only questions about the archive. Raises StoreDamaged when there is none."""

    # sources, links, pages

    def sources(self) -> dict[str, SourceState]:
        """Return what is known of every source that was ever visited."""
        return {row["name"]: rows.source_state(row) for row in self._rows(_COUNTED)}

    def source(self, name: str) -> SourceState | None:
        """Return what is known of one source, but no counts; None before its first visit."""
        row = self._row("select * from source where name = ?", name)
        return rows.source_state(row) if row else None

    def new_stories(self, since: datetime) -> dict[str, int]:
        """Count by source the stories that were new since a time; a baseline is not new."""
        found = self._rows(
            "select source, count(*) as stories from story where first_seen_at >= ? and exists "
            "(select 1 from revision where story_id = story.id and event = 'new') group by source",
            rows.stamp(since),
        )
        return {row["source"]: row["stories"] for row in found}

    def links_waiting(self, source: str, now: datetime, limit: int) -> list[Link]:
        """Return the links of a source that may be read now, newest first."""
        found = self._rows(
            "select * from link where source = ? and reason is null and not_before <= ? "
            "order by coalesce(published_at, found_at) desc, rowid limit ?",
            source,
            rows.stamp(now),
            limit,
        )
        return [rows.link(row) for row in found]

    def unread(self, source: str) -> list[Unread]:
        """Return the links of a source that gave no story, those found last first."""
        found = self._rows(
            "select * from link where source = ? and detail is not null "
            "order by found_at desc, rowid",
            source,
        )
        return [rows.unread(row) for row in found]

    def older_pages(self, source: str) -> list[str]:
        """Return the pages that a backfill of a source has yet to read, as they were found."""
        found = self._rows(
            "select url from older_page where source = ? and read_at is null order by rowid", source
        )
        return [row["url"] for row in found]

    def furniture(self, source: str) -> list[Furniture]:
        """Return the lines learned to stand on many stories of a source, the most common first."""
        found = self._rows(
            "select * from furniture where source = ? and learned_at is not null "
            "order by stories desc, key",
            source,
        )
        return [rows.furniture(row) for row in found]

    def learned(self, source: str, extractor: str) -> Learned:
        """Return what is known of a source; its template only if this extractor was taught it."""
        row = self._row(
            "select facts from template where source = ? and extractor = ?", source, extractor
        )
        keys = frozenset(line.key for line in self.furniture(source))
        return Learned(keys, rows.template(row["facts"]) if row else None)

    def validators(self, url: str, since: datetime) -> Validators:
        """Return how to ask whether an address has changed, if it was read whole since a time."""
        row = self._row(
            "select etag, last_modified from validator where url = ? and fetched_at > ?",
            url,
            rows.stamp(since),
        )
        return Validators(row["etag"], row["last_modified"]) if row else Validators()

    def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        """Return when a site's robots.txt was read, its status and its bytes."""
        row = self._row("select * from robots where origin = ?", origin)
        return (rows.sure_time(row["fetched_at"]), row["status"], row["body"]) if row else None

    def host_closed_until(self, host: str) -> datetime | None:
        """Return until when a host asked us to wait the last time, null when it never did."""
        row = self._row("select closed_until from host where name = ?", host)
        return rows.sure_time(row["closed_until"]) if row else None

    def quarantined(self, url: str) -> Quarantined | None:
        """Return the state of a page that is not read, null when there is none."""
        row = self._row("select * from quarantine where url = ?", url)
        return rows.quarantined(row) if row else None

    def quarantine(self) -> list[Quarantined]:
        """Return all pages that are left alone, the newest first."""
        found = self._rows("select * from quarantine order by since desc, url")
        return [rows.quarantined(row) for row in found]

    # stories

    def story(self, story_id: int) -> Story | None:
        """Return one story with its newest revision."""
        return next(self._stories(f"{STORY} where id = ?", story_id), None)

    def story_at(self, url: str) -> Story | None:
        """Return the story that has an address, under any of its aliases or their twins."""
        query = f"{STORY} where id = ({STORY_AT})"
        return next(self._stories(query, twin_key(url), url), None)

    def stories(self, ids: Iterable[int]) -> list[Story]:
        """Return stories with their newest revisions, in the order of their ids given."""
        wanted = list(ids)
        known = self._by_id(wanted)
        return [known[id_] for id_ in wanted]

    def recent(self, source: str, since: datetime) -> list[Looked]:
        """Return when the stories of a source that were first seen since a time were looked at.

        A backfilled one was new when it was published.
        """
        query = (
            f"select {_LOOKED} from story where source = ?1 and first_seen_at >= ?2 "  # noqa: S608 - no value in it
            "and (not is_backfilled or published_at >= ?2)"
        )
        return [rows.looked(row) for row in self._rows(query, source, rows.stamp(since))]

    def looked_at(self, urls: Iterable[str]) -> dict[str, Looked]:
        """Return when the stories at these addresses, or twins, were last looked at, by address."""
        found = self._rows(
            f"select json_extract(asked.value, '$[0]') as address, {_LOOKED} "  # noqa: S608 - no value in it
            "from json_each(?) as asked "
            "join alias on alias.key = json_extract(asked.value, '$[1]') "
            "join story on story.id = alias.story_id",
            json.dumps([(url, twin_key(url)) for url in urls]),
        )
        return {row["address"]: rows.looked(row) for row in found}

    def newest_stories(
        self, limit: int, source: str | None = None, *, before: int | None = None
    ) -> list[Story]:
        """Return the stories seen last, newest first; `before` is the last one already shown."""
        query = (
            f"{STORY} where (?1 is null or source = ?1) and (?2 is null or id < ?2) "
            "order by id desc limit ?3"
        )
        return list(self._stories(query, source, before, limit))

    def search(
        self, words: str, limit: int, source: str | None = None, *, before: int | None = None
    ) -> list[Story]:
        """Return the newest stories that hold all the words; every word is taken literally."""
        asked = search.question(words)
        if not asked:
            return []
        query = (
            f"{STORY} join search on search.rowid = story.id where search match ?1 "
            "and (?2 is null or source = ?2) and (?3 is null or search.rowid < ?3) "
            "order by search.rowid desc limit ?4"
        )
        return list(self._stories(query, asked, source, before, limit))

    def stories_since(self, since: datetime) -> int:
        """Count the stories that are no older than a time, as `candidates` does."""
        query = f"select count(*) as n from story where {_AGE} >= ?"  # noqa: S608 - no value in it
        row = self._row(query, rows.stamp(since))
        return int(row["n"]) if row else 0

    def breadth(self) -> Breadth:
        """Return how many stories there are, and of how many days, by the age `candidates` tells.

        A story or two from long ago count as a day or two, not as all the years since.
        """
        query = f"select count(*) as stories, count(distinct {_AGE} / 86400) as days from story"  # noqa: S608 - no value in it
        return Breadth(**(self._row(query) or {}))

    def candidates(self, since: datetime, asked: str | None = None) -> list[tuple[int, datetime]]:
        """Return the ids and times of the stories since a time, newest first.

        `asked` is a question put together in db.search; null: all stories.
        """
        wanted = (
            "" if asked is None else "and id in (select rowid from search where search match ?)"
        )
        query = (
            f"select id, {_AGE} as at from story where at >= ? {wanted} order by at desc, id desc"  # noqa: S608 - no value in it
        )
        found = self._rows(query, rows.stamp(since), *([asked] if asked is not None else []))
        return [(row["id"], rows.sure_time(row["at"])) for row in found]

    def found(self, asked: str, limit: int) -> list[int]:
        """Return the ids of the last stories that a question put together in db.search finds."""
        query = "select rowid from search where search match ? order by rowid desc limit ?"
        return [row["rowid"] for row in self._rows(query, asked, limit)]

    def revisions(self, story_id: int) -> list[Revision]:
        """Return the life of a story, oldest state first."""
        query = "select * from revision where story_id = ? order by id"
        return [rows.revision(row) for row in self._rows(query, story_id)]

    def revision_before(self, revision: Revision) -> Revision | None:
        """Return the state that a revision replaced, None when it is the first."""
        row = self._row(
            "select * from revision where story_id = ? and id < ? order by id desc limit 1",
            revision.story_id,
            revision.id,
        )
        return rows.revision(row) if row else None

    # watching and delivering

    def unwatched(self, limit: int) -> list[tuple[Story, Revision]]:
        """Return revisions that no topic has looked at yet, oldest first."""
        found = self._rows(
            "select * from revision where id > coalesce((select value from mark where name = ?), 0)"
            " order by id limit ?",
            WATCHED,
            limit,
        )
        return self._with_stories(found)

    def watched(self, since: datetime, after: int, limit: int) -> list[tuple[Story, Revision]]:
        """Return revisions seen since a time that topics have looked at, oldest first.

        `after` is the last one that was already returned, 0 at first.
        """
        found = self._rows(
            "select * from revision where id > ? and seen_at >= ? and "
            "id <= coalesce((select value from mark where name = ?), 0) order by id limit ?",
            after,
            rows.stamp(since),
            WATCHED,
            limit,
        )
        return self._with_stories(found)

    def undelivered(self, mailbox: str, topics: Iterable[str]) -> list[Hit]:
        """Return the matches of topics that no digest of a mailbox has taken up, oldest first.

        What was found before the mailbox began to wait for the topic is left out, and all of one
        that it is not yet noted to wait for: nobody is mailed old news.
        """
        names = sorted(set(topics))
        marks = ", ".join("?" * len(names))
        found = self._rows(
            f"select * from match where topic in ({marks}) and muted is null and not exists "  # noqa: S608 - marks only
            "(select 1 from carried where mailbox = ? and match_id = match.id) and matched_at >= "
            "coalesce((select value from mark where name = ? || ':' || topic), "
            "(select value from mark where name = ?)) order by id",
            *names,
            mailbox,
            *[waits_since(mailbox)] * 2,
        )
        matches = [rows.match(row) for row in found]
        states = self._revisions({match.revision_id for match in matches})
        stories = self._by_id({state.story_id for state in states.values()})
        return [
            Hit(match, stories[state.story_id], state, self.revision_before(state))
            for match in matches
            if (state := states[match.revision_id])
        ]

    def mutes(self, topic: str | None = None) -> list[Mute]:
        """Return the stories whose news topics keep to themselves, those muted last first."""
        found = self._rows(
            "select * from mute where ?1 is null or topic = ?1 "
            "order by muted_at desc, story_id desc",
            topic,
        )
        return [rows.mute(row) for row in found]

    def muted(self) -> list[tuple[str, str, int]]:
        """Count the matches that nobody was told of: (topic, why, how many)."""
        found = self._rows(
            "select topic, muted, count(*) as matches from match where muted is not null "
            "group by topic, muted order by topic, matches desc, muted"
        )
        return [(row["topic"], row["muted"], row["matches"]) for row in found]

    def deliveries_due(self, now: datetime) -> list[Delivery]:
        """Return digests to be handed to their channel now, oldest first.

        One left in `sending` by a crash is due like any other: the answer was never seen.
        """
        query = (
            "select * from delivery where state in ('queued', 'uncertain', 'sending') "
            "and due_at <= ? order by composed_at, id"
        )
        return [rows.delivery(row) for row in self._rows(query, rows.stamp(now))]

    def deliveries(self, limit: int) -> list[Delivery]:
        """Return the digests composed last, newest first."""
        query = "select * from delivery order by id desc limit ?"
        return [rows.delivery(row) for row in self._rows(query, limit)]

    def last_digest_at(self, mailbox: str) -> datetime | None:
        """Return when the last digest of a mailbox was composed, None before the first."""
        query = "select max(composed_at) as at from delivery where mailbox = ?"
        row = self._row(query, mailbox)
        return rows.time(row["at"]) if row else None

    def slot_passed_at(self, mailbox: str) -> datetime | None:
        """Return when the last digest slot of a mailbox was due that was seen to, None at first."""
        row = self._row("select value from mark where name = ?", f"digest:{mailbox}")
        return rows.time(row["value"]) if row else None

    def totals(self) -> Totals:
        """Count what is there."""
        row = self._row(
            "select (select count(*) from story) as stories, "
            "(select count(*) from revision) as revisions, "
            "(select count(*) from story where gone_at is not null) as gone, "
            "(select count(*) from match) as matches, "
            "(select count(*) from delivery where state in ('queued', 'uncertain', 'sending')) "
            "as queued, (select count(*) from delivery where state = 'failed') as failed"
        )
        return Totals(**(row or {}), archive_bytes=self.path.stat().st_size)

    def integrity(self) -> str:
        """Return "ok", or what SQLite finds wrong with the file."""
        row = self._row("pragma integrity_check")
        return str(row["integrity_check"]) if row else "no answer"
