"""What a newspaper does with a story it no longer wants, and what tilik makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sites.paper import path, publish
from sites.server import answer, redirect, status

if TYPE_CHECKING:
    from conftest import Desk
    from sites.server import Site

SOFT_404 = (
    "<html><head><title>Halaman tidak ditemukan</title></head><body><h1>Halaman tidak ditemukan"
    "</h1><p>Maaf, halaman yang Anda cari tidak ditemukan.</p></body></html>"
)


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(redirect(path(2)), id="led-to-another-story"),
        pytest.param(answer(SOFT_404), id="says-not-found-with-status-200"),
    ],
)
def test_a_story_that_gives_way_is_gone_at_the_second_look_and_never_edited(
    desk: Desk, site: Site, instead: bytes
) -> None:
    publish(site, range(4))
    desk.declare(desk.source(site))
    desk.read()
    site.pages[path(1)] = instead
    outcomes = []
    for _ in range(2):
        desk.clock.go_on(hours=2)
        outcomes.append(desk.read_one().outcomes)

    assert outcomes == [{"same": 3, "missing": 1}, {"same": 3, "gone": 1}]
    events = {each.url.removeprefix(site.url): each.revision.event for each in desk.stories()}
    assert events == {path(0): None, path(1): "gone", path(2): None, path(3): None}


@pytest.mark.parametrize(("code", "times"), [(404, 7), (410, 1)])
def test_a_story_that_is_gone_is_looked_for_for_a_week_unless_it_is_gone_for_good(
    desk: Desk, site: Site, code: int, times: int
) -> None:
    publish(site, range(2))
    desk.declare(desk.source(site))
    desk.read()
    site.pages[path(1)] = status(code)
    site.requests.clear()
    for _ in range(9):
        desk.clock.go_on(days=1)
        desk.read()

    assert len(site.asked(path(1))) == times
    events = {each.url.removeprefix(site.url): each.revision.event for each in desk.stories()}
    assert events == {path(0): None, path(1): "gone"}
