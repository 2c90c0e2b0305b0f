"""What `tilik status` says a person must look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings, Source
from db.records import Delivery, DeliveryState, SourceState
from monitor.cli.status import _alarms

NOW = datetime(2026, 8, 7, 9, 30, tzinfo=UTC)
SOURCE = Source(name="desa", kind="feed", url="https://kabar-desa.example/rss")
SETTINGS = Settings(folder=Path("news"), contact="desk@example.org", sources=(SOURCE,))


def a_state(hours: float, *, failures: int = 0) -> SourceState:
    at = NOW - timedelta(hours=hours)
    if not failures:
        return SourceState("desa", last_visit_at=at, last_success_at=at)
    return SourceState(
        "desa", last_visit_at=NOW, failures=failures, reason="no answer", failing_since=at
    )


def a_mail(state: DeliveryState, hours: float) -> Delivery:
    composed_at = NOW - timedelta(hours=hours)
    return Delivery(1, "desk", "06:00", "<1@x>", b"", state, 0, NOW, composed_at)


@pytest.mark.parametrize(
    ("state", "mails", "failed", "said"),
    [
        pytest.param(a_state(1), [], 0, None, id="all-is-well"),
        pytest.param(a_state(25), [], 0, None, id="crawled-once-a-day"),
        pytest.param(a_state(27), [], 0, "is `tilik run` running?", id="nothing-was-read"),
        pytest.param(a_state(1, failures=1), [], 0, None, id="one-bad-hour"),
        pytest.param(a_state(1, failures=3), [], 0, "desa: no answer", id="failed-three-times"),
        pytest.param(a_state(7, failures=1), [], 0, "desa: no answer", id="failing-for-long"),
        pytest.param(a_state(1), [a_mail("queued", 1)], 0, None, id="mail-on-its-way"),
        pytest.param(a_state(1), [a_mail("queued", 7)], 0, "not tried yet", id="mail-waits"),
        pytest.param(a_state(1), [a_mail("sent", 7)], 0, None, id="mail-sent"),
        pytest.param(a_state(1), [a_mail("sent", 1)], 2, "2 older mails failed", id="old-failures"),
    ],
)
def test_an_alarm_is_told_when_a_person_is_needed_and_only_then(
    state: SourceState, mails: list[Delivery], failed: int, said: str | None
) -> None:
    alarms = _alarms(SETTINGS, {"desa": state}, mails, failed, NOW)

    assert [said in alarm for alarm in alarms if said] == ([True] if said else [])
    assert bool(alarms) == (said is not None)
