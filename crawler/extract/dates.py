"""Reads the time a page gives, for machines or for readers. Never guesses a part that is not there.

A date without a year, a month without a day, a day that does not exist, anything before 1990 or
more than a day ahead is no time at all. Numeric dates are read day first (07/08/2026 is 7 August),
unless only the other order exists or the weekday beside it says otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawler.extract.article import Moment
from crawler.extract.calendar_words import (
    AFTERNOON,
    MONTHS,
    OFFSETS,
    SPANS,
    TODAY_AND_YESTERDAY,
    WEEKDAYS,
    ZONES,
)

MAX_CHARACTERS = 300  # a line with a time on it; whatever is longer is prose
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks differ, and so do the zones a page forgot to name
_GAP_CHARACTERS = 24  # ", pukul ", " | diperbarui ": what stands between a day and its hour
_MAX_OFFSET_HOURS = 14
_NOON = 12
_MONTHS_A_YEAR = 12

# As programs write it, and most pages with them: read at once, the rest need not be tried.
_ISO = re.compile(
    r"((?:19|20)\d\d)-(\d\d)-(\d\d)[T ](\d\d):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?"
    r"(?=(?:Z|[+-]\d\d:?\d\d)?$)"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(?=\D|$)")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\)?\s?(?P<mark>[-/.]|[年년])\s?(?P<month>\d{1,2})"
    r"\s?(?:(?P=mark)|[月월])\s?(?P<day>\d{1,2})(?!\d)\s?[日일号號.]?"
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d|\d\d(?![:.h]))(?!\d)"
)
_SHORT_YEAR = r"\d\d(?=\s*(?:$|[,|)@]|\d\d?[:.]\d\d))"
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s/,.-]*(?:de |of )?([^\W\d_]{2,12})[.,]?"
    rf"[\s/,.-]*(?:de |del )?[’']?((?:19|20)\d\d|{_SHORT_YEAR})(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,12})\.?[\s-]*(\d{1,2})(?:st|nd|rd|th)?"
    r"(?:[\s,-]+|\s(?P<clock>\d\d?:\d\d)(?::\d\d)?\s(?:[a-z]{3,4}\s)?)((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.:])(?:(?P<before>오전|오후|上午|下午|晚上|凌晨|早上|中午|午前|午後|傍晚)\s?)?(?P<hour>\d{1,2})"
    r"(?:\s?(?:[:.h시点點时時]|(?<=\d)-(?=\d\d-\d\d))\s?(?P<minute>[0-5]\d)"
    r"(?:[:.분分-]\s?(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?\s?[분分초秒]?|\s?[시点點时時]|(?=\s?[ap]\.?m\b))"
    r"(?:\s?(?P<after>[ap]\.?m\b\.?))?(?!\d)",
    re.IGNORECASE,
)
_OFFSET = re.compile(
    r"[\s(]*(?:(?:gmt|utc)\s?([+-]\d{1,2})|([+-]\d\d))(?::?(\d\d))?(?!\d)"
    r"|[\s(,|]*([^\W\d_]{1,4})(?![^\W\d_])",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"(?:(?<![\d.,])(\d{1,3})\s?|(?<!\w)(?:an?\s|satu\s|se)?)"
    rf"({'|'.join(sorted(SPANS, key=len, reverse=True))})\s?"
    r"(?:(?:yang |yg )?lalu\b|ago\b|назад\b|전|前)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Printed:
    """A day as printed, with what stands beside it.

    `clock` is null when no hour is given, `zone` when no zone is; `other_day` is the day that the
    same digits mean in the other order, null when they can mean only one.
    """

    day: date
    other_day: date | None = None
    clock: time | None = None
    has_seconds: bool = False
    zone: tzinfo | None = None


def read_moment(text: str, *, zone: str | None, now: datetime, origin: str) -> Moment | None:
    """Give the first time in the text, or null when there is none that can be trusted.

    `at` keeps the offset that was printed; without one it is taken in `zone`, an IANA name.
    With no zone anywhere only the day is kept, as 00:00 UTC with precision "day": an hour that may
    be wrong by fourteen is shown to nobody. With precision "day" the date of `at` in its own offset
    is all that is meant. "2 hours ago" is such a day, "5 minutes ago" is a minute.
    """
    if printed := read_printed(text, now=now):
        return as_moment(printed, zone=zone, origin=origin)
    home = ZoneInfo(zone) if zone else None
    line = _line(text)
    moment = _today(line, home, now, origin) or _ago(line, home, now, origin)
    return moment if moment and _EARLIEST <= moment.at <= now + _AHEAD else None


def read_printed(text: str, *, now: datetime) -> Printed | None:
    """Give the first day in the text and what stands beside it; null when none can be trusted."""
    line = _line(text)
    try:
        printed = _written(line) or _counted(line) or _dated(_COMPACT.sub(_spread, line))
    except (ValueError, OverflowError):  # 30 February, 25 o'clock
        return None
    if printed is None or _is_credible(printed, now):
        return printed
    if printed.other_day is None:
        return None
    other = replace(printed, day=printed.other_day, other_day=None)
    return other if _is_credible(other, now) else None


def as_moment(printed: Printed, *, zone: str | None, origin: str) -> Moment:
    """Give the moment that was printed, by the rules of read_moment."""
    at_zone = printed.zone or (ZoneInfo(zone) if zone else None)
    # 00:00:00 is how programs write a day.
    is_day = printed.clock is None or (printed.has_seconds and printed.clock == time())
    if at_zone is None or is_day or printed.clock is None:
        return Moment(datetime.combine(printed.day, time(), at_zone or UTC), "day", origin)
    at = datetime.combine(printed.day, printed.clock, at_zone)
    return Moment(at, "second" if printed.has_seconds else "minute", origin)


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).split())


def _is_credible(printed: Printed, now: datetime) -> bool:
    at = datetime.combine(printed.day, printed.clock or time(), printed.zone or UTC)
    return _EARLIEST <= at <= now + _AHEAD


def _written(line: str) -> Printed | None:
    """Read 2026-08-20T20:40:00+07:00, with or without its seconds and its zone."""
    match = _ISO.match(line)
    if not match:
        return None
    year, month, day, hour, minute = map(int, match.group(1, 2, 3, 4, 5))
    clock = time(hour, minute, int(match[6] or 0))
    zone = _find_zone(line, match.end())
    return Printed(date(year, month, day), None, clock, has_seconds=bool(match[6]), zone=zone)


def _counted(line: str) -> Printed | None:
    """Seconds or milliseconds since 1970."""
    match = _EPOCH.fullmatch(line)
    if not match:
        return None
    at = datetime.fromtimestamp(int(match[1]), UTC)
    return Printed(at.date(), None, at.time(), has_seconds=True, zone=UTC)


def _spread(match: re.Match[str]) -> str:
    """Write 20260820T204000 as 2026-08-20 20:40:00."""
    day = "-".join(match.group(1, 2, 3))
    return day if match[4] is None else f"{day} {match[4]}:{match[5]}:{match[6] or '00'}"


def _dated(line: str) -> Printed | None:
    found = _find_day(line)
    if not found:
        return None
    day, other_day, start, end = found
    clock = _find_clock(line, start, end)
    return replace(clock, day=day, other_day=other_day) if clock else Printed(day, other_day)


def _today(line: str, home: tzinfo | None, now: datetime, origin: str) -> Moment | None:
    """Read "Hari ini, 20:40 WIB"; whose day it is needs a zone, and the hour must follow."""
    folded = line.lower()
    for word, days in TODAY_AND_YESTERDAY.items():
        start = folded.find(word)
        clock = _find_clock(line, start, start + len(word)) if start >= 0 else None
        zone = (clock.zone if clock else None) or home
        if clock and clock.clock and zone:
            day = now.astimezone(zone).date() - timedelta(days)
            return Moment(datetime.combine(day, clock.clock, zone), "minute", origin)
    return None


def _ago(line: str, home: tzinfo | None, now: datetime, origin: str) -> Moment | None:
    match = _AGO.search(line)
    if not match:
        return None
    span = SPANS[match[2].lower()]
    at = (now - int(match[1] or 1) * span).astimezone(home or UTC).replace(second=0, microsecond=0)
    return Moment(at, "minute" if span < timedelta(hours=1) else "day", origin)


def _find_day(line: str) -> tuple[date, date | None, int, int] | None:
    """Give the first day in the line, its other reading, and the ends its hour may stand at."""
    if match := _YEAR_FIRST.search(line):
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        return date(year, month, day), None, match.start(), match.end()
    for match in _DAY_MONTH.finditer(line):
        if named := MONTHS.get(match[2].lower()):
            return date(_year(match[3]), named, int(match[1])), None, match.start(), match.end()
    for match in _MONTH_DAY.finditer(line):
        if named := MONTHS.get(match[1].lower()):
            end = match.start("clock") if match["clock"] else match.end()
            return date(int(match[4]), named, int(match[2])), None, match.start(), end
    if match := _NUMERIC.search(line):
        return *_numeric(line, match), match.start(), match.end()
    return None


def _numeric(line: str, match: re.Match[str]) -> tuple[date, date | None]:
    """Read 07/08/2026: day first, month first where the day cannot be or the weekday says so."""
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    if second > _MONTHS_A_YEAR:
        return date(year, first, second), None
    day = date(year, second, first)
    if first > _MONTHS_A_YEAR or first == second:
        return day, None
    other = date(year, first, second)
    weekdays = {WEEKDAYS[word] for word in _WORD.findall(line.lower()) if word in WEEKDAYS}
    if weekdays and day.weekday() not in weekdays and other.weekday() in weekdays:
        return other, None
    return day, None if day.weekday() in weekdays else other


def _year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004 - two digits are a short year


def _find_clock(line: str, start: int, end: int) -> Printed | None:
    """Give the hour of the day at start:end: the first behind it, else the last before it."""
    match = _CLOCK.search(line, end)
    if not match or not _is_gap(line[end : match.start()]):
        earlier = _CLOCK.finditer(line, 0, start)
        before = [found for found in earlier if _is_gap(line[found.end() : start])]
        match = before[-1] if before else None
    if not match:
        return None
    hour = int(match["hour"])
    half = (match["before"] or match["after"] or "").lower()
    if half in AFTERNOON and hour < _NOON:
        hour += _NOON
    elif half and half not in AFTERNOON and hour == _NOON:
        hour = 0
    clock = time(hour, int(match["minute"] or 0), int(match["second"] or 0))
    zone = _find_zone(line, match.end())
    return Printed(date.min, None, clock, has_seconds=bool(match["second"]), zone=zone)


def _is_gap(between: str) -> bool:
    return len(between) <= _GAP_CHARACTERS and not any(map(str.isdigit, between))


def _find_zone(line: str, end: int) -> tzinfo | None:
    match = _OFFSET.match(line, end)
    if not match:
        return None
    if match[4]:
        word = match[4].lower()
        # A lower-case "est" or "set" is a word of the sentence.
        known = match[4].isupper() or word in {"wib", "wita", "wit", "gmt", "utc", "мск", "z"}
        if known and word in ZONES:
            return ZoneInfo(ZONES[word])
        return timezone(timedelta(hours=OFFSETS[word])) if known and word in OFFSETS else None
    hours = int(match[1] or match[2])
    minutes = int(match[3] or 0) * (-1 if (match[1] or match[2]).startswith("-") else 1)
    return (
        timezone(timedelta(hours=hours, minutes=minutes))
        if abs(hours) <= _MAX_OFFSET_HOURS
        else None
    )
