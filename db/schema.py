"""The tables of the archive, as migrations. New ones go at the end; an old one is never edited.

All times are whole seconds since 1970 in UTC. A nullable column says when it is null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

from db.twins import twin_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils.db import Table

APPLICATION_ID = 0x74696C6B  # "tilk": `file` and we ourselves tell an archive from any other file

archive = Migrations("tilik")


def _table(  # noqa: PLR0913 - the parts of a table
    db: Database,
    name: str,
    columns: dict[str, type],
    *,
    pk: str | tuple[str, ...],
    nullable: Iterable[str] = (),
    foreign_keys: Iterable[tuple[str, str, str]] = (),
) -> Table:
    """Create a table in which every column is NOT NULL unless it is named in `nullable`."""
    keys = {pk} if isinstance(pk, str) else set(pk)
    return db.table(name).create(
        columns,
        pk=pk,
        not_null=set(columns) - set(nullable) - keys,
        foreign_keys=tuple(foreign_keys),
        strict=True,
    )


@archive()
def sources(db: Database) -> None:
    """Create what is known of each source, and of each address it made us ask for."""
    _table(
        db,
        "source",
        {
            "name": str,
            "first_success_at": int,  # null until a visit succeeded once: the next is the baseline
            "last_visit_at": int,  # null before the first visit
            "last_success_at": int,  # null before the first success
            "due_at": int,  # null: at once
            "failures": int,  # visits in a row that failed
            "reason": str,  # null while all is well
            "failing_since": int,  # null while all is well
        },
        pk="name",
        nullable=(
            "first_success_at",
            "last_visit_at",
            "last_success_at",
            "due_at",
            "reason",
            "failing_since",
        ),
    )
    _table(
        db,
        "validator",
        {
            "url": str,
            "etag": str,  # null when the server sent none
            "last_modified": str,  # null when the server sent none
            "fetched_at": int,  # when a whole body last came
        },
        pk="url",
        nullable=("etag", "last_modified"),
    )
    _table(
        db,
        "link",
        {
            "url": str,
            "source": str,
            "found_at": int,
            "is_baseline": int,
            "title": str,  # null when only the address was given
            "published_at": int,  # null when feed and sitemap are silent
            "attempts": int,
            "not_before": int,  # 0: at once
            "reason": str,  # null while it waits; the fixed word of a refusal when it is settled
            "detail": str,  # null until it was tried in vain; then why, in a sentence
        },
        pk="url",
        nullable=("title", "published_at", "reason", "detail"),
    ).create_index(["source", "reason", "not_before"])  # a visit asks for what waits
    _table(
        db,
        "robots",
        {"origin": str, "fetched_at": int, "status": int, "body": bytes},
        pk="origin",
    )


@archive()
def stories(db: Database) -> None:
    """Create stories, their addresses and their states."""
    story = _table(
        db,
        "story",
        {
            "id": int,
            "source": str,
            "url": str,
            "first_seen_at": int,
            "checked_at": int,
            "published_at": int,  # null when no page ever said it
            "gone_at": int,  # null while the story stands
            "missing": int,
            "revision_id": int,  # the newest; null only inside the transaction that creates both
        },
        pk="id",
        nullable=("published_at", "gone_at", "revision_id"),
    )
    story.create_index(["url"], unique=True)
    story.create_index(["source", "first_seen_at"])  # re-visits of a source, newest first
    alias = _table(
        db,
        "alias",
        {"url": str, "story_id": int},
        pk="url",
        foreign_keys=[("story_id", "story", "id")],
    )
    alias.create_index(["story_id"])  # all addresses of a story
    _table(
        db,
        "revision",
        {
            "id": int,
            "story_id": int,
            "event": str,  # null: was there before tilik first looked, or read again (Revision)
            "seen_at": int,
            "significance": float,
            "fingerprint": str,
            "headline": str,
            "text": str,
            "lang": str,  # null when neither page nor text tells
            "published_at": int,  # null when the page is silent
            "extractor": str,
            "page_hash": str,  # null for a state that has no page (gone)
            "more": str,  # JSON: the rest of Content, never searched by SQL
        },
        pk="id",
        nullable=("event", "lang", "published_at", "page_hash"),
        foreign_keys=[("story_id", "story", "id")],
    ).create_index(["story_id"])  # the life of a story


@archive()
def search(db: Database) -> None:
    """Create the full text of the newest state of each story; rowid is the story's id.

    Contentless: the words are folded by db.words before they come here, so the index needs no
    copy of the text and no function of ours inside SQLite.
    """
    db.execute(
        "create virtual table search using fts5(headline, text, content='', "
        "tokenize='unicode61 remove_diacritics 2')"
    )


@archive()
def matches(db: Database) -> None:
    """Create what topics found, and the digests that carried it away."""
    match = _table(
        db,
        "match",
        {"id": int, "topic": str, "revision_id": int, "spans": str, "matched_at": int},
        pk="id",
        foreign_keys=[("revision_id", "revision", "id")],
    )
    match.create_index(["topic", "revision_id"], unique=True)  # found twice is found once
    delivery = _table(
        db,
        "delivery",
        {
            "id": int,
            "mailbox": str,
            "slot": str,
            "message_id": str,
            "message": bytes,
            "state": str,
            "attempts": int,
            "due_at": int,
            "composed_at": int,
            "reply": str,  # null before the first attempt
            "sent_at": int,  # null until the channel accepted it
        },
        pk="id",
        nullable=("reply", "sent_at"),
    )
    delivery.create_index(["mailbox", "slot"], unique=True)  # a slot is composed once
    delivery.create_index(["state", "due_at"])  # the outbox asks what is due
    _table(
        db,
        "carried",
        {"mailbox": str, "match_id": int, "delivery_id": int},
        pk=("mailbox", "match_id"),
        foreign_keys=[("match_id", "match", "id"), ("delivery_id", "delivery", "id")],
    )
    _table(db, "mark", {"name": str, "value": int}, pk="name")


@archive()
def learned_furniture(db: Database) -> None:
    """Create the counts by which the lines that stand on many stories of a source are learned."""
    _table(db, "counted", {"source": str, "stories": int}, pk="source")
    _table(
        db,
        "furniture",
        {
            "source": str,
            "key": str,
            "example": str,  # null until a second story has the line: most are never seen again
            "stories": int,
            "inside": int,  # stories that have it between their prose
            "first_story": int,  # which of the source's counted stories
            "last_story": int,
            "first_seen_at": int,
            "last_seen_at": int,
            "learned_at": int,  # null while it is not taken for furniture
        },
        pk=("source", "key"),
        nullable=("example", "learned_at"),
    )
    # Every visit and every new story ask for the few that are learned, among thousands.
    db.execute("create index learned on furniture (source) where learned_at is not null")


@archive()
def hosts_and_quarantine(db: Database) -> None:
    """Create who asked us to wait, and the pages that no reader of this version can bear."""
    _table(db, "host", {"name": str, "closed_until": int}, pk="name")
    _table(
        db,
        "quarantine",
        {
            "url": str,
            "page_hash": str,  # the state: another one is read
            "extractor": str,  # another version tries again
            "reason": str,
            "detail": str,
            "since": int,
        },
        pk="url",
    )


@archive()
def learned_templates(db: Database) -> None:
    """Create where each source keeps the bodies of its stories, as far as that is learned."""
    _table(
        db,
        "template",
        {
            "source": str,
            "extractor": str,  # what another version taught is not used
            "facts": str,  # JSON: read as a whole, and never asked about
        },
        pk="source",
    )


@archive()
def arrivals(db: Database) -> None:
    """Add when the new links of each source come."""
    # JSON: for each hour of the day how long it was watched and what came, both fading;
    # null before the first visit.
    db.table("source").add_column("arrivals", str)


@archive()
def final_ends(db: Database) -> None:
    """Add whether a story's server has said that it will not come back (410)."""
    db.table("story").add_column("is_final", int, not_null_default=0)


@archive()
def mutes(db: Database) -> None:
    """Create whose news a topic keeps to itself, and say of a match why nobody is told of it."""
    db.table("match").add_column("muted", str)  # null while it is told; else why it is not
    # `tilik status` counts the muted by topic and reason, among many that are told.
    db.execute("create index muted on match (topic, muted) where muted is not null")
    _table(
        db,
        "mute",
        {"topic": str, "story_id": int, "muted_at": int},
        pk=("topic", "story_id"),
        foreign_keys=[("story_id", "story", "id")],
    )


@archive()
def twins(db: Database) -> None:
    """Give each address the key it shares with its twins; create what pages claim of others."""
    for table in ("alias", "link"):
        db.table(table).add_column("key", str, not_null_default="")
        known = [(twin_key(url), url) for (url,) in db.execute(f"select url from {table}")]  # noqa: S608 - two names
        db.conn.executemany(f"update {table} set key = ? where url = ?", known)  # noqa: S608
    db.table("alias").create_index(["key"])  # which story is at an address
    db.table("link").create_index(["key"])  # a listing asks what already waits
    claim = _table(
        db,
        "claim",  # addresses that pages call their own, and that no text has proved yet
        {"key": str, "story_id": int},
        pk=("key", "story_id"),
        foreign_keys=[("story_id", "story", "id")],
    )
    claim.create_index(["story_id"])  # the claims of a story
    db.table("story").add_column("flapping_at", int)  # null until an earlier headline came back


@archive()
def backfill(db: Database) -> None:
    """Mark what a backfill found; keep the pages of a list that it has read or has yet to read."""
    for table in ("link", "story"):
        db.table(table).add_column("is_backfilled", int, not_null_default=0)
    _table(
        db,
        "older_page",
        {
            "source": str,
            "url": str,
            "since": int,
            "read_at": int,  # null while it is to be read
        },
        pk=("source", "url"),
        nullable=("read_at",),
    )


@archive()
def ways(db: Database) -> None:
    """Keep how a source was read last: once it is declared otherwise, it is not waited for."""
    # A fingerprint of the declaration; null until the first visit of this version.
    db.table("source").add_column("way", str)


pages = Migrations("tilik-pages")


@pages()
def page(db: Database) -> None:
    """Create the table of raw pages, compressed, by the hash of their bytes."""
    _table(
        db,
        "page",
        {"hash": str, "url": str, "stored_at": int, "body": bytes},
        pk="hash",
    ).create_index(["stored_at"])  # retention
