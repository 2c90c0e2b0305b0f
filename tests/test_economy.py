"""What a newspaper is asked for when nothing, or little, has changed: by its own log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sites.paper import publish
from sites.server import head

if TYPE_CHECKING:
    import socket

    from conftest import Desk
    from sites.server import Asked, Site


def test_a_listing_that_always_says_unchanged_is_read_whole_once_a_week(
    desk: Desk, site: Site
) -> None:
    publish(site, range(3))
    desk.declare(desk.source(site))
    desk.read()
    publish(site, range(4))
    whole = site.pages["/rss"]
    assert callable(whole)

    def lies(line: socket.socket, asked: Asked) -> None:
        if asked.is_conditional:
            line.sendall(head(304))
        else:
            whole(line, asked)

    site.pages["/rss"] = lies
    days_until_found = 0
    for _ in range(15):
        desk.clock.go_on(days=1)
        days_until_found += len(desk.stories()) == 3
        desk.read()

    assert days_until_found == 7
    asked = [asked.is_conditional for asked in site.asked("/rss")]
    assert asked == [False] + 6 * [True] + [False] + 6 * [True] + [False, True]
