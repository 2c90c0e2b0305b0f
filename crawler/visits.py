"""What is to be fetched, and how one visit to a source is accounted for. Values and pure rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from db.records import Content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Source
    from crawler.extract.article import Article
    from db.records import Link, Looked, Story

# Newsrooms date a story when they begin it and list it when it is done; a story dated up to a day
# before tilik's first look, but listed only after it, is news.
LATE_LISTING = timedelta(hours=24)

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=24)
HINTS = 10  # stories looked at again in one visit because the listing says they have changed
HINT_PAUSE = timedelta(hours=1)  # between two looks at one story, whatever is said of it
MOST = 0.5  # a listing that says so of more of its stories stamps them all with its own hour

ATTEMPTS = 8  # 5 min, 10, 20 ... about 21 hours in all; then the link is given up


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a source: its listing, what is new there, and the stories due for a re-visit.

    `first_success_at` is null when this is the first visit: what it finds is the baseline.
    `since` makes it part of a backfill: where its listing goes on is kept, back to that time; null
    in every other visit. `page` is the older page that is read in place of the source's own
    listing, null for that one.
    """

    source: Source
    first_success_at: datetime | None = None
    revisits: tuple[Story, ...] = ()
    since: datetime | None = None
    page: str | None = None

    @property
    def listing(self) -> Source:
        """The source, at the address that this visit looks at."""
        return self.source.model_copy(update={"url": self.page}) if self.page else self.source


@dataclass(slots=True)
class Report:
    """What came of a visit, filled while it runs and handed over exactly once.

    `reason` and `detail` say why the listing could not be read, null when it was; `wait_s` is how
    long the server asked us to stay away. `listed` counts the links of the listing, 0 when it is
    unchanged; `found` those of them that were new. `outcomes` counts stories by what became of
    them; `troubles` are the addresses that gave no article, each with a sentence. `page` is the
    older page of a backfill that was read in place of the listing, null when it was the source's
    own. `way` is the fingerprint of how the source was declared.
    """

    source: str
    started_at: datetime
    page: str | None = None
    way: str | None = None
    finished_at: datetime | None = None
    reason: str | None = None
    detail: str | None = None
    wait_s: float | None = None
    complaint: str | None = None
    requests: int = 0
    listed: int = 0
    found: int = 0
    is_unchanged: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[tuple[str, str]] = field(default_factory=list)


def is_silent(link: Link, content: Content, first_success_at: datetime | None) -> bool:
    """Whether a new story is stored without an event: it was there before tilik first looked."""
    if link.is_baseline or first_success_at is None:
        return True
    published_at = content.published_at
    return published_at is not None and published_at < first_success_at - LATE_LISTING


def believed(
    claims: Mapping[str, datetime], looked: Mapping[str, Looked], now: datetime
) -> list[int]:
    """Pick the stories to look at again because a listing says that they have changed since.

    `claims` say when, by address; `looked` when we looked last. The latest changes come first.
    """
    changed = {
        story.id: (at, story.checked_at)
        for url, at in claims.items()
        if (story := looked.get(url))
        and not story.is_final
        and story.checked_at < at <= now + HINT_PAUSE
    }
    if len(changed) > max(HINTS, MOST * len(looked)):
        return []
    due = [(at, id_) for id_, (at, checked_at) in changed.items() if now - checked_at >= HINT_PAUSE]
    return [id_ for _, id_ in sorted(due, reverse=True)[:HINTS]]


def retry_at(link: Link, now: datetime, wait_s: float | None) -> datetime | None:
    """Say when a link that failed is tried again; None when it has been tried often enough."""
    if link.attempts + 1 >= ATTEMPTS:
        return None
    pause: timedelta = min(FIRST_RETRY * 2**link.attempts, LAST_RETRY)
    if wait_s is not None:
        pause = max(pause, timedelta(seconds=wait_s))
    return now + pause


def content_of(article: Article, link: Link, page_hash: str, extractor: str) -> Content:
    """Turn an article into what the archive keeps of it; a listing's time serves if it has none."""
    head = article.head
    published_at = head.published.at if head.published else link.published_at
    precision = head.published.precision if head.published else "minute"
    return Content(
        headline=head.headline or link.title or article.text.split("\n", 1)[0][:120],
        text=article.text,
        authors=head.authors,
        editor=head.editor,
        agency=head.agency,
        section=head.section,
        tags=head.tags,
        lang=article.lang,
        published_at=published_at,
        published_precision=precision if published_at else None,
        modified_at=head.modified.at if head.modified else None,
        image=head.image,
        caption=head.caption,
        sheets=article.sheets,
        removals=tuple((r.repair, r.reason, r.text) for r in article.removals),
        page_hash=page_hash,
        extractor=extractor,
    )
