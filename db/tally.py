"""Counts the lines of stories as rows, and learns. Works inside its caller's transaction.

What is furniture is decided by db.furniture; here it is only asked and kept.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from db import rows
from db.furniture import Tally, is_furniture, sighted

if TYPE_CHECKING:
    import sqlite3

    from db.records import Content

_TALLY = (
    "select key, stories, inside, first_story, last_story, first_seen_at, last_seen_at, "
    "learned_at is not null from furniture"
)


def count(connection: sqlite3.Connection, source: str, content: Content, at: int | None) -> None:
    """Count the lines of a story that is recorded for the first time."""
    (number,) = connection.execute(
        "insert into counted (source, stories) values (?, 1) "
        "on conflict (source) do update set stories = stories + 1 returning stories",
        (source,),
    ).fetchone()
    seen = sighted(content)
    connection.executemany(
        "insert into furniture (source, key, stories, inside, first_story, last_story, "
        "first_seen_at, last_seen_at) values (?1, ?2, 1, 0, ?4, ?4, ?5, ?5) "
        "on conflict (source, key) do update set stories = stories + 1, "
        "example = coalesce(example, ?3), last_story = ?4, last_seen_at = ?5",
        [(source, key, line, number, at) for key, line in seen.edges.items()],
    )
    connection.execute(
        "update furniture set inside = inside + 1 where source = ? "
        "and key in (select value from json_each(?))",
        (source, json.dumps(sorted(seen.inside))),
    )
    _learn(connection, source, sorted(seen.edges), number, at)


def tidy(connection: sqlite3.Connection, before: int | None) -> int:
    """Let go of lines that are not furniture and were not seen since a time; return how many."""
    cursor = connection.execute(
        "delete from furniture where learned_at is null and last_seen_at < ?", (before,)
    )
    return cursor.rowcount


def _learn(
    connection: sqlite3.Connection, source: str, keys: list[str], number: int, at: int | None
) -> None:
    """Decide again about the lines just seen, and those that were learned before.

    One that is furniture no more is forgotten: should it come back, it is counted from one.
    """
    found = connection.execute(
        f"{_TALLY} where source = ?1 and key in (select value from json_each(?2)) "  # noqa: S608 - no value in it
        f"union {_TALLY} where source = ?1 and learned_at is not null",
        (source, json.dumps(keys)),
    ).fetchall()
    for key, *facts in found:
        tally = _tally(*facts)
        is_now = is_furniture(tally, number)
        if is_now and not tally.is_learned:
            connection.execute(
                "update furniture set learned_at = ? where source = ? and key = ?",
                (at, source, key),
            )
        elif tally.is_learned and not is_now:
            connection.execute("delete from furniture where source = ? and key = ?", (source, key))


def _tally(*facts: Any) -> Tally:  # noqa: ANN401 - the columns of a row
    stories, inside, first, last, first_seen, last_seen, is_learned = facts
    return Tally(
        stories,
        inside,
        first,
        last,
        rows.sure_time(first_seen),
        rows.sure_time(last_seen),
        bool(is_learned),
    )
