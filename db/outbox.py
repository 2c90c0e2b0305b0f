"""What watching and delivering write: matches, composed digests, and what became of them.

At least once, at most one extra copy, always with the same bytes and Message-ID.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING

from db import rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from db.connection import Writer
    from db.records import DeliveryState, Spans

WATCHED = "watched_revision_id"


def waits_since(mailbox: str, topic: str = "") -> str:
    """Name the mark that says since when a mailbox waits for what a topic finds.

    Without a topic it is the mark of an older tilik, which waited for all of them together.
    """
    return f"waits:{mailbox}:{topic}" if topic else f"waits:{mailbox}"


class Outbox:
    """The verbs by which watching and delivering change the archive."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def watched(
        self,
        found: Iterable[tuple[str, int, Spans]],
        *,
        up_to: int,
        now: datetime,
        muted: Mapping[tuple[str, int], str] = MappingProxyType({}),
    ) -> int:
        """Keep matches (topic, revision id, spans) and that all revisions up to one were looked at.

        `muted` says of which of them (topic, revision id) nobody is told, and why.
        One transaction: a crash looks at them again and finds the same. Returns how many are new.
        """
        at = rows.stamp(now)
        with self._writer.transaction() as connection:
            before = connection.total_changes
            connection.executemany(
                "insert into match (topic, revision_id, spans, matched_at, muted) "
                "values (?, ?, ?, ?, ?) on conflict (topic, revision_id) do nothing",
                [
                    (topic, revision_id, json.dumps(spans), at, muted.get((topic, revision_id)))
                    for topic, revision_id, spans in found
                ],
            )
            kept = connection.total_changes - before
            connection.execute(
                "insert into mark (name, value) values (?, ?) "
                "on conflict (name) do update set value = max(value, excluded.value)",
                (WATCHED, up_to),
            )
        return kept

    def muted(self, reasons: Mapping[int, str]) -> None:
        """Note of matches that nobody is told of them, and why; what was mailed stays as it is."""
        with self._writer.transaction() as connection:
            connection.executemany(
                "update match set muted = ? where id = ? and not exists "
                "(select 1 from carried where match_id = match.id)",
                [(reason, match_id) for match_id, reason in reasons.items()],
            )

    def mute(self, topic: str, story_id: int, now: datetime) -> bool:
        """Keep the news of a story from the readers of a topic; False if it was already."""
        with self._writer.transaction() as connection:
            cursor = connection.execute(
                "insert into mute (topic, story_id, muted_at) values (?, ?, ?) "
                "on conflict (topic, story_id) do nothing",
                (topic, story_id, rows.stamp(now)),
            )
            return cursor.rowcount > 0

    def unmute(self, topic: str, story_id: int) -> bool:
        """Let the news of a story be told again from now on; False if it was not muted."""
        with self._writer.transaction() as connection:
            cursor = connection.execute(
                "delete from mute where topic = ? and story_id = ?", (topic, story_id)
            )
            return cursor.rowcount > 0

    def composed(  # noqa: PLR0913 - one row of facts about one digest
        self,
        mailbox: str,
        slot: str,
        *,
        message_id: str,
        message: bytes,
        match_ids: Iterable[int],
        now: datetime,
        further: Iterable[tuple[str, bytes, Iterable[int]]] = (),
    ) -> bool:
        """Store the final bytes of a digest and tie its matches to it; False if already done.

        `further` are the parts after the first (Message-ID, bytes, matches) of one that is too
        long for a single mail; they stand in slots "...#2", "...#3". All of it or nothing.
        """
        at = rows.stamp(now)
        parts = [(message_id, message, match_ids), *further]
        with self._writer.transaction() as connection:
            for number, (part_id, part, carried) in enumerate(parts, 1):
                cursor = connection.execute(
                    "insert into delivery (mailbox, slot, message_id, message, state, attempts, "
                    "due_at, composed_at) values (?, ?, ?, ?, 'queued', 0, ?, ?) "
                    "on conflict (mailbox, slot) do nothing",
                    (mailbox, slot if number == 1 else f"{slot}#{number}", part_id, part, at, at),
                )
                if cursor.rowcount == 0:
                    return False
                connection.executemany(
                    "insert into carried (mailbox, match_id, delivery_id) values (?, ?, ?)",
                    [(mailbox, match_id, cursor.lastrowid) for match_id in carried],
                )
        return True

    def awaited(
        self, topics: Mapping[str, Iterable[str]], declared: Iterable[str], now: datetime
    ) -> None:
        """Note which topics each mailbox waits for; for one that is new to it, from now on.

        A mailbox that is gone, and a topic that a mailbox no longer waits for, are forgotten: if
        they come back they are new. A topic that is not declared at all is not: somebody may be
        rewriting its file, and what is to be mailed is to be mailed.
        """
        with self._writer.transaction() as connection:
            _forget(connection, topics, set(declared))
            for mailbox, wanted in topics.items():
                since = _waited(connection, mailbox) or rows.stamp(now)
                marks = {waits_since(mailbox, topic) for topic in wanted}
                connection.executemany(
                    "insert into mark (name, value) values (?, ?) on conflict (name) do nothing",
                    [(name, since) for name in sorted(marks)],
                )

    def slot_passed(self, mailbox: str, due_at: datetime) -> None:
        """Note that a digest slot of a mailbox was seen to, even if there was nothing to say."""
        with self._writer.transaction() as connection:
            connection.execute(
                "insert into mark (name, value) values (?, ?) "
                "on conflict (name) do update set value = max(value, excluded.value)",
                (f"digest:{mailbox}", rows.stamp(due_at)),
            )

    def sending(self, delivery_id: int) -> None:
        """Note, before the first byte goes out, that an attempt is under way."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update delivery set state = 'sending', attempts = attempts + 1 where id = ?",
                (delivery_id,),
            )

    def sent(self, delivery_id: int, reply: str, now: datetime) -> None:
        """Note that the channel accepted a digest: from here on its matches are delivered."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update delivery set state = 'sent', reply = ?, sent_at = ? where id = ?",
                (reply, rows.stamp(now), delivery_id),
            )

    def not_sent(
        self, delivery_id: int, state: DeliveryState, reply: str, due_at: datetime
    ) -> None:
        """Note that the channel did not accept a digest, why, and when to try again."""
        with self._writer.transaction() as connection:
            connection.execute(
                "update delivery set state = ?, reply = ?, due_at = ? where id = ?",
                (state, reply, rows.stamp(due_at), delivery_id),
            )


def _forget(
    connection: sqlite3.Connection, topics: Mapping[str, Iterable[str]], declared: set[str]
) -> None:
    """Delete the marks of mailboxes that are gone, and of topics that they wait for no more."""
    for (name,) in connection.execute(
        "select name from mark where name glob 'waits:*:*'"
    ).fetchall():
        _, mailbox, topic = name.split(":")
        if mailbox not in topics or topic in declared - set(topics[mailbox]):
            connection.execute("delete from mark where name = ?", (name,))


def _waited(connection: sqlite3.Connection, mailbox: str) -> int | None:
    """Take the mark of an older tilik away; all topics go on from there. Null: there is none."""
    row = connection.execute(
        "delete from mark where name = ? returning value", (waits_since(mailbox),)
    ).fetchone()
    return int(row[0]) if row else None
