"""What a topic finds in the archive: counts, and the strongest and weakest hits. Stores nothing.

Every story counts once, by its newest state.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.query.match import find
from monitor.query.tree import Concept, InField, Not, Or, Phrase, Tree, parts_of
from monitor.topics.score import score

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from db.records import Story
    from monitor.query.story import Range
    from monitor.query.story import Story as Words

KEPT = 5  # of the strongest, the weakest, and of what an edit adds and loses
EXPLAINED = 5_000  # hits on which it is counted which alternatives did the work


@dataclass(frozen=True, slots=True, order=True)
class Catch:
    """One hit. Ordered by score, then by age."""

    score: float
    id: int
    at: datetime
    source: str
    headline: str


@dataclass(frozen=True, slots=True)
class Work:
    """How many hits an alternative (an alias, a branch of OR) is in, and in how many alone."""

    of: str
    alternative: str
    hits: int
    alone: int


@dataclass
class Preview:
    """The hits of one topic among the stories that it was shown, newest first.

    `mute` says why nobody is told of a hit, null when somebody is; the muted are only counted.
    """

    tree: Tree
    mute: Callable[[int, Words], str | None]
    times: list[datetime] = field(default_factory=list)
    muted: Counter[str] = field(default_factory=Counter)
    best: list[Catch] = field(default_factory=list)
    worst: list[Catch] = field(default_factory=list)
    explained: int = 0
    _work: Counter[tuple[str, str]] = field(default_factory=Counter)
    _alone: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._asks_the_text = _asks_the_text(self.tree)

    def show(self, story: Story, words: Words, at: datetime) -> Catch | None:
        """Look at a story; null when it is no hit, or a muted one."""
        scope = words.everywhere if self._asks_the_text else ()
        hits = find(self.tree, words, scope)
        if hits is None:
            return None
        if why := self.mute(story.id, words):
            self.muted[why] += 1
            return None
        catch = Catch(round(score(hits), 3), story.id, at, story.source, words.text.headline)
        self.times.append(at)
        self.best = heapq.nlargest(KEPT, [*self.best, catch])
        self.worst = heapq.nsmallest(KEPT, [*self.worst, catch])
        if self.explained < EXPLAINED:
            self.explained += 1
            self._count(self.tree, words, scope)
        return catch

    def days(self) -> dict[str, int]:
        """Count the hits of each day (UTC) that has some, oldest first."""
        return dict(sorted(Counter(at.date().isoformat() for at in self.times).items()))

    def work(self) -> list[Work]:
        """Say which alternatives did the work, those that found most first."""
        return [
            Work(of, alternative, hits, self._alone[of, alternative])
            for (of, alternative), hits in self._work.most_common()
        ]

    def _count(self, tree: Tree, words: Words, scope: Sequence[Range]) -> None:
        """Count the alternatives of a clause that is true, and of those in it."""
        if isinstance(tree, InField):
            scope = words.ranges(tree.name)
        parts = parts_of(tree)
        if isinstance(tree, Or | Concept):
            parts = tuple(part for part in parts if find(part, words, scope) is not None)
            names = dict.fromkeys((str(tree), str(part)) for part in parts)
            self._work.update(list(names))
            self._alone.update(list(names) if len(names) == 1 else ())
        for part in parts:
            if not isinstance(part, Not | Phrase):
                self._count(part, words, scope)


def _asks_the_text(tree: Tree) -> bool:
    """Whether a tree looks for words in headline and body, which are slow to cut."""
    if isinstance(tree, InField):
        return False
    return isinstance(tree, Phrase) or any(map(_asks_the_text, parts_of(tree)))


@dataclass
class Edit:
    """What a changed topic finds and the saved one does not, and the other way round."""

    adds: int = 0
    loses: int = 0
    added: list[Catch] = field(default_factory=list)
    lost: list[Catch] = field(default_factory=list)

    def compare(self, saved: Catch | None, changed: Catch | None) -> None:
        """Count one story."""
        if changed and not saved:
            self.adds += 1
            self.added = [*self.added, changed][:KEPT]
        if saved and not changed:
            self.loses += 1
            self.lost = [*self.lost, saved][:KEPT]
