"""How a source that fails is asked less and less, by its own log, and how soon it is read again."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sites.paper import publish
from sites.server import status

from db.reader import Reader

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from datetime import datetime

    from conftest import Desk
    from sites.server import Asked, Site

DAY_S = 86_400


def noting(desk: Desk, reply: bytes, log: list[datetime]) -> Callable[[socket.socket, Asked], None]:
    """Give an answer and note when it was asked for."""

    def answering(line: socket.socket, _: Asked) -> None:
        log.append(desk.clock())
        line.sendall(reply)

    return answering


def fails_for(desk: Desk, site: Site, days: float, reply: bytes) -> list[float]:
    """Let the only source fail for some days; return when it was asked, in days."""
    log: list[datetime] = []
    began = desk.clock()
    site.pages["/rss"] = noting(desk, reply, log)
    site.requests.clear()
    desk.live(days=days)
    return [(at - began).total_seconds() / DAY_S for at in log]


def gone_well(desk: Desk, site: Site) -> None:
    publish(site, range(3))
    desk.declare(desk.source(site, interval_s=900)).read()


def test_a_source_that_fails_for_a_week_is_asked_twelve_times_a_day_and_recovers(
    desk: Desk, site: Site
) -> None:
    gone_well(desk, site)
    asked = fails_for(desk, site, 7, status(500))
    others = [path for path in site.paths() if path != "/rss"]
    with Reader(desk.folder) as reader:
        ill = reader.source("desa")
    publish(site, range(5))
    desk.live(hours=3)
    with Reader(desk.folder) as reader:
        well = reader.source("desa")

    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert all(later > 1.5 * earlier for earlier, later in pairwise(pauses[:3]))
    assert all(sum(day <= at < day + 1 for at in asked) <= 12 for day in range(1, 7))
    assert others == ["/robots.txt"] * 6  # once a day; a server that fails is asked for no story
    assert ill is not None
    assert ill.failures == len(asked)
    assert ill.reason == "the server failed (HTTP 500)"
    assert well is not None
    assert (well.failures, well.reason) == (0, None)
    assert len(desk.stories()) == 5
    assert well.due_at is not None
    assert (well.due_at - desk.clock()).total_seconds() < 1.1 * 900


def test_what_failed_before_a_source_was_corrected_does_not_count_against_it(
    desk: Desk, site: Site
) -> None:
    gone_well(desk, site)
    fails_for(desk, site, 7, status(500))
    corrected = desk.clock()
    site.pages["/feed"] = site.pages["/rss"]
    desk.declare(desk.source(site, path="/feed", interval_s=900)).read()
    with Reader(desk.folder) as reader:
        ill = reader.source("desa")

    assert ill is not None
    assert (ill.failures, ill.failing_since) == (1, corrected)
    assert ill.due_at is not None
    assert (ill.due_at - corrected).total_seconds() < 1.2 * 1800  # as the first time


@pytest.mark.parametrize(
    ("reply", "times", "sentence"),
    [
        pytest.param(status(404), 29, "is not there (HTTP 404)", id="404"),
        pytest.param(status(403), 7, "does not let us in (HTTP 403)", id="403"),
        pytest.param(status(401), 7, "does not let us in (HTTP 401)", id="401"),
        pytest.param(status(410), 3, "is gone for good (HTTP 410)", id="410"),
        pytest.param(status(503, Retry_After="86400"), 7, "asks us to wait (HTTP 503)", id="503"),
    ],
)
def test_what_somebody_must_mend_is_asked_for_rarely_and_says_why(
    desk: Desk, site: Site, reply: bytes, times: int, sentence: str
) -> None:
    gone_well(desk, site)
    asked = fails_for(desk, site, 7, reply)
    with Reader(desk.folder) as reader:
        state = reader.source("desa")

    assert times // 2 <= len(asked) <= times + 1
    assert state is not None
    assert sentence in (state.reason or "")
    assert state.due_at is not None
    assert state.due_at >= desk.clock()
