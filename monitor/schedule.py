"""Pure: the next visit, the next re-visit, the next digest. Never looks at a clock by itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from db.records import Story

SPREAD_RATIO = 0.1  # due times lie this far around the interval, so that sources drift apart
# A source that fails is still asked eleven or twelve times a day, whichever way the spread falls.
LONGEST_PAUSE = timedelta(hours=2, minutes=15)
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
GONE_INTERVAL = timedelta(days=1)  # a story that is gone may come back


def next_visit(
    name: str, interval_s: float, *, failures: int, wait_s: float | None, now: datetime
) -> datetime:
    """Say when a source is due again.

    `failures` are the visits in a row that failed, each doubling the pause up to the longest;
    `wait_s` is what the server asked for, null when it asked for nothing.
    """
    interval = timedelta(seconds=interval_s)
    pause = interval
    if failures:
        pause = max(interval, min(interval * 2 ** min(failures, 10), LONGEST_PAUSE))
    pause *= 1 + SPREAD_RATIO * _spread(f"{name} {now.timestamp():.0f}")
    if wait_s is not None:
        pause = max(pause, timedelta(seconds=wait_s))
    return now + pause


def visit_time(due_at: datetime, interval_s: float, now: datetime) -> datetime:
    """Say when a stored due time comes true: at once when it has passed, and never absurdly late.

    A time further ahead than any rule plans was stored while the clock was wrong.
    """
    latest = now + timedelta(seconds=interval_s) * (1 + SPREAD_RATIO) + LONGEST_WAIT
    return min(max(due_at, now), latest)


def clock_jump(expected: datetime, found: datetime) -> timedelta | None:
    """Say by how much somebody has set the clock, or the machine slept; None when it just runs."""
    jump = found - expected
    return jump if abs(jump) > CLOCK_SLACK else None


def first_visit(name: str, interval_s: int, now: datetime) -> datetime:
    """Spread the first visits of many sources over one interval, but never over five minutes."""
    within_s = min(interval_s, 300)
    return now + timedelta(seconds=within_s * (1 + _spread(name)) / 2)


def due_revisits(stories: Iterable[Story], now: datetime) -> tuple[Story, ...]:
    """Pick the stories that are due to be looked at again, those longest unseen first."""
    due = [story for story in stories if _is_due(story, now)]
    return tuple(sorted(due, key=lambda story: story.checked_at))


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


def _is_due(story: Story, now: datetime) -> bool:
    age = now - story.first_seen_at
    if age > REVISIT_WINDOW:
        return False
    unseen = now - story.checked_at
    if story.gone_at is not None:
        return unseen >= GONE_INTERVAL
    return any(age <= until and unseen >= interval for until, interval in REVISITS)


def _spread(seed: str) -> float:
    """Return a number from -1 to 1 that depends on nothing but the seed."""
    digest = hashlib.blake2b(seed.encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**31 - 1
