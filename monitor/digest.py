"""Pure: undelivered hits to what one mailbox is told now. Never words, wraps or sends anything.

One piece of news is one entry: all that happened to a story since the last mail, and its copies
in other outlets. What is too small to be told is not carried away: it waits until it adds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.clusters import clusters
from monitor.telling import tellings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from config.settings import Mailbox, Source, Topic
    from db.changes import Change
    from db.records import Content, Event, Hit, SourceState, Spans
    from monitor.telling import Telling

# A mailbox that heard nothing for so long is told that tilik still looks, and where it is blind.
SIGN_OF_LIFE = timedelta(days=7)

_ORDER: dict[Event, int] = {"new": 0, "edited": 1, "retitled": 2, "gone": 3, "returned": 3}
# Which of several outlets speaks for the news: one with a change to show, never one that is gone.
_SPEAKER: dict[Event, int] = {"edited": 0, "retitled": 0, "new": 1, "returned": 1, "gone": 2}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a story, and when it was seen."""

    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """The same news in another outlet: how many paragraphs and words it has more, or fewer."""

    kind: Event
    outlet: str
    url: str
    headline: str
    paragraphs: int
    words: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news, in the words of the outlet that speaks for it.

    `before` is the state that the reader knows, null when he was never told of the story.
    `change` lies between the two, null when there are none. `read_at` is when `content` was read.
    `published_at` is null when the page does not say it, or says a time that is still to come.
    `also_in` are the titles of further topics.
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
    """The news of one topic, what matters most first."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that could not be read, and why. `since` is null when that is not known."""

    outlet: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Digest:
    """What one mailbox gets now. `since` is null for its first digest."""

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
        return tuple(sorted(match_id for each in self.entries for match_id in each.match_ids))


def compose(  # noqa: PLR0913 - all that a digest is made of
    mailbox: Mailbox,
    topics: Sequence[Topic],
    hits: Sequence[Hit],
    *,
    since: datetime | None,
    now: datetime,
    passed_at: datetime | None = None,
    troubled: Sequence[SourceState] = (),
    sources: Sequence[Source] = (),
) -> Digest | None:
    """Say what a mailbox is to be told; None when it is to be left in peace.

    `passed_at` is when its last digest was due, whether or not there was something to tell.
    """
    outlets = {source.name: source.title or source.name for source in sources}
    sections = _sections(topics, tellings(topics, hits, passed_at), outlets, now)
    if not sections and (since is None or now - since < SIGN_OF_LIFE):
        return None
    return Digest(
        mailbox=mailbox.name,
        lang=mailbox.lang,
        zone=mailbox.zone,
        since=since,
        now=now,
        topics=tuple(_title(topic) for topic in topics),
        sections=sections,
        troubles=tuple(
            Trouble(outlets.get(state.name, state.name), state.reason, state.failing_since)
            for state in sorted(troubled, key=lambda state: state.name)
            if state.reason is not None
        ),
    )


def _sections(
    topics: Sequence[Topic],
    told: Sequence[Telling],
    outlets: Mapping[str, str],
    now: datetime,
) -> tuple[Section, ...]:
    """Give each piece of news its place under the first topic that wants it."""
    entries: dict[str, list[Entry]] = {}
    for cluster in clusters(told, lambda telling: telling.content.text):
        wanted = {topic.name for telling in cluster for topic in telling.topics}
        first, *others = (topic for topic in topics if topic.name in wanted)
        also_in = tuple(_title(topic) for topic in others)
        entries.setdefault(first.name, []).append(_entry(cluster, also_in, outlets, now))
    return tuple(
        Section(_title(topic), tuple(sorted(entries[topic.name], key=_importance)))
        for topic in topics
        if topic.name in entries
    )


def _entry(
    cluster: list[Telling], also_in: tuple[str, ...], outlets: Mapping[str, str], now: datetime
) -> Entry:
    speaker, *others = sorted(cluster, key=_eloquence)
    last = speaker.hits[-1]
    story, content = last.story, speaker.content
    published_at = story.published_at or content.published_at
    states = {hit.revision.id: hit.revision for hit in speaker.hits}
    spans = {
        span
        for hit in speaker.hits
        if hit.revision.id == last.revision.id
        for span in hit.match.spans
    }
    return Entry(
        kind=speaker.kind,
        outlet=outlets.get(story.source, story.source),
        url=story.url,
        content=content,
        spans=tuple(sorted(spans)),
        published_at=published_at if published_at and published_at <= now else None,
        first_seen_at=story.first_seen_at,
        read_at=_read_at(last),
        happenings=tuple(
            Happening(state.event, state.seen_at) for state in states.values() if state.event
        ),
        before=speaker.before,
        change=speaker.change,
        copies=tuple(_copy(each, content, outlets) for each in others),
        also_in=also_in,
        match_ids=tuple(match_id for each in cluster for match_id in each.match_ids),
    )


def _eloquence(telling: Telling) -> tuple[int, int, int]:
    """Sort first who has a change to show, then who has the most text, then who was first."""
    return _SPEAKER[telling.kind], -len(telling.content.text), telling.hits[0].story.id


def _read_at(hit: Hit) -> datetime:
    """When the text was read: a story that is gone still shows the text it had before."""
    is_gone = hit.revision.event == "gone" and hit.before is not None
    return hit.before.seen_at if is_gone and hit.before else hit.revision.seen_at


def _copy(telling: Telling, spoken: Content, outlets: Mapping[str, str]) -> Copy:
    story, content = telling.hits[-1].story, telling.content
    return Copy(
        kind=telling.kind,
        outlet=outlets.get(story.source, story.source),
        url=story.url,
        headline=content.headline,
        paragraphs=content.text.count("\n") - spoken.text.count("\n"),
        words=len(content.text.split()) - len(spoken.text.split()),
    )


def _importance(entry: Entry) -> tuple[int, int, bool, float, float]:
    """Sort by what happened, in how many outlets, in the headline, how much, and how lately."""
    significance = entry.change.significance if entry.change else 0.0
    in_body_only = not any(field == "title" for field, _, _ in entry.spans)
    at = entry.published_at or entry.first_seen_at
    return _ORDER[entry.kind], -len(entry.copies), in_body_only, -significance, -at.timestamp()


def _title(topic: Topic) -> str:
    return topic.title or topic.name
