"""Pure: the next visit, the next re-visit, the next digest. Never looks at a clock by itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from db.records import Looked

SPREAD_RATIO = 0.1  # due times lie this far around the interval, so that sources drift apart
LONGEST_WAIT = timedelta(days=1)  # that a server may ask for
CLOCK_SLACK = timedelta(seconds=60)  # what a clock may be corrected by without anybody minding

# How long after its first sight a story is looked at again, and how often. Most corrections come
# in the first hours; after a week a story is left to the newspaper's archive.
REVISITS = (
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(days=2), timedelta(hours=6)),
    (timedelta(days=7), timedelta(days=1)),
)
REVISIT_WINDOW = REVISITS[-1][0]
GONE_INTERVAL = timedelta(days=1)  # a story that is gone may come back, unless by 410


class Weight(NamedTuple):
    """How much a failure weighs: with each one in a row the pause grows by `factor`.

    It starts from the interval, or from `least` if that is longer, and ends at `longest`.
    """

    least: timedelta
    factor: int
    longest: timedelta


NO_TIME, A_DAY_AT_LEAST = timedelta(0), timedelta(days=1) / (1 - SPREAD_RATIO)
# What may pass by itself: asked eleven or twelve times a day, whichever way the spread falls.
SOFT = Weight(NO_TIME, 2, timedelta(hours=2, minutes=15))
# What somebody has to mend first; that they have is noticed within some six hours.
HARD = Weight(NO_TIME, 4, timedelta(hours=6))
SHUT_OUT = Weight(A_DAY_AT_LEAST, 1, A_DAY_AT_LEAST)
GONE = Weight(A_DAY_AT_LEAST / 2, 2, timedelta(days=7))  # once a week we look if it was meant
TEMPORARY = Weight(NO_TIME, 1, NO_TIME)  # the server has said how long
WEIGHTS = {
    "busy": TEMPORARY,
    "gone": GONE,
    **dict.fromkeys(("forbidden", "not-permitted"), SHUT_OUT),
    **dict.fromkeys(("refused", "no-such-name", "certificate", "tls", "not-http"), HARD),
    **dict.fromkeys(("not-found", "client-error", "redirect", "redirects", "too-large"), HARD),
    **dict.fromkeys(("not-a-feed", "not-a-sitemap", "not-a-section"), HARD),
    **dict.fromkeys(("poisonous", "too-slow"), HARD),
}  # all else is soft


def next_visit(  # noqa: PLR0913 - the facts of one visit
    name: str,
    interval_s: float,
    *,
    reason: str | None = None,
    failures: int = 0,
    wait_s: float | None = None,
    now: datetime,
) -> datetime:
    """Say when a source is due again.

    `reason` is the fixed word for why a visit failed, null when it did not; `failures` counts
    those in a row. `wait_s` is what the server asked for, null when it asked for nothing.
    """
    interval = timedelta(seconds=interval_s)
    pause = interval
    if reason is not None:
        weight = WEIGHTS.get(reason, SOFT)
        grown = max(interval, weight.least) * weight.factor ** min(failures, 10)
        pause = max(interval, min(grown, weight.longest))
    pause *= 1 + SPREAD_RATIO * _spread(f"{name} {now.timestamp():.0f}")
    if wait_s is not None:
        pause = max(pause, timedelta(seconds=wait_s))
    return now + pause


def visit_time(due_at: datetime, interval_s: float, now: datetime, *, is_ill: bool) -> datetime:
    """Say when a stored due time comes true: at once when it has passed, and never absurdly late.

    A time further ahead than any rule plans was stored while the clock was wrong.
    """
    longest = max(timedelta(seconds=interval_s), GONE.longest if is_ill else NO_TIME)
    latest = now + longest * (1 + SPREAD_RATIO) + LONGEST_WAIT
    return min(max(due_at, now), latest)


def clock_jump(expected: datetime, found: datetime) -> timedelta | None:
    """Say by how much somebody has set the clock, or the machine slept; None when it just runs."""
    jump = found - expected
    return jump if abs(jump) > CLOCK_SLACK else None


def first_visit(name: str, interval_s: int, now: datetime) -> datetime:
    """Spread the first visits of many sources over one interval, but never over five minutes."""
    within_s = min(interval_s, 300)
    return now + timedelta(seconds=within_s * (1 + _spread(name)) / 2)


def due_revisits(stories: Iterable[Looked], now: datetime) -> list[int]:
    """Pick the ids of stories that are due to be looked at again, those longest unseen first."""
    due = [story for story in stories if _is_due(story, now)]
    return [story.id for story in sorted(due, key=lambda story: story.checked_at)]


def digest_slots(
    times: Sequence[time], zone: str, *, after: datetime, until: datetime
) -> list[tuple[str, datetime]]:
    """Name the digest slots (local date and time) that fell due in (after, until], oldest first.

    A slot has one name however the clock is changed: an hour that comes twice makes one digest,
    an hour that is skipped makes it at the next.
    """
    local = ZoneInfo(zone)
    day = after.astimezone(local).date() - timedelta(days=1)
    last = until.astimezone(local).date()
    slots = []
    while day <= last:
        for at in times:
            due = datetime.combine(day, at, local).astimezone(UTC)
            if after < due <= until:
                slots.append((f"{day.isoformat()} {at:%H:%M}", due))
        day += timedelta(days=1)
    return sorted(slots, key=lambda slot: slot[1])


def next_digest(times: Sequence[time], zone: str, now: datetime) -> datetime:
    """Say when a mailbox gets its next digest."""
    return digest_slots(times, zone, after=now, until=now + timedelta(days=2))[0][1]


def _is_due(story: Looked, now: datetime) -> bool:
    age = now - story.first_seen_at
    if age > REVISIT_WINDOW or story.is_final:
        return False
    unseen = now - story.checked_at
    if story.gone_at is not None:
        return unseen >= GONE_INTERVAL
    return any(age <= until and unseen >= interval for until, interval in REVISITS)


def _spread(seed: str) -> float:
    """Return a number from -1 to 1 that depends on nothing but the seed."""
    digest = hashlib.blake2b(seed.encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**31 - 1
