"""Pure: which of the places that were tried are the best combination to read a newspaper by.

Feeds before sitemaps before section pages, as far as they list what the newspaper now has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from db.twins import twin_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crawler.discover.places import Candidate
    from crawler.kinds.listing import Found

DEAD = timedelta(days=30)  # a paper that lists nothing newer has left this place
RECENT = timedelta(days=7)  # a weekly paper, too, has something
NEW_RATIO = 0.2  # what a further source must add to be worth its requests
LEAST_NEW = 3
COVERED_RATIO = 0.5  # of the home page; where feeds hold less, the home page is read as well
TOP = 20  # links of a home page; below stands what is old or much read
MOST_SOURCES = 4


@dataclass(frozen=True, slots=True)
class Trial:
    """A place that was tried: what it lists, or in a sentence why it is of no use (else null)."""

    candidate: Candidate
    found: tuple[Found, ...] = ()
    fault: str | None = None


def stale(dates: Iterable[datetime | None], now: datetime) -> str | None:
    """Say that the newest of the stories is too old for a living source; null when it is not."""
    last = max((date for date in dates if date), default=now)
    if now - last > DEAD:
        return f"its newest story is of {last:%Y-%m-%d}: nobody writes it any more"
    return None


def chosen(trials: Iterable[Trial], now: datetime) -> list[Trial]:
    """Return the best combination of those without a fault, the best first."""
    working = [trial for trial in trials if trial.fault is None and trial.found]
    pages = [trial for trial in working if trial.candidate.kind == "section"]
    listings = [trial for trial in working if trial.candidate.kind != "section"]
    news = [trial for trial in listings if is_of_news(trial)]
    best = _adding(sorted(news, key=lambda trial: _rank(trial, now)), now)
    if best:
        held = {key for trial in best for key in _keys(trial.found)}
        return [*best, *(page for page in pages[:1] if not _covers(held, page))]
    # A sitemap of everything has the times, if it is dated; if not, it is the last resort.
    dated = [trial for trial in listings if any(link.published_at for link in trial.found)]
    return _adding([*dated, *pages], now) or listings[:1]


def is_of_news(trial: Trial) -> bool:
    """Whether it lists what is new: a feed does, and a sitemap that has headlines."""
    return trial.candidate.kind == "feed" or any(link.title for link in trial.found)


def newest(found: Iterable[Found], count: int) -> list[Found]:
    """Return the newest links, as the listing orders them where it has no dates; no twins."""
    once = {twin_key(link.url): link for link in reversed(list(found))}
    links = list(reversed(once.values()))
    return sorted(links, key=lambda link: _seconds(link.published_at), reverse=True)[:count]


def _adding(ranked: list[Trial], now: datetime) -> list[Trial]:
    """Take one after the other, as long as it adds enough to what is there."""
    taken: list[Trial] = []
    held: set[str] = set()
    for trial in ranked:
        recent = _keys(_recent(trial, now))
        added = recent - held
        if not taken or len(added) >= max(LEAST_NEW, NEW_RATIO * len(held | recent)):
            taken.append(trial)
            held |= recent
        if len(taken) == MOST_SOURCES:
            break
    return taken


def _covers(held: Collection[str], page: Trial) -> bool:
    top = _keys(page.found[:TOP])
    return sum(key in held for key in top) >= COVERED_RATIO * len(top)


def _rank(trial: Trial, now: datetime) -> tuple[bool, int]:
    """Put feeds first, and the fuller ones first among their kind."""
    return trial.candidate.kind != "feed", -len(_recent(trial, now))


def _recent(trial: Trial, now: datetime) -> list[Found]:
    """Return what is of the last days; of a listing without dates, all."""
    dated = [link for link in trial.found if link.published_at]
    if not dated:
        return list(trial.found)
    return [link for link in dated if link.published_at and now - link.published_at < RECENT]


def _keys(found: Iterable[Found]) -> set[str]:
    return {twin_key(link.url) for link in found}


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
