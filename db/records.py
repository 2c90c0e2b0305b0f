"""What tilik remembers, as values: frozen, with aware UTC times. Never speaks SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

Event = Literal["new", "edited", "retitled", "gone", "returned"]
Spans = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave us to ask "has it changed?" with. Null where it gave none."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a source named and that is still to be read.

    `title` and `published_at` are what the feed or sitemap said, null when it said nothing.
    `is_baseline` marks what was there before tilik first looked: it is stored but never alerts.
    `is_passed_over` marks the part of a long baseline that is only known, and never read.
    `is_backfilled` marks what was found on older pages: it is stored but never alerts.
    """

    url: str
    title: str | None = None
    published_at: datetime | None = None
    is_baseline: bool = False
    is_passed_over: bool = False
    is_backfilled: bool = False
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """A listed address that gave no story, with why, as a fixed word and a sentence.

    `reason` is null while it is to be tried again, `next_try_at` when it is not.
    """

    url: str
    found_at: datetime
    reason: str | None
    detail: str
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Content:
    """What one state of a story says: the part of a Revision that comes from the page.

    `page_hash` is the key of the raw page, null for a state without one (a story that is gone).
    """

    headline: str
    text: str
    authors: tuple[str, ...] = ()
    editor: str | None = None
    agency: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    modified_at: datetime | None = None
    image: str | None = None
    caption: str | None = None
    sheets: int = 1
    removals: tuple[tuple[str, str, str], ...] = ()
    page_hash: str | None = None
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a story.

    `event` says how it came about; null when it was there before tilik first looked (baseline),
    or was read again by a newer extractor: neither is anything that the newsroom did.
    `significance` is the share of words that changed since the revision before, 0 to 1.
    """

    id: int
    story_id: int
    event: Event | None
    seen_at: datetime
    significance: float
    content: Content


@dataclass(frozen=True, slots=True)
class Story:
    """One address (with its aliases) over time.

    `published_at` is null when no page ever said it; `gone_at` while the story stands.
    `missing` counts the visits in a row that did not find the page. `is_final`: it is gone, and
    the server has said that it will not come back. `flapping_at` is when a headline that it had
    before first came back, null until then: its page shows several in turn.
    `is_backfilled`: it was found on older pages, when it was no news any more.
    """

    id: int
    source: str
    url: str
    first_seen_at: datetime
    checked_at: datetime
    published_at: datetime | None
    gone_at: datetime | None
    missing: int
    is_final: bool
    revisions: int
    revision: Revision
    flapping_at: datetime | None = None
    is_backfilled: bool = False


class Looked(NamedTuple):
    """When a story was last looked at: of a Story, what decides whether it is due again."""

    id: int
    first_seen_at: datetime
    checked_at: datetime
    gone_at: datetime | None = None  # null while the story stands
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page that broke its reader, or kept it too long: that state of it is not read again.

    `extractor` is the version that could not bear it; another one tries again.
    """

    url: str
    page_hash: str
    extractor: str
    reason: str
    detail: str
    since: datetime


class Watched(NamedTuple):
    """For how long, in hours, one hour of the day was watched, and what came in it; both fade."""

    hours: float
    links: float


Arrivals = tuple[Watched, ...]  # one for each hour of the day, in UTC
UNWATCHED: Arrivals = (Watched(0.0, 0.0),) * 24


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source. Null times: it has not happened yet; null `reason`: it is well.

    `arrivals` say when its new links come. `way` is a fingerprint of where and how it was read
    last, null when an older tilik did that. `stories` and `waiting` links are null where they were
    not counted.
    """

    name: str
    first_success_at: datetime | None = None
    last_visit_at: datetime | None = None
    last_success_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0
    reason: str | None = None
    failing_since: datetime | None = None
    stories: int | None = None
    waiting: int | None = None
    arrivals: Arrivals = UNWATCHED
    way: str | None = None


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line that was learned to stand on many stories of a source; `example` is how it reads."""

    key: str
    example: str
    stories: int
    first_seen_at: datetime
    last_seen_at: datetime
    learned_at: datetime


@dataclass(frozen=True, slots=True)
class Match:
    """A topic found in a revision, with the spans (field, start, end) that caused it.

    `muted` says why nobody is told of it; null while somebody is.
    """

    id: int
    topic: str
    revision_id: int
    spans: Spans
    matched_at: datetime
    muted: str | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """A topic keeps the news of a story to itself, in whichever outlet."""

    topic: str
    story_id: int
    muted_at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """A match with all that a digest says of it.

    `before` is the revision that this one replaced, null when there was none.
    """

    match: Match
    story: Story
    revision: Revision
    before: Revision | None


DeliveryState = Literal["queued", "sending", "sent", "failed", "uncertain"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One composed digest on its way to one mailbox: the final bytes and what became of them.

    `reply` is what the channel last said, null before the first attempt; `sent_at` until accepted.
    """

    id: int
    mailbox: str
    slot: str
    message_id: str
    message: bytes
    state: DeliveryState
    attempts: int
    due_at: datetime
    composed_at: datetime
    reply: str | None = None
    sent_at: datetime | None = None


class Breadth(NamedTuple):
    """How many stories an archive holds, and of how many days (UTC)."""

    stories: int
    days: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The size of the archive: counts of stories, revisions, matches, and bytes on disk."""

    stories: int
    revisions: int
    gone: int
    matches: int
    queued: int
    failed: int
    archive_bytes: int
