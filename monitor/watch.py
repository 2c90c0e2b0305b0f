"""New revisions to matches: every topic looks at every revision once. Never fetches.

A revision without an event is looked at by nobody: it was there before tilik, or was read again
by a newer extractor.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.mute import Mutes
from monitor.queries import mute_trees, trees
from monitor.query.index import TopicIndex
from monitor.query.story import Story as Words
from monitor.query.story import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from config.settings import Settings, Topic
    from db.outbox import Outbox
    from db.reader import Reader
    from db.records import Revision, Spans, Story

BATCH = 500  # revisions looked at in one transaction


def compiled(settings: Settings) -> TopicIndex:
    """Compile every topic. Raises ConfigError naming file, line and column of each bad query."""
    mute_trees(settings, settings.topics)  # only to refuse what cannot be read
    return TopicIndex(trees(settings, settings.topics))


def watch(
    settings: Settings, index: TopicIndex, reader: Reader, outbox: Outbox, now: datetime
) -> int:
    """Look at all revisions that no topic has looked at yet, and return the number of matches."""
    found = 0
    mutes = Mutes(settings, reader)
    while batch := reader.unwatched(BATCH):
        hits, muted = _hits(settings, index, reader, mutes, batch)
        found += outbox.watched(hits, up_to=batch[-1][1].id, now=now, muted=muted)
    return found


def look_back(  # noqa: PLR0913, PLR0917 - the rooms it goes through
    settings: Settings,
    topic: Topic,
    reader: Reader,
    outbox: Outbox,
    since: datetime,
    now: datetime,
) -> int:
    """Let one topic look again at what was seen since a time; return the number of new matches.

    What it has found before is not found anew, and a baseline is never told.
    """
    found = 0
    index = TopicIndex(trees(settings, [topic]))
    mutes = Mutes(settings, reader)
    last = 0
    while batch := reader.watched(since, last, BATCH):
        hits, muted = _hits(settings, index, reader, mutes, batch)
        last = batch[-1][1].id
        found += outbox.watched(hits, up_to=last, now=now, muted=muted)
    return found


def _hits(
    settings: Settings,
    index: TopicIndex,
    reader: Reader,
    mutes: Mutes,
    batch: Iterable[tuple[Story, Revision]],
) -> tuple[list[tuple[str, int, Spans]], dict[tuple[str, int], str]]:
    """Find the matches of revisions, and of which of them nobody is told."""
    hits, muted = [], {}
    for story, revision in batch:
        if revision.event is None:
            continue
        before = reader.revision_before(revision)
        for name, spans in _matches(index, story, revision, before, settings).items():
            hits.append((name, revision.id, spans))
            topic = settings.topic_named(name)
            words = Words(text_of(story, revision, settings))
            if topic and (reason := mutes.reason(topic, story.id, words)):
                muted[name, revision.id] = reason
    return hits, muted


def _matches(
    index: TopicIndex, story: Story, revision: Revision, before: Revision | None, settings: Settings
) -> dict[str, Spans]:
    """Find the topics of a revision: those it matches, and those that only its forerunner did.

    An edit that takes the very words away is what a reader most wants to hear of; it has no spans.
    """
    matches: dict[str, Spans] = {}
    if before is not None:
        known = replace(revision, content=before.content)  # the old words, under the new event
        matches = dict.fromkeys(index.match(text_of(story, known, settings)), ())
    found = index.match(text_of(story, revision, settings))
    for topic, spans in found.items():
        matches[topic] = tuple((span.field, span.start, span.end) for span in spans)
    return matches


def text_of(story: Story, revision: Revision, settings: Settings) -> Text:
    """Lay a revision out as the topic language sees it."""
    content = revision.content
    source = settings.source_named(story.source)
    events = {revision.event} if revision.event else set()
    if revision.event == "retitled" and revision.significance > 0:
        events.add("edited")  # headline and text changed at once
    return Text(
        headline=content.headline,
        body=content.text,
        source=story.source,
        region=(source.region or "") if source else "",
        lang=content.lang or "",
        url=story.url,
        section=content.section or "",
        authors=content.authors,
        tags=content.tags,
        events=frozenset(events),
        published=content.published_at,
    )
