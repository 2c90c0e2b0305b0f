"""Chooses when a story was published among the times a page prints. Never adds what none prints.

Programs write the instant and forget the zone, readers see the hour of the place: each corrects
the other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import chain, islice, tee
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from crawler.extract.dates import Printed, as_moment, read_moment, read_printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.extract.article import Moment

MAX_READINGS: Final = 16
_DECLARED: Final = frozenset({"json-ld", "meta"})
_MOVED: Final = timedelta(days=1)  # less is a zone
_SHIFTS_H: Final = frozenset({*range(-12, 15), -9.5, -3.5, 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, 10.5})


class Evidence(NamedTuple):
    """A text that should hold a time, and the place it stands at.

    `is_plain`: it stands alone beside the headline, where readers look for the day.
    """

    origin: str
    text: str
    is_plain: bool = False


class _Reading(NamedTuple):
    origin: str
    printed: Printed
    is_plain: bool


def choose_moment(
    evidence: Iterable[Evidence], *, zone: str | None, now: datetime
) -> Moment | None:
    """Give the first time of the evidence, completed by those that agree; null when there is none.

    Completed are the order of day and month, the hour of a bare day, the zone of a bare hour, and
    the offset of a time in UTC whose hour another place prints as readers there see it.
    """
    texts, again = tee(item for item in evidence if item.text)
    readings = islice(_readings(texts, now), MAX_READINGS)
    heard = _heard_first(readings)
    if not heard:
        moments = (read_moment(item.text, zone=zone, now=now, origin=item.origin) for item in again)
        return next(filter(None, moments), None)
    first = _first(heard)
    if _is_whole(first.printed):  # the rest could add nothing, and reading it takes long
        return as_moment(first.printed, zone=zone, origin=first.origin)
    others = [reading.printed for reading in chain(heard, readings) if reading is not first]
    printed = _with_zone(_with_clock(_with_order(first.printed, others), others), others)
    if printed.zone is UTC:
        printed = _with_offset(printed, others, zone)
    return as_moment(printed, zone=zone, origin=first.origin)


def is_before(moment: Moment, other: Moment) -> bool:
    """Say whether the moment is earlier; of two on one day only when both say the hour."""
    if "day" in {moment.precision, other.precision}:
        return moment.at.date() < other.at.date()
    return moment.at < other.at


def _readings(evidence: Iterable[Evidence], now: datetime) -> Iterator[_Reading]:
    """Read the times of the evidence; one text often stands at several places."""
    known: dict[str, Printed | None] = {}
    for item in evidence:
        if item.text not in known:
            known[item.text] = read_printed(item.text, now=now)
        if printed := known[item.text]:
            yield _Reading(item.origin, printed, item.is_plain)


def _heard_first(readings: Iterable[_Reading]) -> list[_Reading]:
    """Give the readings up to the first that is not declared: the one that readers see."""
    heard = []
    for reading in readings:
        heard.append(reading)
        if reading.origin not in _DECLARED:
            break
    return heard


def _first(heard: Sequence[_Reading]) -> _Reading:
    """Give the first reading, or the day that readers see where the declared one is much later.

    Programs that move or rebuild a page date it anew; nobody prints a day before the publication.
    """
    first, shown = heard[0], heard[-1]
    latest = max(shown.printed.day, shown.printed.other_day or shown.printed.day)
    is_moved = first is not shown and shown.is_plain and latest + _MOVED < first.printed.day
    return shown if is_moved else first


def _with_order(printed: Printed, others: Sequence[Printed]) -> Printed:
    """Read 03-09 as 9 March where an unmistakable time says 9 March and none says 3 September."""
    sure = {other.day for other in others if other.other_day is None}
    if printed.other_day in sure and printed.day not in sure and printed.other_day:
        return replace(printed, day=printed.other_day, other_day=None)
    return printed


def _with_clock(printed: Printed, others: Sequence[Printed]) -> Printed:
    if _has_clock(printed):
        return printed
    same_day = [other for other in others if other.day == printed.day and _has_clock(other)]
    best = max(same_day, key=lambda other: other.zone is not None, default=None)
    return best or printed


def _with_zone(printed: Printed, others: Sequence[Printed]) -> Printed:
    if printed.zone is not None or not _has_clock(printed):
        return printed
    return _shown(printed, others) or printed


def _shown(printed: Printed, others: Sequence[Printed]) -> Printed | None:
    """Give the time with the zone that another place prints beside the same hour."""
    for other in others:
        if other.zone not in {None, UTC} and _is_same_hour(printed, other):
            return replace(printed, zone=other.zone)
    return None


def _with_offset(printed: Printed, others: Sequence[Printed], zone: str | None) -> Printed:
    """Give a time in UTC the offset of the place, where the page prints its hour too."""
    if lie := _shown(printed, others):
        return lie  # the hour of the place with a Z behind it
    if zone is not None:
        home = ZoneInfo(zone)
        if any(other.zone is None and _is_same_hour(printed, other) for other in others):
            return replace(printed, zone=home)
    if not _has_clock(printed) or printed.clock is None:
        return printed
    at = datetime.combine(printed.day, printed.clock, UTC)
    for other in others:
        offset = _offset(at, other)
        if offset:
            local = at.astimezone(timezone(offset))
            return replace(printed, day=local.date(), clock=local.time(), zone=local.tzinfo)
    return printed


def _offset(at: datetime, other: Printed) -> timedelta | None:
    """Give how far the other's hour is from the instant in UTC; null when it is another instant."""
    if other.clock is None or not _has_clock(other):
        return None
    wall = datetime.combine(other.day, other.clock, UTC)
    second = at.second if other.has_seconds else 0
    shift = wall - at.replace(second=second, microsecond=0)
    if other.zone is not None and other.zone is not UTC:
        own = other.zone.utcoffset(wall.replace(tzinfo=None))
        return own if own == shift else None
    return shift if shift.total_seconds() / 3600 in _SHIFTS_H else None


def _is_same_hour(printed: Printed, other: Printed) -> bool:
    if printed.clock is None or other.clock is None or printed.day != other.day:
        return False
    return printed.clock.replace(second=0) == other.clock.replace(second=0) and _has_clock(other)


def _is_whole(printed: Printed) -> bool:
    """Say whether nothing is open: the order of the day, its hour, its zone."""
    return printed.other_day is None and _has_clock(printed) and printed.zone not in {None, UTC}


def _has_clock(printed: Printed) -> bool:
    return printed.clock is not None and not (printed.has_seconds and printed.clock == time())
