"""When a source, a story, a digest is due: whatever the zone, the season, the trouble."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.records import Looked
from monitor.schedule import (
    clock_jump,
    digest_slots,
    due_revisits,
    first_visit,
    next_digest,
    next_visit,
    visit_time,
)

NOW = datetime(2026, 8, 7, 9, 30, tzinfo=UTC)
QUARTER_S = 900
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = [f"kabar-{number}" for number in range(400)]


def pause(name: str = "kabar", interval_s: int = QUARTER_S, **more: Any) -> timedelta:  # noqa: ANN401 - of `next_visit`
    return next_visit(name, interval_s, now=NOW, **more) - NOW


# sources


def test_sources_with_one_interval_drift_apart_by_a_tenth_at_most() -> None:
    pauses = [pause(name) / timedelta(seconds=QUARTER_S) for name in NAMES]

    assert 0.9 <= min(pauses) < 0.92
    assert 1.08 < max(pauses) <= 1.1
    assert sum(pauses) / len(pauses) == pytest.approx(1, abs=0.01)


def test_the_spread_of_a_source_is_another_one_each_time() -> None:
    later = next_visit("kabar", QUARTER_S, now=NOW + HOUR)

    assert later - (NOW + HOUR) != pause()
    assert pause() == pause()


@pytest.mark.parametrize(
    ("reason", "hours"),
    [
        pytest.param("timeout", [0.5, 1, 2, 2.25, 2.25], id="soft"),
        pytest.param("server-error", [0.5, 1, 2, 2.25, 2.25], id="soft-too"),
        pytest.param("refused", [1, 4, 6, 6, 6], id="hard"),
        pytest.param("not-a-feed", [1, 4, 6, 6, 6], id="hard-too"),
        pytest.param("busy", [0.25] * 5, id="temporary"),
        pytest.param("forbidden", [26.7] * 5, id="shut-out"),
        pytest.param("gone", [26.7, 53.3, 106.7, 168, 168], id="gone"),
    ],
)
def test_a_source_that_fails_is_asked_less_and_less_by_what_the_failure_weighs(
    reason: str, hours: list[float]
) -> None:
    pauses = [pause(reason=reason, failures=number) / HOUR for number in (1, 2, 3, 4, 100_000)]

    for found, expected in zip(pauses, hours, strict=True):
        assert found == pytest.approx(expected, rel=0.11)


@pytest.mark.parametrize("reason", ["forbidden", "not-permitted", "gone"])
def test_who_shuts_us_out_is_left_in_peace_for_a_day_whichever_way_the_spread_falls(
    reason: str,
) -> None:
    assert min(pause(name, reason=reason, failures=1) for name in NAMES) >= DAY


def test_a_source_that_fails_is_asked_twelve_times_a_day_at_most() -> None:
    for name in NAMES:
        now, visits = NOW, 0
        while now < NOW + DAY:
            now = next_visit(name, QUARTER_S, reason="timeout", failures=9, now=now)
            visits += now < NOW + DAY

        assert visits <= 12


def test_a_rare_visit_does_not_become_more_frequent_by_failing() -> None:
    assert pause(interval_s=86_400, reason="timeout", failures=3) >= 0.9 * DAY


@pytest.mark.parametrize(("wait_s", "least"), [(120.0, 810), (7_200.0, 7_200), (None, 810)])
def test_a_server_that_asks_for_time_gets_it(wait_s: float | None, least: float) -> None:
    assert least <= pause(wait_s=wait_s).total_seconds() <= max(least, 990)


def test_first_visits_are_spread_over_five_minutes_or_the_interval() -> None:
    slow = [first_visit(name, QUARTER_S, NOW) - NOW for name in NAMES]
    quick = [first_visit(name, 60, NOW) - NOW for name in NAMES]

    assert timedelta(0) <= min(slow) < timedelta(seconds=10)
    assert timedelta(seconds=290) < max(slow) <= timedelta(minutes=5)
    assert max(quick) <= timedelta(minutes=1)


VISIT_TIMES = {
    "to come": (timedelta(minutes=7), timedelta(minutes=7), False),
    "passed": (-3 * DAY, timedelta(0), False),
    "what a server asked for": (DAY, DAY, False),
    "gone for good": (7 * DAY, 7 * DAY, True),
    "of a clock that was years ahead": (4_000 * DAY, timedelta(seconds=990) + DAY, False),
    "of such a clock, and gone": (4_000 * DAY, 8.7 * DAY, True),
}


@pytest.mark.parametrize("case", VISIT_TIMES)
def test_a_stored_time_comes_true(case: str) -> None:
    stored, expected, is_ill = VISIT_TIMES[case]

    assert visit_time(NOW + stored, QUARTER_S, NOW, is_ill=is_ill) - NOW == expected


JUMPS = {
    "none": (0, None),
    "a slow clock": (59, None),
    "a correction": (-60, None),
    "set forward": (61, 61),
    "set back": (-8 * 3600, -8 * 3600),
    "slept": (8 * 3600, 8 * 3600),
}


@pytest.mark.parametrize("case", JUMPS)
def test_a_clock_that_was_set_is_noticed(case: str) -> None:
    off_s, expected_s = JUMPS[case]

    jump = clock_jump(NOW, NOW + timedelta(seconds=off_s))

    assert jump == (None if expected_s is None else timedelta(seconds=expected_s))


# stories


def a_story(
    age: timedelta, unseen: timedelta, *, gone: bool = False, is_final: bool = False, id_: int = 1
) -> Looked:
    return Looked(id_, NOW - age, NOW - unseen, NOW - unseen if gone else None, is_final)


REVISITS = {
    "fresh, seen just now": (2 * HOUR, 0.9 * HOUR, False),
    "fresh, an hour ago": (2 * HOUR, HOUR, True),
    "fresh at the edge": (6 * HOUR, HOUR, True),
    "of today, an hour ago": (7 * HOUR, HOUR, False),
    "of today, six hours ago": (7 * HOUR, 6 * HOUR, True),
    "of two days, six hours ago": (2 * DAY, 6 * HOUR, True),
    "of three days, six hours ago": (3 * DAY, 6 * HOUR, False),
    "of three days, yesterday": (3 * DAY, DAY, True),
    "of a week, yesterday": (7 * DAY, DAY, True),
    "older than a week": (7 * DAY + HOUR, 3 * DAY, False),
    "seen in the future": (2 * HOUR, -HOUR, False),
}


@pytest.mark.parametrize("case", REVISITS)
def test_a_story_is_looked_at_again_often_at_first_and_then_less(case: str) -> None:
    age, unseen, is_due = REVISITS[case]

    assert bool(due_revisits([a_story(age, unseen)], NOW)) is is_due


@pytest.mark.parametrize(("unseen", "is_due"), [(23 * HOUR, False), (DAY, True)])
def test_a_story_that_is_gone_is_looked_for_once_a_day(unseen: timedelta, *, is_due: bool) -> None:
    assert bool(due_revisits([a_story(2 * DAY, unseen, gone=True)], NOW)) is is_due


def test_a_story_that_will_not_come_back_is_not_looked_for() -> None:
    assert due_revisits([a_story(2 * DAY, DAY, gone=True, is_final=True)], NOW) == []


def test_the_story_that_waited_longest_comes_first() -> None:
    stories = [a_story(2 * HOUR, n * HOUR, id_=n) for n in (1, 3, 2)]

    assert due_revisits(stories, NOW) == [3, 2, 1]


# digests

BERLIN, JAKARTA = "Europe/Berlin", "Asia/Jakarta"


def slots(zone: str, times: str, after: str, until: str) -> dict[str, str]:
    found = digest_slots(
        [time.fromisoformat(each) for each in times.split()],
        zone,
        after=datetime.fromisoformat(f"{after}+00:00"),
        until=datetime.fromisoformat(f"{until}+00:00"),
    )
    return {name: f"{due:%d %H:%M}" for name, due in found}


SLOTS = {
    "Jakarta, a day": (
        (JAKARTA, "06:00 18:00", "2026-08-06 12:00", "2026-08-07 12:00"),
        {"2026-08-07 06:00": "06 23:00", "2026-08-07 18:00": "07 11:00"},
    ),
    "the end belongs to it, the beginning does not": (
        (JAKARTA, "06:00", "2026-08-06 23:00", "2026-08-07 23:00"),
        {"2026-08-08 06:00": "07 23:00"},
    ),
    "nothing between": ((JAKARTA, "06:00", "2026-08-07 00:00", "2026-08-07 20:00"), {}),
    "Berlin in spring: half past two comes at half past three": (
        (BERLIN, "02:30 06:00", "2026-03-28 12:00", "2026-03-30 12:00"),
        {
            "2026-03-29 02:30": "29 01:30",
            "2026-03-29 06:00": "29 04:00",
            "2026-03-30 02:30": "30 00:30",
            "2026-03-30 06:00": "30 04:00",
        },
    ),
    "Berlin in autumn: half past two comes once": (
        (BERLIN, "02:30 06:00", "2026-10-24 12:00", "2026-10-26 12:00"),
        {
            "2026-10-25 02:30": "25 00:30",
            "2026-10-25 06:00": "25 05:00",
            "2026-10-26 02:30": "26 01:30",
            "2026-10-26 06:00": "26 05:00",
        },
    ),
    "east of the date line": (
        ("Pacific/Kiritimati", "00:00", "2026-08-06 09:00", "2026-08-06 11:00"),
        {"2026-08-07 00:00": "06 10:00"},
    ),
    "west of it": (
        ("Pacific/Pago_Pago", "23:59", "2026-08-07 10:00", "2026-08-07 11:00"),
        {"2026-08-06 23:59": "07 10:59"},
    ),
}


@pytest.mark.parametrize("case", SLOTS)
def test_a_digest_slot_has_a_local_name_and_a_time(case: str) -> None:
    asked, expected = SLOTS[case]

    found = slots(*asked)

    assert found == expected
    assert list(found.values()) == sorted(found.values())


@pytest.mark.parametrize("zone", [BERLIN, JAKARTA, "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("seed", range(5))
def test_every_slot_comes_exactly_once_however_the_time_is_cut(zone: str, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same cuts in every run
    times = [time(2, 30), time(6, 0), time(23, 59)]
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    names, at = [], start
    while at < end:
        until = min(at + timedelta(minutes=rng.choice([1, 20, 600, 5_000])), end)
        names += [name for name, _ in digest_slots(times, zone, after=at, until=until)]
        at = until

    first, last = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    days = [first.date() + DAY * n for n in range((last.date() - first.date()).days + 1)]
    expected = [
        f"{day} {each:%H:%M}"
        for day in days
        for each in times
        if first < datetime.combine(day, each, first.tzinfo) <= last
    ]
    assert names == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-08-07 22:59", "2026-08-07 23:00"),
        ("2026-08-07 23:00", "2026-08-08 11:00"),
        ("2026-08-08 11:00", "2026-08-08 23:00"),
    ],
)
def test_the_next_digest_is_never_now(now: str, expected: str) -> None:
    at = datetime.fromisoformat(f"{now}+00:00")

    due = next_digest([time(6, 0), time(18, 0)], JAKARTA, at)

    assert due == datetime.fromisoformat(f"{expected}+00:00")
