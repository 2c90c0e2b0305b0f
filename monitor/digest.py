"""Pure: undelivered hits to what one mailbox is told now. Never words, wraps or sends anything.

One piece of news is one entry: all that happened to a story since the last mail, and the copies of
it in other outlets. What is left out of a digest (small edits) waits until it adds up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from db.changes import compare
from db.fingerprint import is_same_news

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from config.settings import Mailbox, Source, Topic
    from db.changes import Change
    from db.records import Content, Event, Hit, Revision, SourceState, Spans, Story

# A mailbox that heard nothing for so long is told that tilik still looks, and where it is blind.
SIGN_OF_LIFE = timedelta(days=7)
# Copies of one text share most of their words; below this share the costly comparison is spared.
LIKELY_COPY_RATIO = 0.45
NEW_TEXT_WORDS = 15  # copies that differ by fewer words are called equally long

_ORDER: dict[Event, int] = {"new": 0, "edited": 1, "retitled": 2, "gone": 3, "returned": 3}
# Which of several outlets speaks for the news: first the one with a change to show.
_SPEAKER: dict[Event, int] = {"retitled": 0, "edited": 0, "new": 1, "returned": 2, "gone": 3}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a story, and when it was seen."""

    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """The same news in another outlet: how many paragraphs and words it has more, or fewer."""

    outlet: str
    url: str
    headline: str
    kind: Event
    paragraphs: int
    words: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news, as its fullest outlet has it now.

    `before` is the state that the reader knows, null when he was never told of the story.
    `change` lies between the two; null when there is nothing to compare.
    `read_at` is when this text was first read; `also_in` are the titles of further topics.
    """

    kind: Event
    outlet: str
    url: str
    content: Content
    spans: Spans
    published_at: datetime | None
    first_seen_at: datetime
    read_at: datetime
    happenings: tuple[Happening, ...]
    before: Content | None
    change: Change | None
    copies: tuple[Copy, ...]
    also_in: tuple[str, ...]
    match_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The news of one topic, the most important first."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that could not be read, and why; `since` is null when it is not known."""

    outlet: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one mailbox gets now, without words of ours. `since` is null for its first digest."""

    mailbox: str
    lang: str
    zone: str
    since: datetime | None
    now: datetime
    topics: tuple[str, ...]
    sections: tuple[Section, ...]
    troubles: tuple[Trouble, ...]
    part: int = 1
    parts: int = 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order in which they are told."""
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def match_ids(self) -> tuple[int, ...]:
        """The matches that this digest carries away."""
        return tuple(sorted(id_ for entry in self.entries for id_ in entry.match_ids))


@dataclass(frozen=True, slots=True)
class _Told:
    """A story that is worth telling, before its copies are looked for."""

    kind: Event
    hits: tuple[Hit, ...]
    topics: tuple[Topic, ...]
    change: Change | None
    words: frozenset[str]

    @property
    def story(self) -> Story:
        return self.hits[-1].story

    @property
    def state(self) -> Revision:
        return self.hits[-1].revision


def compose(  # noqa: PLR0913 - all that a digest is made of
    mailbox: Mailbox,
    topics: Sequence[Topic],
    hits: Sequence[Hit],
    *,
    since: datetime | None,
    now: datetime,
    troubled: Sequence[SourceState] = (),
    sources: Sequence[Source] = (),
) -> Digest | None:
    """Say what a mailbox is to be told; None when it is to be left in peace."""
    titles = {source.name: source.title or source.name for source in sources}
    pieces = _pieces(_told(topics, hits))
    entries = [(piece, _entry(piece, titles, now)) for piece in pieces]
    sections = [
        Section(_title(topic), tuple(sorted(found, key=lambda entry: _importance(entry, now))))
        for topic in topics
        if (found := [entry for piece, entry in entries if _topics(piece, topics)[0] is topic])
    ]
    is_overdue = since is not None and now - since >= SIGN_OF_LIFE
    if not sections and not is_overdue:
        return None
    return Digest(
        mailbox=mailbox.name,
        lang=mailbox.lang,
        zone=mailbox.zone,
        since=since,
        now=now,
        topics=tuple(_title(topic) for topic in topics),
        sections=tuple(
            replace(section, entries=tuple(_named(entry) for entry in section.entries))
            for section in sections
        ),
        troubles=tuple(
            Trouble(titles.get(state.name, state.name), state.reason, state.failing_since)
            for state in sorted(troubled, key=lambda state: state.name)
            if state.reason is not None
        ),
    )
