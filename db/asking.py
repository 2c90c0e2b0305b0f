"""How the archive is asked: read-only, one question at a time, and never for too long.

May be asked by several threads: each question is one statement, and they take turns.
"""

from __future__ import annotations

import json
import math
import threading
import time
from typing import TYPE_CHECKING, Self, TypeVar

from db import rows, schema
from db.connection import ARCHIVE, BUSY_TIMEOUT_S, open_for_reading
from db.errors import StoreDamaged
from db.translation import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from db.records import Revision, Story

T = TypeVar("T")

STORY = (
    "select story.*, (select count(*) from revision where story_id = story.id) as revisions "
    "from story "
)
LONGEST_QUESTION_S = 60.0
STEPS_BETWEEN_LOOKS = 1_000_000  # some 20 ms


class _ById(dict[int, T]):
    """Stories or states by id. One that another row names can only be missing by damage."""

    def __init__(self, found: dict[int, T], path: Path) -> None:
        super().__init__(found)
        self._path = path

    def __missing__(self, key: int) -> T:
        raise StoreDamaged(
            f"{self._path}: the file is damaged (row {key} is missing). "
            "Nothing was changed; move it away or restore a backup."
        )


class Asking:
    """A connection that answers with rows, stories and states. Raises StoreDamaged without one."""

    def __init__(self, folder: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = folder / ARCHIVE
        self._connection = open_for_reading(self.path, schema.archive, busy_timeout_s)
        # Python keeps prepared statements per connection, not per thread: two threads with the
        # same question at the same time would share one, and its answers.
        self._turn = threading.Lock()
        # SQLite counts the steps of a statement over all its runs, so the steps are only the
        # occasion to look at a clock: the limit is of one question, not of a life of them.
        self._deadline_s = math.inf
        self._connection.set_progress_handler(self._is_late, STEPS_BETWEEN_LOOKS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline_s

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, query: str, *values: object) -> list[rows.Row]:
        with self._turn, translated(self.path):
            self._deadline_s = time.monotonic() + LONGEST_QUESTION_S
            cursor = self._connection.execute(query, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def _row(self, query: str, *values: object) -> rows.Row | None:
        return next(iter(self._rows(query, *values)), None)

    def _stories(self, query: str, *values: object) -> Iterator[Story]:
        found = self._rows(query, *values)
        newest = self._revisions({row["revision_id"] for row in found})
        for row in found:
            yield rows.story(row, newest[row["revision_id"]])

    def _with_stories(self, found: Iterable[rows.Row]) -> list[tuple[Story, Revision]]:
        revisions = [rows.revision(row) for row in found]
        stories = self._by_id({revision.story_id for revision in revisions})
        return [(stories[revision.story_id], revision) for revision in revisions]

    def _by_id(self, ids: Iterable[int]) -> _ById[Story]:
        query = f"{STORY} where id in (select value from json_each(?))"  # noqa: S608 - no value in it
        stories = self._stories(query, json.dumps(sorted(ids)))
        return _ById({story.id: story for story in stories}, self.path)

    def _revisions(self, ids: Iterable[int]) -> _ById[Revision]:
        query = "select * from revision where id in (select value from json_each(?))"
        found = self._rows(query, json.dumps(sorted(ids)))
        return _ById({row["id"]: rows.revision(row) for row in found}, self.path)
