"""How often a source is worth a visit: by what came at which hour, never by more than it bears."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sites.paper import publish

from config.settings import Pace
from db.reader import Reader
from db.records import UNWATCHED, Arrivals
from monitor.rhythm import interval_s, learned

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Desk
    from sites.server import Site

MIDNIGHT = datetime(2026, 8, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PACE = Pace(900, 300, 7_200)


def by_day(hour: int) -> int:
    """Write four stories an hour from six to twenty, and none at night."""
    return 4 if 6 <= hour < 20 else 0


def published(rate: Callable[[int], int], days: int) -> list[datetime]:
    """Name the times at which a newspaper publishes, evenly within each hour."""
    hours = [MIDNIGHT + HOUR * n for n in range(24 * days)]
    return [
        at + HOUR * (part + 0.5) / rate(at.hour) for at in hours for part in range(rate(at.hour))
    ]


def visited(rate: Callable[[int], int], days: int, pace: Pace = PACE) -> list[datetime]:
    """Live with a newspaper for some days; return when it was visited."""
    times = published(rate, days + 1)
    visits, arrivals = [MIDNIGHT], UNWATCHED
    while visits[-1] < MIDNIGHT + DAY * days:
        new = 0
        if len(visits) > 1:
            before, now = visits[-2:]
            new = sum(before < at <= now for at in times)
            arrivals = learned(arrivals, since=before, until=now, links=new)
        pause_s = interval_s(pace, arrivals, listed=40, new=new, now=visits[-1])
        visits.append(visits[-1] + timedelta(seconds=pause_s))
    return visits


def watched(rate: Callable[[int], float], days: int = 28) -> Arrivals:
    arrivals = UNWATCHED
    for number in range(24 * days):
        at = MIDNIGHT + HOUR * number
        arrivals = learned(arrivals, since=at, until=at + HOUR, links=round(rate(at.hour)))
    return arrivals


def gaps(visits: list[datetime]) -> list[float]:
    return [(later - earlier).total_seconds() for earlier, later in pairwise(visits)]


def test_a_source_is_visited_at_its_first_pace_until_a_day_was_watched() -> None:
    visits = visited(by_day, 1)

    assert set(gaps(visits[:-1])) == {900}


def test_a_paper_that_sleeps_at_night_is_left_to_sleep_and_met_in_the_morning() -> None:
    visits = [at for at in visited(by_day, 15) if at >= MIDNIGHT + DAY * 14]
    night = [at for at in visits if at.hour < 6 or at.hour >= 20]
    day = [at for at in visits if 6 <= at.hour < 20]

    assert len(night) <= 8
    assert 60 <= len(day) <= 90  # 56 stories: about every second visit brings one
    assert min(day) - min(at for at in visits if at.hour == 6) < HOUR


def test_stories_are_met_as_soon_as_before_for_fewer_visits() -> None:
    first = MIDNIGHT + DAY * 14
    stories = [at for at in published(by_day, 15) if at >= first]
    waits = {}
    for name, pace in (("fixed", Pace(900, 900, 900)), ("by rhythm", PACE)):
        visits = [at for at in visited(by_day, 15, pace) if at >= first]
        found = [min(visit for visit in visits if visit >= at) - at for at in stories]
        waits[name] = (len(visits), sum(found, timedelta(0)) / len(found))

    assert waits["by rhythm"][0] < 0.9 * waits["fixed"][0]
    assert waits["by rhythm"][1] <= 1.1 * waits["fixed"][1]


@pytest.mark.parametrize(
    ("per_hour", "seconds"),
    [
        pytest.param(0, 7_200, id="silent"),
        pytest.param(1, 2_495, id="one-an-hour"),
        pytest.param(4, 624, id="four-an-hour"),
        pytest.param(40, 300, id="more-than-it-bears"),
    ],
)
def test_half_of_the_visits_find_something_between_floor_and_ceiling(
    per_hour: int, seconds: int
) -> None:
    pause_s = interval_s(PACE, watched(lambda _: per_hour), listed=40, new=1, now=MIDNIGHT)

    assert pause_s == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize(("new", "is_hurried"), [(20, False), (21, True), (40, True)])
def test_a_listing_that_may_have_lost_stories_is_looked_at_again_soon(
    new: int, *, is_hurried: bool
) -> None:
    pause_s = interval_s(PACE, watched(lambda _: 1), listed=40, new=new, now=MIDNIGHT)

    assert (pause_s == PACE.floor_s) is is_hurried


def test_habits_that_change_are_forgotten_in_some_weeks() -> None:
    once, arrivals = watched(lambda _: 8), watched(lambda _: 8)
    for number in range(24 * 42):
        at = MIDNIGHT + HOUR * number
        arrivals = learned(arrivals, since=at, until=at + HOUR, links=0)

    assert sum(hour.links for hour in arrivals) < 0.1 * sum(hour.links for hour in once)


def test_after_a_long_absence_the_hours_are_not_made_up() -> None:
    arrivals = learned(UNWATCHED, since=MIDNIGHT, until=MIDNIGHT + 30 * DAY, links=720)

    assert {hour.hours for hour in arrivals} == {1.0}
    assert {round(hour.links, 6) for hour in arrivals} == {1.0}


def test_an_interval_that_the_user_fixed_stays() -> None:
    fixed = Pace(600, 600, 600)

    assert interval_s(fixed, watched(lambda _: 40), listed=9, new=9, now=MIDNIGHT) == 600
    assert interval_s(fixed, watched(lambda _: 0), listed=9, new=0, now=MIDNIGHT) == 600


def test_a_rhythm_is_learned_from_visits_and_kept_in_the_archive(desk: Desk, site: Site) -> None:
    publish(site, range(4))
    desk.declare(desk.source(site))
    desk.read()
    desk.clock.go_on(hours=2)
    publish(site, range(7))
    desk.read()
    for _ in range(12):
        desk.clock.go_on(hours=2)
        desk.read()
    with Reader(desk.folder) as reader:
        state = reader.source("desa")

    assert state is not None
    assert state.due_at is not None
    assert sum(hour.links for hour in state.arrivals) == pytest.approx(3, rel=0.1)
    assert sum(hour.hours for hour in state.arrivals) == pytest.approx(26, rel=0.1)
    assert state.due_at - desk.clock() > timedelta(minutes=90)  # three stories a day: no hurry
