"""Pure: when the new links of a source come, and when it is worth to look again.

Learned from the visits alone; the times that newspapers print are not asked.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from db.records import Watched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from config.settings import Pace
    from db.records import Arrivals

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEMORY_DAYS = 14  # how fast what was watched fades: a newsroom's habits hold for weeks
KNOWN_AFTER_H = 24.0  # less than a day watched says nothing of the hours to come
WANTED_LINKS = math.log(2)  # expected by the next visit: then every second visit finds something
LEAST_KNOWN_RATIO = 0.5  # where fewer of the listed links were known, some may have been missed


def learned(arrivals: Arrivals, *, since: datetime, until: datetime, links: int) -> Arrivals:
    """Add what one visit found: `links` that came at any time between two visits.

    Of a longer absence than a day nobody knows the hour any more: it counts as the last day.
    """
    if until <= since:
        return arrivals
    per_hour = links / ((until - since) / HOUR)
    hours = list(arrivals)
    for at, watched_h in _hours(max(since, until - DAY), until):
        known, kept = hours[at.hour], 1 - watched_h / MEMORY_DAYS
        hours[at.hour] = Watched(
            known.hours * kept + watched_h, known.links * kept + per_hour * watched_h
        )
    return tuple(hours)


def interval_s(pace: Pace, arrivals: Arrivals, *, listed: int, new: int, now: datetime) -> float:
    """Say how many seconds to let pass until the next visit.

    `listed` and `new` are the links of this visit; a listing of which most is new may have held
    more than it showed.
    """
    watched_h = sum(hour.hours for hour in arrivals)
    if watched_h < KNOWN_AFTER_H:
        return pace.first_s
    if listed - new < LEAST_KNOWN_RATIO * listed:
        return pace.floor_s
    mean = sum(hour.links for hour in arrivals) / watched_h
    expected, latest = 0.0, now + timedelta(seconds=pace.ceiling_s)
    for at, length_h in _hours(now, latest):
        hour = arrivals[at.hour]
        per_hour = (hour.links + mean) / (hour.hours + 1)  # as if watched for one average hour more
        if expected + per_hour * length_h >= WANTED_LINKS:
            worth_it = at + (WANTED_LINKS - expected) / per_hour * HOUR
            return max((worth_it - now).total_seconds(), pace.floor_s)
        expected += per_hour * length_h
    return pace.ceiling_s


def _hours(since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    """Cut a time into the hours of the day: where each part begins, and its length in hours."""
    at = since
    while at < until:
        end = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, until)
        yield at, (end - at) / HOUR
        at = end
