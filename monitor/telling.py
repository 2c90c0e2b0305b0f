"""Pure: which stories are told to a mailbox, and in one word what became of each.

A story that changed and changed back, or less than its topic asks for, is not told; its hits stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from db.changes import compare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.settings import Topic
    from db.changes import Change
    from db.records import Content, Event, Hit

# What is found while a digest is composed is stamped a little before it counts as read.
COMPOSING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """One story that is worth telling: all its hits, oldest first, and the topics that want it.

    `match_ids` are the hits of those topics; the others wait. `change` lies between the state that
    the reader knows and the newest; null when he knows none.
    """

    kind: Event
    hits: tuple[Hit, ...]
    topics: tuple[Topic, ...]
    match_ids: tuple[int, ...]
    change: Change | None

    @property
    def content(self) -> Content:
        """The newest state."""
        return self.hits[-1].revision.content

    @property
    def before(self) -> Content | None:
        """The state that the reader knows."""
        return _known(self.hits) if self.change else None


def tellings(
    topics: Sequence[Topic], hits: Sequence[Hit], passed_at: datetime | None = None
) -> list[Telling]:
    """Gather the hits of each story, and keep the stories that some topic wants to tell.

    `passed_at` is when hits were last gathered, null at first: an edit that was too small then is
    told when another is added to it, and not because its topic now asks for less.
    """
    by_story: dict[int, list[Hit]] = {}
    for hit in sorted(hits, key=lambda hit: (hit.revision.id, hit.match.id)):
        by_story.setdefault(hit.story.id, []).append(hit)
    found = []
    for gathered in by_story.values():
        change = _change(gathered)
        kind = _kind([hit.revision.event for hit in gathered], change)
        if kind is None:
            continue
        wanted = [topic for topic in topics if _wants(topic, gathered, kind, change, passed_at)]
        names = {topic.name for topic in wanted}
        if ids := tuple(hit.match.id for hit in gathered if hit.match.topic in names):
            found.append(Telling(kind, tuple(gathered), tuple(wanted), ids, change))
    return found


def _change(hits: Sequence[Hit]) -> Change | None:
    """Compare the state that was last mailed with the newest one."""
    before = _known(hits)
    if before is None or hits[0].revision.event == "new":
        return None
    return compare(before, hits[-1].revision.content)


def _known(hits: Sequence[Hit]) -> Content | None:
    """Give the state that the reader knows; None when there is none.

    After an upgrade it is the first that the newer extractor made: what it reads otherwise than
    the older one is not the newsroom's doing.
    """
    newest = hits[-1].revision.content
    if hits[0].before is None:
        return None
    states = [hit.before.content for hit in hits if hit.before is not None]
    return next((state for state in states if state.extractor == newest.extractor), states[0])


def _kind(events: Sequence[Event | None], change: Change | None) -> Event | None:
    """Say in one word what became of a story; None when it is again as it was."""
    if events[-1] == "gone":
        return "gone"
    if change is None:
        return "new" if "new" in events else None
    if "returned" in events:
        return "returned"
    if change.is_retitled:
        return "retitled"
    changed = any(piece.operation != "same" for block in change.blocks for piece in block)
    return "edited" if changed else None


def _wants(
    topic: Topic,
    hits: Sequence[Hit],
    kind: Event,
    change: Change | None,
    passed_at: datetime | None,
) -> bool:
    found = [hit.match.matched_at for hit in hits if hit.match.topic == topic.name]
    if not found:
        return False
    if kind != "edited" or change is None:
        return True
    if passed_at is not None and max(found) <= passed_at - COMPOSING:
        return False
    newest = hits[-1].revision.content.extractor
    # What was changed before an upgrade is not part of the comparison, but no less true.
    earlier = [
        hit.revision.significance for hit in hits if hit.revision.content.extractor != newest
    ]
    return max(change.significance, *earlier, 0.0) >= topic.min_significance
