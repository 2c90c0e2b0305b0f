"""Tries a topic on the archive, newest story first, beside its saved version. Stores nothing."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.mute import Mutes
from monitor.queries import trees
from monitor.query.story import Story as Words
from monitor.query.tree import Or
from monitor.schedule import digest_slots
from monitor.topics.candidates import question
from monitor.topics.preview import Edit, Preview
from monitor.watch import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from config.settings import Mailbox, Settings, Topic
    from db.reader import Reader
    from db.records import Story
    from monitor.topics.preview import Catch, Work

BATCH = 200  # stories in memory at once
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Report:
    """What a trial came to.

    When time was up it came only back to `since`, and is not `is_whole`. `stories` are all that
    are no older. `muted` counts further hits, of which nobody is told, by the reason. `days` are
    those (UTC) with hits; `mails_a_week` counts by mailbox the digests that would have held one.
    `edit` is null where no saved topic was there to compare with.
    """

    topic: str
    since: datetime
    until: datetime
    is_whole: bool
    stories: int
    hits: int
    muted: Mapping[str, int]
    days: Mapping[str, int]
    mails_a_week: Mapping[str, float]
    best: Sequence[Catch]
    worst: Sequence[Catch]
    explained: int
    work: Sequence[Work]
    edit: Edit | None


def preview_of(settings: Settings, topic: Topic, reader: Reader) -> Preview:
    """Begin the preview of a topic as it is declared, with what it mutes. Raises ConfigError."""
    tree = trees(settings, [topic])[topic.name]
    return Preview(tree, partial(Mutes(settings, reader).reason, topic))


class Trial:
    """What a topic finds since a time; and, with a saved version, what the two do not share.

    `candidates` are the stories to be looked at.
    """

    def __init__(
        self,
        reader: Reader,
        settings: Settings,
        topic: Topic,
        saved: Preview | None,
        since: datetime,
    ) -> None:
        self.preview = preview_of(settings, topic, reader)
        self._topic = topic
        self._saved = saved
        self._edit = Edit() if saved else None
        self._reader = reader
        self._settings = settings
        self._since = since
        self._reached = since
        tree = self.preview.tree
        either = tree if saved is None else Or((tree, saved.tree))
        self.candidates = reader.candidates(since, question(either))

    def run(self) -> Iterator[Catch | None]:
        """Look at one candidate after the other and give the hits; null for what is none."""
        ages = dict(self.candidates)
        for story, words in walk(self._reader, self._settings, list(ages)):
            self._reached = ages[story.id]
            catch = self.preview.show(story, words, ages[story.id])
            if self._saved and self._edit:
                self._edit.compare(self._saved.show(story, words, ages[story.id]), catch)
            yield catch
        self._reached = self._since

    def report(self, until: datetime) -> Report:
        """Sum up what was found so far."""
        seen, since = self.preview, self._reached
        return Report(
            topic=self._topic.name,
            since=since,
            until=until,
            is_whole=since == self._since,
            stories=self._reader.stories_since(since),
            hits=len(seen.times),
            muted=seen.muted,
            days=seen.days(),
            mails_a_week={
                mailbox.name: mails_a_week(seen.times, mailbox, since, until)
                for mailbox in self._settings.mailboxes
                if mailbox.name in self._topic.mailboxes
            },
            best=sorted(seen.best, reverse=True),
            worst=sorted(seen.worst),
            explained=seen.explained,
            work=seen.work(),
            edit=self._edit,
        )


def walk(reader: Reader, settings: Settings, ids: Sequence[int]) -> Iterator[tuple[Story, Words]]:
    """Give stories in their newest state, each with its words."""
    for first in range(0, len(ids), BATCH):
        for story in reader.stories(ids[first : first + BATCH]):
            yield story, Words(text_of(story, story.revision, settings))


def mails_a_week(
    times: Sequence[datetime], mailbox: Mailbox, since: datetime, until: datetime
) -> float:
    """Say how many digests a week would have held a hit; what is less than a day counts as one."""
    slots = [due for _, due in digest_slots(mailbox.times, mailbox.zone, after=since, until=until)]
    filled = {bisect_left(slots, at) for at in times}  # the last is that of the next digest
    return round(len(filled) / (max(until - since, DAY) / WEEK), 1)
