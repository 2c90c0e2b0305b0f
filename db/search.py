"""The full text of the newest state of each story: what goes in, what comes out, what is asked.

The index keeps words, not texts (it is contentless), so what is taken out must be folded exactly
as it was put in; when folding changes, the whole is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.words import NORM_VERSION, folded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

FOLDING = "norm_version"  # the mark that says by which folding the index was made


def put_in(connection: sqlite3.Connection, story_id: int, headline: str, text: str) -> None:
    """Let a story be found by these words."""
    connection.execute(
        "insert into search (rowid, headline, text) values (?, ?, ?)",
        (story_id, folded(headline), folded(text)),
    )


def take_out(connection: sqlite3.Connection, story_id: int) -> None:
    """Let a story no longer be found by the words of its newest state."""
    last = connection.execute(
        "select headline, text from revision "
        "where id = (select revision_id from story where id = ?)",
        (story_id,),
    ).fetchone()
    if last:
        connection.execute(
            "insert into search (search, rowid, headline, text) values ('delete', ?, ?, ?)",
            (story_id, folded(last[0]), folded(last[1])),
        )


def question(words: str) -> str:
    """Turn what a person typed into FTS5's language: all words, each taken literally.

    A word that folds to several (Kota-Baru, 北京) is asked for as a phrase. Empty: nothing to ask.
    """
    phrases = (folded(word) for word in words.split())
    return " ".join(f'"{phrase}"' for phrase in phrases if phrase)


def phrase(words: Sequence[str], column: str = "", *, is_prefix: bool = False) -> str:
    """Ask for words side by side, in one column or any; `is_prefix`: the last only begins so.

    The words are folded already, and taken literally.
    """
    quoted = '"' + " ".join(words).replace('"', "") + '"'
    return f"{column + ' : ' if column else ''}{quoted}{' *' if is_prefix else ''}"


def all_of(questions: Iterable[str]) -> str | None:
    """Ask for what every one of the questions finds; null when there are none."""
    return _joined(questions, " AND ")


def any_of(questions: Iterable[str]) -> str | None:
    """Ask for what at least one of the questions finds; null when there are none."""
    return _joined(questions, " OR ")


def _joined(questions: Iterable[str], operator: str) -> str | None:
    parts = list(questions)
    return f"({operator.join(parts)})" if len(parts) > 1 else next(iter(parts), None)


def renew(connection: sqlite3.Connection) -> None:
    """Make the index anew if it was made by another folding than ours."""
    made_by = connection.execute("select value from mark where name = ?", (FOLDING,)).fetchone()
    if made_by == (NORM_VERSION,):
        return
    connection.execute("insert into search (search) values ('delete-all')")
    newest = connection.execute(
        "select story.id, headline, text from story "
        "join revision on revision.id = story.revision_id"
    )
    for story_id, headline, text in newest:
        put_in(connection, story_id, headline, text)
    connection.execute(
        "insert into mark (name, value) values (?, ?) "
        "on conflict (name) do update set value = excluded.value",
        (FOLDING, NORM_VERSION),
    )
