"""The life of a story as rows: its addresses and its states. Works inside its caller's transaction.

A state is inserted, never altered, but for the name of an extractor that makes the same of it; the
newest is the one that search finds.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from db import rows, search
from db.changes import agree, compare, judge
from db.fingerprint import normalised
from db.outbox import WATCHED
from db.twins import twin_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from db.records import Content, Event

# An address of its own goes before that of a twin: an older tilik may have stored both.
STORY_AT = "select story_id from alias where key = ? order by url <> ?, story_id limit 1"
CLAIMANTS = 3  # a page that all others claim to be is compared with so many of them

Outcome = Literal[
    "new", "baseline", "backfilled", "same", "edited", "retitled", "returned", "shrunk"
]


def story_named(connection: sqlite3.Connection, addresses: Iterable[str]) -> int | None:
    """Find the story that has one of these very addresses; the first that is known decides."""
    for address in addresses:
        row = connection.execute("select story_id from alias where url = ?", (address,)).fetchone()
        if row:
            return int(row[0])
    return None


def story_at(connection: sqlite3.Connection, addresses: Iterable[str]) -> int | None:
    """Find the story that has one of these addresses or a twin; the first that is known decides."""
    for address in addresses:
        row = connection.execute(STORY_AT, (twin_key(address), address)).fetchone()
        if row:
            return int(row[0])
    return None


def twin_of(
    connection: sqlite3.Connection, addresses: Sequence[str], claim: str | None, content: Content
) -> int | None:
    """Find the story that a page not known by its addresses is another dress of.

    That is the story at a twin of its addresses, or whose address it claims, or one that claims
    its address: if the texts agree.
    """
    named = [story_at(connection, [at]) for at in (*addresses, *filter(None, [claim]))]
    claimants = [
        int(story_id)
        for address in addresses
        for (story_id,) in connection.execute(
            "select story_id from claim where key = ? order by story_id desc limit ?",
            (twin_key(address), CLAIMANTS),
        )
    ]
    for story_id in dict.fromkeys([*filter(None, named), *claimants]):
        if agree(rows.revision(_newest(connection, story_id)).content, content):
            return story_id
    return None


def name(
    connection: sqlite3.Connection, story_id: int, addresses: Sequence[str], claim: str | None
) -> None:
    """Give a story its addresses, settle the links to them, and remember what its page claims."""
    keyed = [(address, twin_key(address)) for address in addresses]
    connection.executemany(
        "insert into alias (url, key, story_id) values (?, ?, ?) on conflict (url) do nothing",
        [(address, key, story_id) for address, key in keyed],
    )
    connection.executemany("delete from link where key = ?", [(key,) for _, key in keyed])
    if claim is not None and story_at(connection, [claim]) is None:
        connection.execute(
            "insert into claim (key, story_id) values (?, ?) on conflict do nothing",
            (twin_key(claim), story_id),
        )


def begin(  # noqa: PLR0913 - one row of facts about one page
    connection: sqlite3.Connection,
    source: str,
    url: str,
    content: Content,
    *,
    event: Event | None,
    at: int | None,
) -> int:
    """Insert a story with its first state and return its id."""
    cursor = connection.execute(
        "insert into story (source, url, first_seen_at, checked_at, published_at, missing) "
        "values (?, ?, ?, ?, ?, 0)",
        (source, url, at, at, rows.stamp(content.published_at)),
    )
    story_id = int(cursor.lastrowid or 0)
    _add_revision(connection, content, _state(story_id, event, 0.0, at))
    return story_id


def mark_backfilled(connection: sqlite3.Connection, story_id: int) -> None:
    """Remember that a story was found when it was no news any more."""
    connection.execute("update story set is_backfilled = 1 where id = ?", (story_id,))


def read_again(
    connection: sqlite3.Connection, story_id: int, content: Content, at: int | None
) -> Outcome:
    """Compare a page with the newest state of its story and keep what is different.

    A headline that the story had before is no change, and marks it as flapping: newsrooms try two
    at once, and show now the one, now the other.
    """
    row = _newest(connection, story_id)
    before = rows.revision(row).content
    if _is_earlier_headline(connection, story_id, before.headline, content.headline):
        content = replace(content, headline=before.headline)
        connection.execute(
            "update story set flapping_at = coalesce(flapping_at, ?) where id = ?", (at, story_id)
        )
    verdict = judge(before, content)
    (is_back,) = connection.execute(
        "select gone_at is not null from story where id = ?", (story_id,)
    ).fetchone()
    connection.execute(
        "update story set checked_at = ?, missing = 0, is_final = 0, "
        "gone_at = case when ? then null else gone_at end, "
        "published_at = coalesce(published_at, ?) where id = ?",
        (at, is_back and verdict != "shrunk", rows.stamp(content.published_at), story_id),
    )
    if verdict == "shrunk" or (verdict == "same" and not is_back):
        return verdict
    event: Literal["edited", "retitled", "returned"]
    event = "returned" if is_back or verdict == "same" else verdict
    significance = compare(before, content).significance
    _add_revision(connection, content, _state(story_id, event, significance, at))
    return event


def renew(connection: sqlite3.Connection, story_id: int, content: Content, at: int | None) -> bool:
    """Let the newest state of a story be what another extractor makes of it; True if it differs.

    Another page may only have failed, so a text that shrank is held back, as ever; what shrank on
    the very page of that state is the extractor's doing.
    """
    row = _newest(connection, story_id)
    if row["extractor"] == content.extractor:
        return False
    verdict = judge(rows.revision(row).content, content)
    if verdict == "shrunk" and row["page_hash"] != content.page_hash:
        return False
    if verdict == "same":
        connection.execute(
            "update revision set extractor = ? where id = ?", (content.extractor, row["id"])
        )
        return False
    _add_revision(connection, content, _state(story_id, None, 0.0, at))
    return True


def withdraw(connection: sqlite3.Connection, story_id: int, at: int | None) -> None:
    """Insert the state of a story that is gone: the words it had last, and no page.

    Its validators go: asked with them, a page that is back as it was would answer "unchanged".
    """
    last = _newest(connection, story_id)
    state = _state(story_id, "gone", 0.0, at)
    _insert_revision(connection, {**last, "page_hash": None, **state})
    connection.execute("update story set gone_at = ? where id = ?", (at, story_id))
    connection.execute(
        "delete from validator where url in (select url from alias where story_id = ?)",
        (story_id,),
    )


def trim(connection: sqlite3.Connection, keep: int) -> int:
    """Delete the oldest states of stories that have more than `keep`; return how many.

    The first and the newest stay; so does what a topic found, or has not looked at yet, with the
    state before it: watching and digests ask what was changed.
    """
    long = connection.execute(
        "select story_id, count(*) from revision group by story_id having count(*) > ?", (keep,)
    ).fetchall()
    dropped = 0
    for story_id, count in long:
        spare = [(id_,) for id_ in _spare(connection, story_id)][: count - keep]
        connection.executemany("delete from revision where id = ?", spare)
        dropped += len(spare)
    return dropped


def _spare(connection: sqlite3.Connection, story_id: int) -> Sequence[int]:
    """Name the states of a story that nothing hangs on, oldest first."""
    found = connection.execute(
        "select id, exists (select 1 from match where revision_id = revision.id), "
        "id <= coalesce((select value from mark where name = ?), 0) "
        "from revision where story_id = ? order by id",
        (WATCHED, story_id),
    ).fetchall()
    return [
        id_
        for (id_, is_matched, _), (_, is_next_matched, is_next_watched) in pairwise(found)
        if is_next_watched and not is_matched and not is_next_matched and id_ != found[0][0]
    ]


def _is_earlier_headline(
    connection: sqlite3.Connection, story_id: int, newest: str, headline: str
) -> bool:
    if normalised(headline) == normalised(newest):
        return False
    had = connection.execute("select headline from revision where story_id = ?", (story_id,))
    return normalised(headline) in {normalised(each) for (each,) in had}


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
    search.take_out(connection, state["story_id"])
    _insert_revision(connection, {**rows.content_row(content), **state})
    search.put_in(connection, state["story_id"], content.headline, content.text)


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
