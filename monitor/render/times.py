"""Times as one reader reads them: in his zone, with its name, always with the date.

The only place in tilik where a time is local. Never looks at a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.render.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Times:
    """How to write times for one mailbox. A year is written when it is not the one of `now`."""

    phrases: Phrases
    zone: ZoneInfo
    now: datetime

    def local(self, at: datetime) -> datetime:
        """Move a time into the reader's zone."""
        return at.astimezone(self.zone)

    def date(self, at: datetime) -> str:
        """Write a whole date: "Monday, 24 November 2025"."""
        local = self.local(at)
        weekday = self.phrases.weekdays[local.weekday()]
        return f"{weekday}, {local.day} {self.phrases.long_months[local.month - 1]} {local.year}"

    def moment(self, at: datetime) -> str:
        """Write a time: "24 Nov 06:00 WIB"."""
        return f"{self._bare(at)} {self._zone_name(at)}"

    def day(self, at: datetime) -> str:
        """Write a day that came without an hour, as its page printed it: "24 Nov"."""
        return self._day(at)

    def window(self, start: datetime | None, end: datetime) -> str:
        """Write from when to when, the zone once unless the clock was changed between."""
        if start is None:
            return self.phrases.window_open.format(end=self.moment(end))
        is_one_zone = self._zone_name(start) == self._zone_name(end)
        first = self._bare(start) if is_one_zone else self.moment(start)
        return self.phrases.window.format(start=first, end=self.moment(end))

    def _bare(self, at: datetime) -> str:
        local = self.local(at)
        return f"{self._day(local)} {local:%H:%M}"

    def _day(self, at: datetime) -> str:
        day = f"{at.day} {self.phrases.months[at.month - 1]}"
        return day if at.year == self.local(self.now).year else f"{day} {at.year}"

    def _zone_name(self, at: datetime) -> str:
        name = self.local(at).tzname() or self.zone.key
        return f"UTC{name}" if name[0] in "+-" else name


def times(phrases: Phrases, zone: str, now: datetime) -> Times:
    """Make the writer of times for a zone."""
    return Times(phrases, ZoneInfo(zone), now)
